"""The databases of a test and of the threads that serve it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from asgiref.sync import SyncToAsync
from django.db import connections

from ..database.sharing import OneThread, is_in_memory
from ..patching import Patch, Patches


class _ThreadOfTheTest(Executor):
    """In the place of asgiref's executor: one thread with the test's connections, until it ends.

    Later calls go to the executor that was there before: whoever has replaced this one meanwhile
    may put it back when it has ended.

    Args:
        connections: The test's connections to databases in memory.
        instead: The executor that was there before.
    """

    def __init__(self, connections: list[Any], instead: Executor) -> None:
        self.thread = OneThread(connections)
        self._instead = instead
        self._is_over = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run ``fn(*args, **kwargs)`` in the thread."""
        executor: Executor = self._instead if self._is_over else self.thread
        return executor.submit(fn, *args, **kwargs)

    def end(self, ends: float) -> list[threading.Thread]:
        """Let the thread end, and give the connections back.

        Args:
            ends: Until when its calls have time to return, of `time.monotonic`.

        Returns:
            The thread, if it has not ended.
        """
        self._is_over = True
        self.thread.shutdown(wait=False)
        for thread in self.thread.alive():
            thread.join(max(0.0, ends - time.monotonic()))
        self.thread.give_back()
        return self.thread.alive()


class SharedDatabases:
    """Gives the threads of live servers the test's own connections to databases in memory.

    To other databases they have connections of their own. One of these objects serves all live
    servers of the process: the first to start it shares, the last to stop it ends that.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._shared: dict[str, Any] = {}
        self._patches = Patches()
        self._executor: _ThreadOfTheTest | None = None

    def start(self) -> None:
        """Share the connections of the thread that calls this."""
        with self._lock:
            self._users += 1
            if self._users > 1:
                return
            self._shared = {each.alias: each for each in connections.all() if is_in_memory(each)}
            for connection in self._shared.values():
                connection.inc_thread_sharing()
            create = connections.create_connection
            # asgiref's own thread may have connections from before, and keeps what it has.
            asgiref: Any = SyncToAsync
            self._executor = _ThreadOfTheTest(
                [*self._shared.values()], asgiref.single_thread_executor
            )
            self._patches = Patches(
                # Asked by every thread that has no connection yet, also by those that Django
                # makes for each request.
                Patch(
                    connections,
                    "create_connection",
                    lambda alias: self._shared.get(alias) or create(alias),
                ),
                Patch(asgiref, "single_thread_executor", self._executor),
            )
            self._patches.start()

    def stop(self, ends: float) -> list[threading.Thread]:
        """Share nothing any more, once nobody else needs it.

        Args:
            ends: Until when the calls that asgiref runs have time to return, of `time.monotonic`.

        Returns:
            The threads of those that have not.
        """
        with self._lock:
            self._users -= 1
            if self._users or self._executor is None:
                return []
            self._patches.stop()
            alive = self._executor.end(ends)
            while self._shared:
                self._shared.popitem()[1].dec_thread_sharing()
            return alive

    def close_own(self) -> None:
        """Close the calling thread's connections, but not the test's."""
        for connection in connections.all(initialized_only=True):
            if connection is not self._shared.get(connection.alias):
                connection.close()


shared_databases = SharedDatabases()
