"""A test's database connections, kept open, and shared with what its event loop hands to a thread.

A test runner that runs a test on an event loop of its own (pytest-asyncio, anyio) begins the test's
transaction in the main thread. asgiref runs the ORM in a thread beside the loop, which has other
connections: it does not see what the test has prepared, and what it writes is not rolled
back (pytest-django#580).

``close_old_connections`` runs around every consumer and every request. In a test's transaction
it finds autocommit off, takes the connection for a broken one and closes it, with all that the
test has written (channels#1091, channels#1110, channels#2118).
"""

from __future__ import annotations

import asyncio
import threading
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from typing import Any
from weakref import WeakKeyDictionary

from asgiref.sync import SyncToAsync
from channels import consumer, db
from channels.generic import http, websocket
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from ..config import stage_bound
from ..errors import UnsharedTransactionWarning
from ..patching import Patch, Patches
from ..rest.executor import DaemonThreads
from ..rest.places import place_of_thread
from .on_commit import capturing_on_commit


def _close_unless_kept(connection: BaseDatabaseWrapper) -> None:
    # A mock that was put over this function may restore it after the last test that needs it.
    if not _stays_open.is_active:
        _stays_open.original(connection)


async def _close_nothing() -> None:
    """Do nothing, in the place of ``aclose_old_connections``."""


_stays_open = Patch(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", _close_unless_kept)

# Channels awaits a round trip to the database's thread before every event, for this call. Each
# module has it by a name of its own.
_needless_calls = [
    Patch(module, "aclose_old_connections", _close_nothing, instead_of=db.aclose_old_connections)
    for module in (consumer, http, websocket)
]


# What keeps the connections of all threads open: ``close_old_connections`` then closes nothing, and
# ``connection.close()`` works all the time.
KEEP_OPEN = (_stays_open, *_needless_calls)


class OneThreadExecutor(DaemonThreads):
    """An executor with one thread, which uses the database connections of another thread.

    If the test of the other thread is not rolled back, this thread has connections of its own, as
    in production, and closes them in the end. A database in memory is always shared.

    Args:
        candidates: The other thread's connections.
    """

    def __init__(self, candidates: Sequence[BaseDatabaseWrapper]) -> None:
        super().__init__()
        self._candidates = candidates
        self._shared: list[BaseDatabaseWrapper] = []
        self._first = threading.Lock()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run ``fn(*args, **kwargs)`` after what was submitted before."""
        with self._first:
            if self._threads:
                # The thread counts as idle even while it works: no other is wanted.
                self._idle.release()
            else:
                self._share()
            return super().submit(fn, *args, **kwargs)

    def _share(self) -> None:
        is_rolled_back = any(each.in_atomic_block for each in self._candidates)
        for each in self._candidates:
            if is_rolled_back or is_in_memory(each):
                each.inc_thread_sharing()
                self._shared.append(each)

    def _run_calls(self) -> None:
        for connection in list(self._shared):
            connections[connection.alias] = connection
        super()._run_calls()

    def end(self, bound: float) -> None:
        """Wait for the calls in flight, and give the connections back.

        Args:
            bound: Real seconds that they may take.

        Raises:
            AssertionError: They take longer.
        """
        self.shutdown(wait=False)
        for thread in self.alive():
            thread.join(bound)
        self.give_back()
        for thread in self.alive():
            place = place_of_thread(thread)
            self.abandon()
            raise AssertionError(
                "the test is over, and a synchronous call of its application has not ended "
                f"{bound:g} seconds later; it is {place}. Have it return, or have the test wait "
                "for it (the bound is CHANNELTEST = {'STAGE_BOUND': seconds})"
            )

    def give_back(self) -> None:
        """Stop sharing the connections; calling it again does nothing."""
        while self._shared:
            self._shared.pop().dec_thread_sharing()


class _EveryContext:
    """Replaces asgiref's executors for ``ThreadSensitiveContext`` by one for all contexts.

    Django's ASGI handler asks for a thread for each request, and with it for other connections.
    A context that was made with an executor keeps it.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._supplied: WeakKeyDictionary[Any, Executor] = WeakKeyDictionary()

    def __contains__(self, context: object) -> bool:
        return True

    def __getitem__(self, context: object) -> Executor:
        return self._supplied.get(context, self._executor)

    def __setitem__(self, context: object, executor: Executor) -> None:
        self._supplied[context] = executor

    def pop(self, context: object, default: None) -> Executor | None:
        """Return what asgiref is to shut down: not the thread of the test."""
        return self._supplied.pop(context, default)

    def items(self) -> list[tuple[Any, Executor]]:
        """Return the executors that the contexts were made with, with their contexts."""
        return list(self._supplied.items())


class SharedConnections:
    """Has thread-sensitive ``sync_to_async`` use this thread's connections, until it is stopped.

    The calls run one after another in a thread that is made for the first of them, and ends with
    the test; ``close_old_connections`` leaves the connections open there. Calls with
    ``thread_sensitive=False`` have threads and connections of their own.

    Stop it before the test's transaction is rolled back.
    """

    def __init__(self) -> None:
        self._executor: OneThreadExecutor | None = None
        self._patches = Patches(*KEEP_OPEN, capturing_on_commit)

    def start(self) -> None:
        """Share the connections of the configured databases, opened or yet to open.

        On an event loop it does nothing: there asgiref keeps other connections.
        """
        if asyncio._get_running_loop() is not None:
            return
        self._patches.start()
        asgiref: Any = SyncToAsync
        self._replaced = asgiref.single_thread_executor, asgiref.context_to_thread_executor
        self._executor = OneThreadExecutor(connections.all())
        asgiref.single_thread_executor = self._executor
        asgiref.context_to_thread_executor = _EveryContext(self._executor)

    def stop(self) -> None:
        """Wait for the calls in flight, and stop sharing the connections.

        Raises:
            AssertionError: A call does not end.
        """
        executor, self._executor = self._executor, None
        if executor is None:
            return
        asgiref: Any = SyncToAsync
        asgiref.single_thread_executor, asgiref.context_to_thread_executor = self._replaced
        try:
            executor.end(stage_bound())
        finally:
            self._patches.stop()


def are_shared() -> bool:
    """Return whether the connections of the test's thread are shared."""
    return isinstance(SyncToAsync.single_thread_executor, OneThreadExecutor)


def warn_of_transaction() -> None:
    """Warn, once in a run, that what applications wrote is not rolled back with the test.

    That is so if this thread has begun the test's transaction, and has also run the loop: the ORM
    then worked in another thread.
    """
    global _has_warned
    if not _has_warned and any(
        each.in_atomic_block for each in connections.all(initialized_only=True)
    ):
        _has_warned = True
        warnings.warn(
            "this test's transaction belongs to the thread of its event loop, and applications "
            "write through a connection of another thread: what they write is not rolled back, "
            "and the next test finds it. Mark the test with @pytest.mark.channels, or write "
            "'channeltest_captive_layers = true' below [pytest] for all tests",
            UnsharedTransactionWarning,
            stacklevel=2,
        )


_has_warned = False


def is_in_memory(connection: BaseDatabaseWrapper) -> bool:
    """Whether a connection's database is in this process's memory."""
    sqlite: Any = connection
    return sqlite.vendor == "sqlite" and bool(sqlite.is_in_memory_db())
