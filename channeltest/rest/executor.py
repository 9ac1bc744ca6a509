"""An executor whose threads do not outlive it."""

from __future__ import annotations

import ctypes
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from .patience import real_time
from .threads import set_resting

# Real seconds that abandoned threads have to end in.
_LAST_SECONDS = 0.1


class HeldThread(BaseException):
    """Raised in a thread to end whatever holds it."""


class _Withdrawn(BaseException):
    """Raised in place of an exception that was set and is not wanted any more."""


def raise_in(thread: int, error: type[BaseException]) -> None:
    """Raise an exception in a thread as soon as it runs Python code.

    Args:
        thread: The thread's number.
        error: The exception; it replaces one that was not raised yet.
    """
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))


def withdraw() -> None:
    """Withdraw what `raise_in` has set for the calling thread, if it was not raised yet.

    Setting no exception would do that as well. But Python 3.11 goes on to look for one then, until
    another is raised, and while it looks, a function that is traced (by coverage, by a debugger)
    never begins. So another one is set, and raised at once.
    """
    try:
        raise_in(threading.get_ident(), _Withdrawn)
        # Python looks for it at the latest when a loop begins again.
        while True:
            pass
    except _Withdrawn:
        pass


class DaemonThreads(Executor):
    """An executor whose threads do not outlive it, and do not keep the interpreter from ending.

    The standard library's executor waits at exit for every thread that is at work; a test that
    failed because a thread hangs would hang the whole run with it.
    """

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._threads: list[threading.Thread] = []
        self._abandoned = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run ``fn(*args, **kwargs)`` in a thread; there is always one for it."""
        future: Future[Any] = Future()

        def call() -> None:
            if future.set_running_or_notify_cancel():
                try:
                    result = fn(*args, **kwargs)
                except BaseException as error:
                    future.set_exception(error)
                else:
                    future.set_result(result)

        idle = self._idle.acquire(blocking=False)
        self._calls.put(call)
        if not idle:
            thread = threading.Thread(
                target=self._run_calls, name="channeltest-thread", daemon=True
            )
            self._threads.append(thread)
            thread.start()
        return future

    def _run_calls(self) -> None:
        thread = threading.current_thread()
        try:
            while True:
                # Also before the first call, which another thread may take.
                set_resting(thread, True)
                call = self._calls.get()
                if call is None:
                    break
                set_resting(thread, False)
                call()
                del call
                self._idle.release()
        except HeldThread:
            pass
        finally:
            set_resting(thread, False)
            _close_connections()

    def abandon(self) -> None:
        """End the threads that are at work as soon as they can be ended."""
        self._abandoned = True
        for thread in self.alive():
            assert thread.ident is not None
            raise_in(thread.ident, HeldThread)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let the threads end when they have nothing to do.

        Args:
            wait: Wait for them, but not for those that were abandoned and hang.
            cancel_futures: Without effect: every call has a thread already.
        """
        for _ in self._threads:
            self._calls.put(None)
        if wait:
            ends = real_time() + _LAST_SECONDS
            for thread in self._threads:
                thread.join(ends - real_time() if self._abandoned else None)

    def alive(self) -> list[threading.Thread]:
        """The threads that have not ended."""
        return [thread for thread in self._threads if thread.is_alive()]


def _close_connections() -> None:
    """Close the database connections that the current thread has opened.

    No other thread can, and a test database with connections cannot be dropped. SQLite's wrapper
    does not close databases in memory, which would vanish; here the test's own connection stays.
    """
    connection: Any
    for connection in connections.all(initialized_only=True):
        if connection._thread_ident == threading.get_ident():
            BaseDatabaseWrapper.close(connection)
