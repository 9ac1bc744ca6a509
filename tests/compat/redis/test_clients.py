from __future__ import annotations

import pytest
from channeltest.compat.redis.clients import client_of, sentinel_services
from redis.exceptions import ConnectionError

from ...redis_server import RedisServer, free_port


def test_a_url(redis_server: RedisServer) -> None:
    with client_of({"address": redis_server.database(3)}) as client:
        assert client.ping()
        assert client.connection_pool.connection_kwargs["db"] == 3


def test_a_host_and_a_port(redis_server: RedisServer) -> None:
    server = {"host": redis_server.host, "port": redis_server.port, "db": 2}
    with client_of(server) as client:
        assert client.ping()


def test_no_sentinel_answers() -> None:
    with pytest.raises(ConnectionError, match=r"^Could not get master info from sentinel: "):
        sentinel_services([(RedisServer.host, free_port())], {})
