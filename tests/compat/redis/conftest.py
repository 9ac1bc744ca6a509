"""Layers on a real Redis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from channeltest.compat.redis.layer import RedisChannelLayer
from redis import Redis

from ...redis_server import RedisServer
from .layers import on


@pytest.fixture
def layer(redis_server: RedisServer) -> RedisChannelLayer:
    """A layer on an empty Redis."""
    return on(redis_server)


@pytest.fixture
def client(redis_server: RedisServer) -> Iterator[Any]:
    """A client of that Redis."""
    with Redis(redis_server.host, redis_server.port) as client:
        yield client


@pytest.fixture(scope="module")
def second_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def sharded(redis_server: RedisServer, second_process: RedisServer) -> RedisChannelLayer:
    """A layer on two empty servers."""
    layer = on(redis_server, second_process)
    layer.flush()
    return layer
