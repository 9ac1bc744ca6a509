"""The test databases of a live server's processes."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from ..compat.advice import with_note
from .forked import keep_for_the_parent


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


def use(databases: Mapping[str, Mapping[str, Any]]) -> None:
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
