"""The test databases of a live server's processes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from copy import deepcopy
from typing import Any

from asgiref.sync import SyncToAsync
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from ..compat.advice import with_note
from ..database.sharing import OneThreadExecutor, is_in_memory
from ..patching import Patch, Patches
from .child import keep_for_the_parent

# Settings of databases, by alias.
Databases = Mapping[str, Mapping[str, Any]]


def addresses() -> dict[str, dict[str, Any]]:
    """Return the settings of every connection, with the names of the test databases.

    These are the names in force: those of pytest-xdist's workers, of Django's parallel clones, of
    mirrors.
    """
    return {each.alias: dict(each.settings_dict) for each in connections.all()}


def refuse_in_memory(aliases: list[str]) -> None:
    """Raise the error for databases that no other process can see.

    Args:
        aliases: The aliases of databases in memory; without any nothing happens.

    Raises:
        ImproperlyConfigured: With Channels 1.1.8's text, which ``channels.testing`` has too.
    """
    if aliases:
        raise with_note(
            ImproperlyConfigured(
                "ChannelLiveServerTestCase can not be used with in memory databases"
            ),
            f"{', '.join(map(repr, aliases))} in DATABASES is one. Give it a file in tests, "
            "'TEST': {'NAME': 'testdb.sqlite3'}, or serve in a thread of the test's process: "
            "server = 'thread' on the test case",
        )


def use(databases: Databases) -> None:
    """Have this child process use the test databases, over connections of its own.

    Args:
        databases: What `addresses` returned in the test's process.
    """
    for connection in connections.all(initialized_only=True):
        pools = getattr(connection, "_connection_pools", {})
        # They share the sockets of the process that this one was forked from: closing them, which
        # collecting them may do, would end the other process's sessions.
        keep_for_the_parent(connection, dict(pools))
        pools.clear()
        del connections[connection.alias]
    for alias, address in databases.items():
        configured = connections.settings[alias]
        wanted = deepcopy({**address})
        configured.clear()
        configured.update(wanted)


class _ThreadOfTheTest(Executor):
    """Replaces asgiref's executor by one thread with the test's connections, until it ends.

    Later calls go to the executor that was there before: code that has replaced this one
    meanwhile may put it back when it has ended.

    Args:
        connections: The test's connections to databases in memory.
        instead: The executor that was there before.
    """

    def __init__(self, connections: list[BaseDatabaseWrapper], instead: Executor) -> None:
        self.thread = OneThreadExecutor(connections)
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
        self._shared: dict[str, BaseDatabaseWrapper] = {}
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
        """End the sharing when the last live server has stopped.

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
