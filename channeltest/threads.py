"""Threads for the calls of an application that may run anywhere."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any


class Threads(Executor):
    """An executor whose threads do not outlive it, and do not hold the interpreter up.

    The standard library's waits at exit for every thread that is still at work; a test that
    failed because a thread hangs would hang the whole run with it.
    """

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._threads: list[threading.Thread] = []

    def submit(  # type: ignore[override]
        self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Future[Any]:
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
        while True:
            job = self._jobs.get()
            if job is None:
                return
            job()
            del job
            self._idle.release()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let the threads end when they have nothing to do.

        Args:
            wait: Wait for them.
            cancel_futures: Without effect: every job has a thread already.
        """
        for _ in self._threads:
            self._jobs.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def alive(self) -> list[threading.Thread]:
        """The threads that have not ended."""
        return [thread for thread in self._threads if thread.is_alive()]
