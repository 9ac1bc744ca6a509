"""Closes the idle connections that a test's layers and clients have left in their pools.

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
_make = ConnectionPool.__init__


def _make_known(pool: ConnectionPool, *args: Any, **options: Any) -> None:
    _make(pool, *args, **options)
    _pools.add(pool)


@pytest.fixture(autouse=True, scope="session")
def known_redis_pools() -> Iterator[None]:
    """Take notice of every pool that is made."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ConnectionPool, "__init__", _make_known)
        yield


@pytest.fixture(autouse=True)
def no_idle_redis_connections() -> Iterator[None]:
    """Close what is idle when a test has ended; connections in use are somebody else's."""
    yield
    for pool in list(_pools):
        pool.disconnect(inuse_connections=False)
