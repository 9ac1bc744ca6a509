from __future__ import annotations

from typing import Any

import pytest
from channels.exceptions import InvalidChannelLayerError
from channels.layers import ChannelLayerManager as ModernLayerManager
from channels_redis.core import RedisChannelLayer as ModernRedisChannelLayer
from channeltest.compat.asgi import ChannelLayerManager, channel_layers
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.layers.asynchronous import ModernLayer
from channeltest.compat.redis.layer import RedisChannelLayer

from ..redis_server import RedisServer

MEMORY = "channels.layers.InMemoryChannelLayer"
REDIS = "channels_redis.core.RedisChannelLayer"


@pytest.fixture
def configure(settings: Any) -> Any:
    """Sets one layer, ``half``, as a half-migrated project does; gives its Channels 1 side."""

    def configure(backend: str, **config: Any) -> Any:
        half = {"BACKEND": backend, "CONFIG": config, "ROUTING": []}
        settings.CHANNEL_LAYERS = {"half": half}
        return ChannelLayerManager()["half"].channel_layer

    return configure


def test_in_memory(configure: Any) -> None:
    layer = configure(MEMORY, expiry=7)
    assert type(layer) is ChannelLayer
    assert (layer.expiry, layer.capacity) == (7, 100)


def test_in_memory_with_a_capacity(configure: Any) -> None:
    assert configure(MEMORY, capacity=3).capacity == 3


def test_on_redis(configure: Any, redis_server: RedisServer) -> None:
    hosts = [{"host": redis_server.host, "port": redis_server.port}]
    layer = configure(REDIS, hosts=hosts, capacity=3, random_prefix_length=8)
    assert type(layer) is RedisChannelLayer
    assert (layer.prefix, layer.capacity) == ("asgi", 3)
    layer.send("work", {"n": 1})
    assert layer.receive(["work"]) == ("work", {"n": 1})


@pytest.mark.parametrize(
    ("backend", "kind"), [(MEMORY, ModernLayer), (REDIS, ModernRedisChannelLayer)]
)
def test_channels_4_side(configure: Any, backend: str, kind: type) -> None:
    configure(backend)
    try:
        assert isinstance(ModernLayerManager()["half"], kind)
    finally:
        channel_layers.set("half", None)


def test_another_layer_of_channels_4(configure: Any) -> None:
    with pytest.raises(InvalidChannelLayerError) as raised:
        configure("channels_redis.pubsub.RedisPubSubChannelLayer")
    text = str(raised.value)
    assert "RedisPubSubChannelLayer' specified for half has no synchronous side" in text
    assert repr(REDIS) in text


def test_a_layer_of_channels_1_stays(configure: Any) -> None:
    assert type(configure("tests.layers.PlainLayer")).__name__ == "PlainLayer"
