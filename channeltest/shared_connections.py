"""A test's database connections, shared with what its event loop hands to a thread.

A test runner that runs a test on an event loop of its own (pytest-asyncio, anyio) begins the test's
transaction in the main thread. asgiref runs the ORM in a thread beside the loop, which has other
connections: it does not see what the test has prepared, and nobody rolls back what it writes
(pytest-django#580).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from asgiref.sync import SyncToAsync
from django.db import connections

from .connections import configured_bound
from .kept_connections import KeptConnections
from .standstill import place_of_thread
from .threads import Threads


class OneThread(Threads):
    """An executor of one thread, which has the connections that it is given.

    Args:
        shared: The connections of another thread.
    """

    def __init__(self, shared: list[Any]) -> None:
        super().__init__()
        self._shared = shared
        self._first = threading.Lock()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run ``fn(*args, **kwargs)`` after what was submitted before."""
        with self._first:
            if self._threads:
                # The thread counts as idle even while it works: no other is wanted.
                self._idle.release()
            return super().submit(fn, *args, **kwargs)

    def _work(self) -> None:
        for connection in self._shared:
            connections[connection.alias] = connection
        super()._work()


class _EveryContext:
    """In the place of asgiref's executors for ``ThreadSensitiveContext``: one for all of them.

    Django's ASGI handler asks for a thread for each request, and with it for other connections.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def __contains__(self, context: object) -> bool:
        return True

    def __getitem__(self, context: object) -> Executor:
        return self._executor

    def __setitem__(self, context: object, executor: Executor) -> None:
        """Keep to the one."""

    def pop(self, context: object, default: None) -> None:
        """Return ``None``: a context that ends must not end the thread of the test."""


class SharedConnections:
    """Has thread-sensitive ``sync_to_async`` use this thread's connections, until it is stopped.

    The calls run one after another in a thread that is made for the first of them, and ends with
    the test; ``close_old_connections`` leaves the connections open there. Start it after the
    test's transaction has begun, and stop it before that is rolled back. Calls with
    ``thread_sensitive=False`` have threads and connections of their own.
    """

    def __init__(self) -> None:
        self._shared: list[Any] = []
        self._executor: OneThread | None = None
        self._open = KeptConnections()

    def start(self) -> None:
        """Share the connections of all configured databases, opened or yet to open."""
        self._open.start()
        self._shared = list(connections.all())
        for connection in self._shared:
            connection.inc_thread_sharing()
        asgiref: Any = SyncToAsync
        self._replaced = asgiref.single_thread_executor, asgiref.context_to_thread_executor
        self._executor = OneThread(self._shared)
        asgiref.single_thread_executor = self._executor
        asgiref.context_to_thread_executor = _EveryContext(self._executor)

    def stop(self) -> None:
        """Wait for the calls in flight, and have nobody else use the connections any more.

        Raises:
            AssertionError: A call does not end.
        """
        executor, self._executor = self._executor, None
        if executor is None:
            return
        asgiref: Any = SyncToAsync
        asgiref.single_thread_executor, asgiref.context_to_thread_executor = self._replaced
        try:
            _end(executor)
        finally:
            while self._shared:
                self._shared.pop().dec_thread_sharing()
            self._open.stop()


def _end(executor: OneThread) -> None:
    bound = configured_bound()
    executor.shutdown(wait=False)
    for thread in executor.alive():
        thread.join(bound)
    for thread in executor.alive():
        place = place_of_thread(thread)
        executor.abandon()
        raise AssertionError(
            f"the test is over, and a synchronous call of its application has not ended {bound:g} "
            f"seconds later; it is {place}. Have it return, or have the test wait for it (the "
            "bound is CHANNELTEST = {'STAGE_BOUND': seconds})"
        )
