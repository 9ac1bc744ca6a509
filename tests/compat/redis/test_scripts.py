"""What a server does in one step."""

from __future__ import annotations

from typing import Any

import pytest
from channeltest.compat.redis.scripts import DELETE_OTHERS
from redis.exceptions import ConnectionError

from .layers import Layer, drain


def test_a_server_without_memory_takes_no_message(layer: Layer, client: Any) -> None:
    # An old message, which a script may delete before it writes.
    layer.send("work", {"n": 0})
    client.zincrby("asgi:work", -61, client.zrange("asgi:work", 0, 0)[0])
    client.config_set("maxmemory", 1)
    try:
        with pytest.raises(ConnectionError, match="maxmemory"):
            layer.send("work", {"n": 1})
        assert client.zcard("asgi:work") == 1
    finally:
        client.config_set("maxmemory", 0)
    layer.send("work", {"n": 2})
    assert drain(layer, "work") == [("work", {"n": 2})]


def test_two_messages_at_once_keep_their_order(layer: Layer) -> None:
    layer.send_together([("work", {"n": n}) for n in range(100)])
    assert [message["n"] for _, message in drain(layer, "work")] == list(range(100))


def test_expired_messages_are_deleted_when_one_is_sent(layer: Layer, client: Any) -> None:
    layer.send("work", {"n": 1})
    client.zincrby("asgi:work", -61, client.zrange("asgi:work", 0, 0)[0])
    layer.send("work", {"n": 2})
    assert client.zcard("asgi:work") == 1


def test_keys_of_another_kind(client: Any) -> None:
    """Only those are deleted: a sorted set may have been made of one just before."""
    client.rpush("asgi:list", "a")
    client.set("asgi:text", "a")
    client.zadd("asgi:work", {"a": 1})
    keys = ["asgi:list", "asgi:work", "asgi:text", "asgi:nothing"]
    deleted = client.eval(DELETE_OTHERS, len(keys), *keys)
    assert deleted == [b"asgi:list", b"list", b"asgi:text", b"string"]
    assert client.keys() == [b"asgi:work"]
