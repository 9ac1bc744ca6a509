from __future__ import annotations

from ...redis_server import RedisServer
from .layers import Layer, drain, while_waiting_on


def test_messages_are_spread(sharded: Layer) -> None:
    for _ in range(40):
        sharded.send("work", {})
    sizes = [sharded.connection(index).zcard("asgi:work") for index in range(2)]
    assert sum(sizes) == 40
    assert all(sizes)
    assert len(drain(sharded, "work")) == 40


def test_a_channel_with_one_reader_is_on_one_server(sharded: Layer) -> None:
    for _ in range(20):
        sharded.send("reply!a", {})
    sizes = [sharded.connection(index).zcard("asgi:reply!") for index in range(2)]
    assert sorted(sizes) == [0, 20]


def test_waiting_for_several_servers(sharded: Layer, redis_server: RedisServer) -> None:
    with while_waiting_on(redis_server, lambda: sharded.send("work", {"n": 1})):
        assert sharded.receive(["other", "work"], block=True) == ("work", {"n": 1})
