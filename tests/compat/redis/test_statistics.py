from __future__ import annotations

from typing import Any

import pytest

from ...redis_server import RedisServer
from .layers import Layer, on


def test_of_a_channel(redis_server: RedisServer, client: Any) -> None:
    layer = on(redis_server, capacity=1)
    layer.send("work", {})
    with pytest.raises(layer.ChannelFull):
        layer.send("work", {})
    client.zincrby("asgi:work", -7, client.zrange("asgi:work", 0, 0)[0])
    counts = layer.channel_statistics("work")
    assert counts == {
        layer.STAT_MESSAGES_COUNT: 1,
        layer.STAT_CHANNEL_FULL: 1,
        layer.STAT_MESSAGES_PENDING: 1,
        layer.STAT_MESSAGES_MAX_AGE: 7,
    }
    assert {type(count) for count in counts.values()} == {int}


def test_of_a_channel_without_messages(layer: Layer) -> None:
    assert layer.channel_statistics("work") == {
        "messages_count": 0,
        "channel_full_count": 0,
        "messages_pending": 0,
        "messages_max_age": 0,
    }


def test_of_all(layer: Layer) -> None:
    layer.send("work", {})
    layer.send("reply!a", {})
    layer.receive(["work"])
    assert layer.global_statistics() == {"messages_count": 2, "channel_full_count": 0}


def test_over_several_servers(sharded: Layer) -> None:
    for _ in range(20):
        sharded.send("work", {})
    counts = sharded.channel_statistics("work")
    assert (counts["messages_count"], counts["messages_pending"]) == (20, 20)


def test_a_subclass_says_how_long_counts_live(layer: Layer, client: Any) -> None:
    layer.global_statistics_expiry = 100
    layer.channel_statistics_expiry = 10
    layer.send("work", {})
    assert client.ttl("asgi-meta:work:messages_count") == 10
    assert client.ttl("asgi-meta:#global#:messages_count") == 100
