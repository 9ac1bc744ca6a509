"""The layers of live servers in place of the configured ones, and the one of worker threads."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import async_to_sync
from channels.layers import channel_layers as modern_layers
from channels.layers import get_channel_layer
from channeltest.compat.asgi import channel_layers
from django.test import override_settings, runner

from channeltest import WireWarning, apply_routes
from channeltest.live.layers import (
    LayersInPlace,
    LiveLayer,
    make_test_layer,
    memory_layers,
    other_test_layers,
    separated,
    worker,
)

from . import site
from .helpers import on_redis, unreachable


class Layer(LiveLayer):
    """Counts the readers that have asked to be woken by the next message on ``a``."""

    def __init__(self):
        super().__init__()
        self.asked = threading.Semaphore(0)

    def call_when_sent(self, channel, wake):
        cancel = super().call_when_sent(channel, wake)
        if channel == "a":
            self.asked.release()
        return cancel


@pytest.fixture
def layer():
    return Layer()


def test_it_gives_what_is_there(layer):
    layer.send("a", {"text": "1"})
    assert layer.receive(["a", "b"], block=True) == ("a", {"text": "1"})


def test_it_does_not_wait_unasked(layer):
    assert layer.receive(["a"]) == (None, None)


def test_a_reader_waits_for_a_message(layer):
    with ThreadPoolExecutor(1) as pool:
        received = pool.submit(layer.receive, ["a", "b"], block=True)
        until_somebody_waits(layer, 1)
        layer.send("c", {})
        layer.send("b", {"text": "1"})
        assert received.result(20) == ("b", {"text": "1"})


def until_somebody_waits(layer, number):
    """Return when so many readers are about to wait for a message."""
    for _ in range(number):
        assert layer.asked.acquire(timeout=20)


def test_each_message_goes_to_one_reader(layer):
    with ThreadPoolExecutor(3) as pool:
        received = [pool.submit(layer.receive, ["a"], block=True) for _ in range(3)]
        until_somebody_waits(layer, 3)
        for number in range(3):
            layer.send("a", {"number": number})
        numbers = {each.result(20)[1]["number"] for each in received}
    assert numbers == {0, 1, 2}


def test_closing_lets_readers_go(layer):
    with ThreadPoolExecutor(2) as pool:
        received = [pool.submit(layer.receive, ["a"], block=True) for _ in range(2)]
        until_somebody_waits(layer, 2)
        layer.close()
        assert [each.result(20) for each in received] == [(None, None)] * 2
    assert layer.receive(["a"], block=True) == (None, None)
    assert not layer.wake_ups


def test_messages_cross_a_wire(layer):
    with pytest.warns(WireWarning):
        layer.send("a", {"object": {1, 2}})


def test_its_capacity(layer):
    for _ in range(100):
        layer.send("a", {})
    with pytest.raises(layer.ChannelFull):
        layer.send("a", {})


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


@pytest.mark.parametrize(
    ("xdist", "clone", "expected"), [(None, 0, ""), ("gw1", 0, "gw1"), (None, 2, "2")]
)
def test_which_worker(monkeypatch, xdist, clone, expected):
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    if xdist is not None:
        monkeypatch.setenv("PYTEST_XDIST_WORKER", xdist)
    monkeypatch.setattr(runner, "_worker_id", clone, raising=False)
    assert worker() == expected


@pytest.mark.parametrize(
    ("backend", "config", "expected"),
    [
        ("asgi_redis.RedisChannelLayer", {}, {"prefix": "asgi:gw1:"}),
        ("asgi_redis.RedisLocalChannelLayer", {"prefix": "p:"}, {"prefix": "p:gw1:"}),
        (
            "channels_redis.core.RedisChannelLayer",
            {"expiry": 1},
            {"expiry": 1, "prefix": "asgigw1:"},
        ),
        ("theirs.Layer", {"a": 1}, {"a": 1}),
    ],
)
def test_prefixes(backend, config, expected):
    layers = {"default": {"BACKEND": backend, "CONFIG": {}, "TEST_CONFIG": config}}
    made = separated(layers, "gw1")
    assert made == {"default": {"BACKEND": backend, "CONFIG": {}, "TEST_CONFIG": expected}}
    assert layers["default"]["TEST_CONFIG"] is config


def test_a_layer_without_test_config():
    layers = {"default": {"BACKEND": "asgi_redis.RedisChannelLayer"}}
    assert separated(layers, "gw1") == layers
