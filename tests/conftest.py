"""Pytest configuration of this project's own tests."""

from __future__ import annotations

import gc

import pytest

from .postgres_server import postgres_server as postgres_server
from .redis_pools import known_redis_pools as known_redis_pools
from .redis_pools import no_idle_redis_connections as no_idle_redis_connections
from .redis_server import redis_process as redis_process
from .redis_server import redis_server as redis_server
from .shuffled_tasks import shuffled_tasks as shuffled_tasks
from .sites import new_shared_site as new_shared_site
from .sites import new_site as new_site
from .sites import served_database as served_database


def pytest_collection_finish() -> None:
    """Leave modules and collected tests out of later garbage collections, which they slow down."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish() -> None:
    """Let collections see all objects again: plugins look for what refers to theirs."""
    gc.unfreeze()
