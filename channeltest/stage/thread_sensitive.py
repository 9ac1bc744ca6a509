"""Thread-sensitive calls of the applications: they are made in the test's thread."""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from asgiref.sync import SyncToAsync
from channels.exceptions import StopConsumer

# For pytest: tracebacks end at the test's line.
__tracebackhide__ = True

Call = Callable[[], Any]


def is_thread_sensitive(executor: Executor | None) -> bool:
    """Whether asgiref has an executor for thread-sensitive calls.

    It has one for all of them, and makes one for each context, as Django's requests have them.

    Args:
        executor: The executor of a call; ``None`` for the loop's own.
    """
    return executor is SyncToAsync.single_thread_executor or any(
        made is executor and getattr(context, "_executor", None) is None
        for context, made in SyncToAsync.context_to_thread_executor.items()
    )


class ThreadSensitiveCalls:
    """Calls that the test's thread makes, between two runs of its loop.

    A call may need the loop: it calls back into it (``async_to_sync`` in a synchronous consumer),
    or waits for something that a coroutine does. The thread that runs the loop otherwise is the
    very one that waits, so another thread runs the loop until the call is done.

    Args:
        loop: The loop that the calls come from.
        run_elsewhere: Runs the loop in another thread.
        stop_loop: Stops the loop there.
        is_made: Called when a call begins, with ``True``, and when it ends.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        run_elsewhere: Callable[[], Future[None]],
        stop_loop: Callable[[], object],
        is_made: Callable[[bool], object] = bool,
    ) -> None:
        self._loop = loop
        self._run_elsewhere = run_elsewhere
        self._stop_loop = stop_loop
        self._is_made = is_made
        self._elsewhere: Future[None] | None = None
        self._waiting: deque[tuple[asyncio.Future[Any], Call]] = deque()
        self._thread: int | None = None
        self._lock = threading.Lock()
        self._stops: list[StopConsumer] = []

    def add(self, future: asyncio.Future[Any], call: Call) -> None:
        """Have ``call`` made, and ``future`` get its result."""
        self._waiting.append((future, call))

    @property
    def are_due(self) -> bool:
        """Whether calls wait, and none is being made."""
        return bool(self._waiting) and self._thread is None

    @property
    def is_running(self) -> bool:
        """Whether a call is being made."""
        return self._thread is not None

    def run(self, came_back: Callable[[asyncio.Future[Any]], object]) -> None:
        """Make the calls that wait.

        Args:
            came_back: Called with the future of each before its result is set.
        """
        # Every synchronous consumer ends with it. Its traceback is not read, and would keep frames
        # in a circle that only the garbage collector finds.
        while self._stops:
            self._stops.pop().__traceback__ = None
        if not self._waiting:
            return
        # The calls' own async_to_sync goes to this loop. The test's own would wait for it in vain.
        asgiref = SyncToAsync.threadlocal
        before = getattr(asgiref, "main_event_loop", None)
        try:
            while self._waiting:
                asgiref.main_event_loop, asgiref.main_event_loop_pid = self._loop, os.getpid()
                self._make(came_back, *self._waiting.popleft())
        finally:
            asgiref.main_event_loop = before

    def _make(
        self,
        came_back: Callable[[asyncio.Future[Any]], object],
        future: asyncio.Future[Any],
        call: Call,
    ) -> None:
        result = None
        failure: BaseException | None = None
        self._thread = threading.get_ident()
        self._is_made(True)
        try:
            result = call()
        except StopIteration as error:
            failure = RuntimeError("a call in a thread raised StopIteration").with_traceback(
                error.__traceback__
            )
        except StopConsumer as error:
            failure = error.with_traceback(None)
            self._stops.append(error)
        except BaseException as error:
            failure = error
        finally:
            self._is_made(False)
            self._take_loop_back()
        came_back(future)
        if future.cancelled():
            pass
        elif failure is None:
            future.set_result(result)
        else:
            future.set_exception(failure)
        # The traceback leads to this frame, which must not lead back to the exception.
        del failure, future

    def called_back(self) -> None:
        """Run the loop elsewhere if the call that is being made has called into it."""
        if self._thread == threading.get_ident():
            self.run_loop_elsewhere()

    def run_loop_elsewhere(self) -> None:
        """Run the loop in another thread while a call is being made; from any thread."""
        with self._lock:
            if self._thread is not None and self._elsewhere is None:
                self._elsewhere = self._run_elsewhere()

    def _take_loop_back(self) -> None:
        with self._lock:
            self._thread = None
            elsewhere, self._elsewhere = self._elsewhere, None
        if elsewhere is not None:
            self._stop_loop()
            elsewhere.exception()

    def drop(self) -> None:
        """Forget the calls that wait."""
        self._waiting.clear()
