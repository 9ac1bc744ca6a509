"""The databases of a test and of the threads that serve it."""

from __future__ import annotations

import threading
import time
from typing import Any

from asgiref.sync import SyncToAsync
from django.db import connections

from ..database.sharing import OneThread
from .databases import is_in_memory


class SharedDatabases:
    """Gives the threads of live servers the test's own connections to databases in memory.

    To other databases they have connections of their own. One of these objects serves all live
    servers of the process: the first to start it shares, the last to stop it ends that.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._shared: dict[str, Any] = {}

    def start(self) -> None:
        """Share the connections of the thread that calls this."""
        with self._lock:
            self._users += 1
            if self._users > 1:
                return
            self._shared = {each.alias: each for each in connections.all() if is_in_memory(each)}
            for connection in self._shared.values():
                connection.inc_thread_sharing()
            handler: Any = connections
            create = handler.create_connection
            # Asked by every thread that has no connection yet, also by those that Django makes
            # for each request.
            handler.create_connection = lambda alias: self._shared.get(alias) or create(alias)
            # asgiref's own thread may have connections from before, and keeps what it has.
            asgiref: Any = SyncToAsync
            self._replaced = asgiref.single_thread_executor
            asgiref.single_thread_executor = OneThread([*self._shared.values()])

    def stop(self, ends: float) -> list[threading.Thread]:
        """Share nothing any more, once nobody else needs it.

        Args:
            ends: Until when the calls that asgiref runs have time to return, of `time.monotonic`.

        Returns:
            The threads of those that have not.
        """
        with self._lock:
            self._users -= 1
            if self._users:
                return []
            asgiref: Any = SyncToAsync
            executor: OneThread = asgiref.single_thread_executor
            asgiref.single_thread_executor = self._replaced
            executor.shutdown(wait=False)
            for thread in executor.alive():
                thread.join(max(0.0, ends - time.monotonic()))
            executor.give_back()
            handler: Any = connections
            del handler.create_connection
            while self._shared:
                self._shared.popitem()[1].dec_thread_sharing()
            return executor.alive()

    def close_own(self) -> None:
        """Close the calling thread's connections, but not the test's."""
        for connection in connections.all(initialized_only=True):
            if connection is not self._shared.get(connection.alias):
                connection.close()


shared_databases = SharedDatabases()
