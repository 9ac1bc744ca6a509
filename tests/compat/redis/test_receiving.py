from __future__ import annotations

import random
from typing import Any

import msgpack
import pytest

from ...redis_server import RedisServer
from .layers import Layer, drain, on


def packed(content: Any) -> bytes:
    """The member of a sorted set that stands for some content."""
    data: bytes = random.randbytes(12) + msgpack.packb(content)
    return data


# What another program may have put on a channel.
FOREIGN = {
    "no msgpack": b"\xc1" * 20,
    "nothing": b"",
    "cut off": packed({"text": "x" * 100})[:40],
    "more than one": packed({}) + b"\x80",
    "no dict": packed(["text"]),
    "for no channel": packed({"__asgi_channel__": []}),
    "for a number": packed({"__asgi_channel__": 1}),
    "for somebody else": packed({"__asgi_channel__": "other!a"}),
    "for many, one of them elsewhere": packed({"__asgi_channel__": ["reply!a", "other!a"]}),
}


@pytest.fixture(params=FOREIGN)
def foreign(request: pytest.FixtureRequest, client: Any) -> None:
    """What is no message, on two channels."""
    for key in ("asgi:work", "asgi:reply!"):
        client.zadd(key, {FOREIGN[request.param]: 1e9})


class TestForeignMessages:
    def test_on_a_channel(self, layer: Layer, foreign: None, log: Any) -> None:
        layer.expiry = 1e10
        layer.send("work", {"n": 1})
        assert drain(layer, "work") == [("work", {"n": 1})]
        assert any("What was on channel work is dropped" in line for line in log())

    def test_on_a_process_local_channel(self, layer: Layer, foreign: None, log: Any) -> None:
        layer.expiry = 1e10
        layer.send("reply!a", {"n": 1})
        assert layer.receive_waiting("reply!") == [("reply!a", {"n": 1})]
        assert any("What was on channel reply! is dropped" in line for line in log())

    def test_a_reader_that_waits(self, layer: Layer, client: Any, log: Any) -> None:
        client.zadd("asgi:work", {b"\xc1": 0})
        layer.blpop_timeout = 1
        assert layer.receive(["work"], block=True) == (None, None)
        assert layer.receive_waiting("work!") == []

    def test_of_other_keys(self, redis_server: RedisServer, log: Any) -> None:
        on(redis_server, symmetric_encryption_keys=["other"]).send("work", {"n": 1})
        layer = on(redis_server, symmetric_encryption_keys=["mine"])
        layer.send("work", {"n": 2})
        assert drain(layer, "work") == [("work", {"n": 2})]
        assert any("InvalidToken" in line for line in log())


class TestGroupMessages:
    def test_each_channel_has_one_of_its_own(self, layer: Layer) -> None:
        for name in ("reply!a", "reply!b"):
            layer.group_add("g", name)
        layer.send_group("g", {"list": []})
        first, second = drain(layer, "reply!")
        first[1]["list"].append("mine")
        assert second == ("reply!b", {"list": []})

    def test_flush_forgets_those_that_wait(self, layer: Layer) -> None:
        for name in ("reply!a", "reply!b"):
            layer.group_add("g", name)
        layer.send_group("g", {})
        layer.receive(["reply!"])
        layer.flush()
        assert layer.receive(["reply!"]) == (None, None)
