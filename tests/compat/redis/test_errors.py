"""`asgi_redis.core.UnsupportedRedis`, of a server that lacks a command."""

from __future__ import annotations

from pathlib import Path

import pytest
from channeltest.compat.redis.errors import UnsupportedRedis

from ...redis_server import RedisServer
from .layers import on


@pytest.mark.parametrize("command", ["ZADD", "BZPOPMIN", "EVALSHA"])
def test_a_server_without_a_command(tmp_path: Path, command: str) -> None:
    server = RedisServer(tmp_path, "--rename-command", command, "")
    server.start()
    layer = on(server)
    try:
        with pytest.raises(UnsupportedRedis, match="supported by asgi_redis"):
            layer.send("a", {"b": 1})
            layer.receive(["c"], block=True)
    finally:
        server.stop()
