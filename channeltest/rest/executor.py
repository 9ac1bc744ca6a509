"""Threads for the calls of an application that may run anywhere."""

from __future__ import annotations

import ctypes
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

# Real seconds that abandoned threads have to end in.
_PATIENCE = 0.1


class HeldThread(BaseException):
    """Raised in the thread of a test or of a call, inside whatever holds it."""


class Threads(Executor):
    """An executor whose threads do not outlive it, and do not hold the interpreter up.

    The standard library's waits at exit for every thread that is still at work; a test that
    failed because a thread hangs would hang the whole run with it.
    """

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._threads: list[threading.Thread] = []
        self._abandoned = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run ``fn(*args, **kwargs)`` in a thread; there is always one for it."""
        future: Future[Any] = Future()

        def job() -> None:
            if future.set_running_or_notify_cancel():
                try:
                    result = fn(*args, **kwargs)
                except BaseException as error:
                    future.set_exception(error)
                else:
                    future.set_result(result)

        self._jobs.put(job)
        if not self._idle.acquire(blocking=False):
            thread = threading.Thread(target=self._work, name="channeltest-thread", daemon=True)
            self._threads.append(thread)
            thread.start()
        return future

    def _work(self) -> None:
        try:
            while (job := self._jobs.get()) is not None:
                job()
                del job
                self._idle.release()
        except HeldThread:
            pass
        finally:
            _close_connections()

    def abandon(self) -> None:
        """Have the threads that are at work end as soon as they can."""
        self._abandoned = True
        for thread in self.alive():
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(thread.ident or 0), ctypes.py_object(HeldThread)
            )

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let the threads end when they have nothing to do.

        Args:
            wait: Wait for them, but not for those that were abandoned and hang.
            cancel_futures: Without effect: every job has a thread already.
        """
        for _ in self._threads:
            self._jobs.put(None)
        if wait:
            ends = time.monotonic() + (_PATIENCE if self._abandoned else float("inf"))
            for thread in self._threads:
                left = ends - time.monotonic()
                thread.join(None if left == float("inf") else max(0.0, left))

    def alive(self) -> list[threading.Thread]:
        """The threads that have not ended."""
        return [thread for thread in self._threads if thread.is_alive()]


def _close_connections() -> None:
    """Close the database connections that the current thread has opened.

    Nobody could later, and a test database with connections cannot be dropped. SQLite's wrapper
    does not close databases in memory, lest they vanish; here the test's own connection stays.
    """
    connection: Any
    for connection in connections.all(initialized_only=True):
        if connection._thread_ident == threading.get_ident():
            BaseDatabaseWrapper.close(connection)
