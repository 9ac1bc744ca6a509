"""Channels 1's ``CHANNEL_LAYERS`` as Channels 4's manager reads it."""

from __future__ import annotations

import pytest
from asgiref.sync import async_to_sync
from channels.exceptions import InvalidChannelLayerError
from channels.layers import ChannelLayerManager, InMemoryChannelLayer, get_channel_layer
from channels.layers import channel_layers as modern_layers
from channeltest.compat import settings as module
from channeltest.compat.asgi import channel_layers
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.layers.asynchronous import ModernLayer
from django.test import override_settings

LAYERS = {
    "default": {
        "BACKEND": "asgiref.inmemory.ChannelLayer",
        "CONFIG": {"capacity": 5, "expiry": 7},
        "TEST_CONFIG": {"capacity": 6},
        "ROUTING": "tests.layers.routing",
    },
    "modern": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 8}},
    "wrong": {"BACKEND": "no.such.Layer", "ROUTING": []},
    "wrong modern": {"BACKEND": "no.such.Layer"},
}


@pytest.fixture(autouse=True)
def layers(monkeypatch):
    with override_settings(CHANNEL_LAYERS=LAYERS):
        monkeypatch.setattr(channel_layers, "backends", {})
        monkeypatch.setattr(modern_layers, "backends", {})
        yield
        monkeypatch.undo()


def test_two_faces_of_one_layer():
    modern = get_channel_layer()
    assert isinstance(modern, ModernLayer)
    assert modern.layer is channel_layers["default"].channel_layer
    assert (modern.capacity, modern.expiry) == (5, 7)


def test_messages_cross():
    async_to_sync(get_channel_layer().send)("c", {"n": 1})
    assert channel_layers["default"].receive_many(["c"]) == ("c", {"n": 1})
    channel_layers["default"].send_group("g", {})
    async_to_sync(get_channel_layer().group_add)("g", "c")
    channel_layers["default"].send_group("g", {"n": 2})
    assert async_to_sync(get_channel_layer().receive)("c") == {"n": 2}


def test_whichever_is_asked_for_first():
    old = channel_layers["default"].channel_layer
    assert type(old) is ChannelLayer
    assert get_channel_layer().layer is old


def test_the_routing_is_channels_1s():
    assert channel_layers["default"].router.channels == {"first", "second"}


def test_modern_settings_are_read_as_ever():
    modern = get_channel_layer("modern")
    assert type(modern) is InMemoryChannelLayer
    assert modern.capacity == 8
    with pytest.raises(InvalidChannelLayerError, match="No ROUTING specified for modern"):
        channel_layers["modern"]


@pytest.mark.parametrize("alias", ["wrong", "wrong modern"])
def test_backends_that_do_not_exist(alias):
    with pytest.raises(InvalidChannelLayerError, match=r"Cannot import BACKEND 'no.such.Layer'"):
        get_channel_layer(alias)


def test_an_alias_that_does_not_exist():
    assert get_channel_layer("nothing") is None


def test_installing_twice():
    once = ChannelLayerManager._make_backend
    module.install()
    assert ChannelLayerManager._make_backend is once
