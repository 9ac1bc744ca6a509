"""Calls of the applications that have to be made in the test's thread, without a loop there."""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from asgiref.sync import SyncToAsync
from channels.exceptions import StopConsumer


class Jobs:
    """The calls that wait for the test's thread, which makes them between two runs of the loop.

    A call that itself calls back into the loop (``async_to_sync`` in a synchronous consumer)
    waits for it in the very thread that runs the loop otherwise. An understudy takes over until
    the call is done.

    Args:
        loop: The loop that the calls come from.
        start_understudy: Runs the loop in another thread.
        stop_loop: Has the loop stop running there.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        start_understudy: Callable[[], Future[None]],
        stop_loop: Callable[[], object],
    ) -> None:
        self._loop = loop
        self._start_understudy = start_understudy
        self._stop_loop = stop_loop
        self._understudy: Future[None] | None = None
        self._waiting: deque[tuple[asyncio.Future[Any], Callable[[], Any]]] = deque()
        self._thread: int | None = None
        self._stops: list[StopConsumer] = []

    def add(self, future: asyncio.Future[Any], call: Callable[[], Any]) -> None:
        """Have ``call`` made, and ``future`` get what comes of it."""
        self._waiting.append((future, call))

    @property
    def are_due(self) -> bool:
        """Whether calls wait, and none is being made."""
        return bool(self._waiting) and self._thread is None

    def run(self, came_back: Callable[[asyncio.Future[Any]], object]) -> None:
        """Make the calls that wait.

        Args:
            came_back: Called with the future of each before its result is set.
        """
        # Every synchronous consumer ends so. Nobody looks where, and with all the frames that
        # its traceback holds each would be garbage that only the collector finds.
        while self._stops:
            self._stops.pop().__traceback__ = None
        # The calls' own async_to_sync goes to this loop. The test's own would wait for it in vain.
        asgiref = SyncToAsync.threadlocal
        before = getattr(asgiref, "main_event_loop", None)
        try:
            while self._waiting:
                self._thread = threading.get_ident()
                asgiref.main_event_loop, asgiref.main_event_loop_pid = self._loop, os.getpid()
                try:
                    self._make(came_back, *self._waiting.popleft())
                finally:
                    self._thread = None
        finally:
            asgiref.main_event_loop = before

    def _make(
        self,
        came_back: Callable[[asyncio.Future[Any]], object],
        future: asyncio.Future[Any],
        call: Callable[[], Any],
    ) -> None:
        result = None
        failure: BaseException | None = None
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
        # From here on this thread has the loop to itself again.
        self._dismiss_understudy()
        came_back(future)
        if future.cancelled():
            pass
        elif failure is None:
            future.set_result(result)
        else:
            future.set_exception(failure)
        # The traceback leads to this frame, which must not lead back to the exception.
        del failure, future

    def note_call_back(self) -> None:
        """Somebody calls into the loop: if the call being made does, an understudy runs it."""
        if self._thread == threading.get_ident() and self._understudy is None:
            self._understudy = self._start_understudy()

    def _dismiss_understudy(self) -> None:
        if self._understudy is not None:
            self._stop_loop()
            self._understudy.exception()
            self._understudy = None

    def drop(self) -> None:
        """Forget the calls that wait."""
        self._waiting.clear()
