"""A layer as an event loop uses it: what `test_layer` has of threads, in short."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from channeltest.compat.redis.in_loop import LoopLayer
from channeltest.compat.redis.layer import RedisChannelLayer
from channeltest.compat.redis.variants import RedisSentinelChannelLayer
from redis.exceptions import ConnectionError

from ...redis_server import RedisServer
from .layers import Layer, drain, on, while_waiting_on


def in_loop(layer: Layer, use: Callable[[LoopLayer], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        used = layer.in_loop()
        assert used is not None
        try:
            return await use(used)
        finally:
            await used.close()

    return asyncio.run(main())


def received(layer: Layer, name: str) -> Any:
    return in_loop(layer, lambda used: used.receive_waiting(name))


def test_each_message_has_its_own_error(layer: Layer) -> None:
    layer.capacity = 2
    messages: Any = [
        *(("a", {"n": 1}), ("b!x", {"n": 2}), ("a", {"n": 3})),
        *(("a", {"n": 4}), ("?", {}), ("b", [])),
    ]
    errors = in_loop(layer, lambda used: used.send_together(messages))
    expected = [*[type(None)] * 3, layer.ChannelFull, TypeError, AssertionError]
    assert [type(error) for error in errors] == expected
    assert drain(layer, "a") == [("a", {"n": 1}), ("a", {"n": 3})]
    assert drain(layer, "b!") == [("b!x", {"n": 2})]


def test_over_shards(sharded: Layer) -> None:
    sent = [(f"r{n}!x", {"n": n}) for n in range(20)]
    assert in_loop(sharded, lambda used: used.send_together(sent)) == [None] * 20
    for channel, message in sent:
        assert received(sharded, channel[:-1]) == [(channel, message)]


def test_what_waits_is_taken_at_once(layer: Layer) -> None:
    layer.group_add("g", "r!1")
    layer.group_add("g", "r!2")
    layer.send("r!1", {"n": 1})
    layer.send_group("g", {"n": 2})
    expected = [("r!1", {"n": 1}), ("r!1", {"n": 2}), ("r!2", {"n": 2})]
    assert received(layer, "r!") == expected


def test_waiting_for_the_first(layer: Layer, redis_server: RedisServer) -> None:
    with while_waiting_on(redis_server, lambda: layer.send("r!1", {"n": 1})):
        assert received(layer, "r!") == [("r!1", {"n": 1})]


def test_waiting_in_vain(layer: Layer) -> None:
    layer.blpop_timeout = 1
    assert received(layer, "r!") == []


def test_readers_are_woken(layer: Layer, redis_server: RedisServer) -> None:
    layer.blpop_timeout = 60
    with while_waiting_on(redis_server, layer.wake_readers):
        assert received(layer, "r!") == []


def test_what_has_expired(layer: Layer, client: Any) -> None:
    for number in range(3):
        layer.send(f"r!{number}", {"number": number})
    members = client.zrange("asgi:r!", 0, -1)
    now = client.time()[0]
    client.zadd("asgi:r!", {members[0]: now - 61, members[1]: now - 50}, xx=True)
    assert received(layer, "r!") == [("r!1", {"number": 1}), ("r!2", {"number": 2})]


def test_a_key_of_another_kind(layer: Layer, client: Any, log: Any) -> None:
    client.rpush("asgi:work", "asgi:0123")
    assert in_loop(layer, lambda used: used.send_together([("work", {"n": 1})])) == [None]
    assert drain(layer, "work") == [("work", {"n": 1})]
    assert any("asgi:work on Redis is deleted with all that it holds" in line for line in log())


def test_a_server_that_cannot_wait_for_several(tmp_path: Path) -> None:
    """One before Redis 7."""
    server = RedisServer(tmp_path, "--rename-command", "BZMPOP", "")
    server.start()
    try:
        layer = on(server)
        for number in range(2):
            layer.send("r!a", {"number": number})
        assert received(layer, "r!") == [("r!a", {"number": n}) for n in range(2)]
        with while_waiting_on(server, lambda: layer.send("r!a", {"number": 2})):
            assert received(layer, "r!") == [("r!a", {"number": 2})]
    finally:
        server.stop()


def test_a_server_that_is_down() -> None:
    layer = RedisChannelLayer(hosts=[("127.0.0.1", 1)])
    with pytest.raises(ConnectionError) as caught:
        received(layer, "r!")
    assert isinstance(caught.value, layer.unreachable)


class Counting(RedisChannelLayer):
    """A project's layer that looks at each message."""

    def send(self, channel: str, message: dict[str, Any]) -> None:
        super().send(channel, {**message, "seen": True})


class Filtering(RedisChannelLayer):
    """A project's layer that looks at each message that it receives."""

    def receive(self, channels: Any, block: bool = False) -> Any:
        channel, message = super().receive(channels, block)
        return channel, message and {**message, "seen": True}


@pytest.mark.parametrize("kind", [Counting, Filtering])
def test_methods_of_a_subclass_are_called(redis_server: RedisServer, kind: Any) -> None:
    layer = kind(hosts=[redis_server.url])
    assert layer.in_loop() is None
    seen = {"n": 1, "seen": True}
    assert layer.send_together([("r!x", {"n": 1})]) == [None]
    assert layer.receive_waiting("r!") == [("r!x", seen)]
    assert layer.send_and_receive([("a", {"n": 1})], ["a"]) == ([None], ("a", seen))


def test_a_subclass_refuses_as_the_layer_does(redis_server: RedisServer) -> None:
    layer = Counting(hosts=[redis_server.url], capacity=1)
    errors = layer.send_together([("a", {}), ("a", {}), ("?", {})])
    assert [type(error) for error in errors] == [type(None), layer.ChannelFull, TypeError]


def test_a_mock_is_called(layer: Layer) -> None:
    with mock.patch.object(layer, "send") as send:
        assert layer.in_loop() is None
        layer.send_together([("a", {})])
    send.assert_called_once_with("a", {})
    assert layer.in_loop() is not None


def test_a_sentinel_cluster_is_for_threads() -> None:
    layer = RedisSentinelChannelLayer(hosts=[("localhost", 26379)], services=["service"])
    assert layer.in_loop() is None
