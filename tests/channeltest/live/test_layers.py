"""The layers of live servers in place of the configured ones."""

from __future__ import annotations

import pytest
from asgiref.sync import async_to_sync
from channels.layers import channel_layers as modern_layers
from channels.layers import get_channel_layer
from channeltest.compat.asgi import channel_layers
from django.test import override_settings

from channeltest import apply_routes
from channeltest.live.layers import LayersInPlace, make_test_layer, memory_layers, other_test_layers
from channeltest.live.memory_layer import LiveLayer

from . import site
from .helpers import on_redis, unreachable


@pytest.fixture
def in_memory():
    with override_settings(CHANNEL_LAYERS=unreachable()):
        layers = LayersInPlace(memory_layers())
        layers.enter()
        yield layers
        layers.leave()


def test_both_faces_are_in_place(in_memory):
    assert channel_layers["default"] is in_memory.default
    assert type(in_memory.default.channel_layer) is LiveLayer
    in_memory.default.send("a", {"b": 1})
    assert async_to_sync(get_channel_layer().receive)("a") == {"b": 1}


def test_what_was_there_is_given_back():
    before = channel_layers.backends.get("default"), modern_layers.backends
    layers = LayersInPlace(memory_layers())
    layers.enter()
    layers.leave()
    assert (channel_layers.backends.get("default"), modern_layers.backends) == before


def test_a_fresh_store(in_memory):
    in_memory.default.send("a", {})
    served = in_memory.renew()
    assert served.channel_layer is in_memory.default.channel_layer
    assert in_memory.default.receive(["a"]) == (None, None)


def test_other_routes(in_memory):
    assert in_memory.other_routes() is None
    with apply_routes(site.echoing):
        assert in_memory.other_routes() == site.echoing
    assert in_memory.other_routes() is None


def test_routes_are_added_to_the_served_layer_only(in_memory):
    in_memory.renew().router.check_default()
    assert "http.request" not in channel_layers["default"].router.channels


def test_a_layer_of_test_config(redis_server):
    with override_settings(CHANNEL_LAYERS=on_redis(redis_server)):
        assert make_test_layer().servers[0]["port"] == redis_server.port
        assert make_test_layer(site.echoing).routing is site.echoing
        [other] = other_test_layers()
    assert other.servers[0]["port"] == redis_server.port
