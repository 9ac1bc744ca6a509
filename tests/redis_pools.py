"""Closes the idle connections that a test's layers and clients have left.

redis-py closes a connection when it is collected. If the collector gets to the socket first, it
warns of it in whatever test runs then.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from redis.connection import ConnectionPool

_pools: weakref.WeakSet[ConnectionPool] = weakref.WeakSet()
# What keeps a connection for each thread.
_keepers: weakref.WeakSet[Any] = weakref.WeakSet()


def _note(kind: type[Any], known: weakref.WeakSet[Any], patched: pytest.MonkeyPatch) -> None:
    """Have each new instance of a class noted."""
    make = kind.__init__

    def make_known(made: Any, *args: Any, **options: Any) -> None:
        make(made, *args, **options)
        known.add(made)

    patched.setattr(kind, "__init__", make_known)


@pytest.fixture(autouse=True, scope="session")
def known_redis_pools() -> Iterator[None]:
    """Take notice of every pool that is made, and of what keeps connections of it."""
    from channeltest.compat.redis.commands import Commands

    with pytest.MonkeyPatch.context() as patched:
        _note(ConnectionPool, _pools, patched)
        _note(Commands, _keepers, patched)
        yield


@pytest.fixture(autouse=True)
def no_idle_redis_connections() -> Iterator[None]:
    """Close what is idle when a test has ended; connections in use are somebody else's."""
    yield
    for keeper in list(_keepers):
        client = getattr(keeper._of_thread, "client", None)
        if client is not None:
            # It connects again when it is used again.
            client.connection.disconnect()
    for pool in list(_pools):
        pool.disconnect(inuse_connections=False)
