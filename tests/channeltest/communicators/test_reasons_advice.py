"""`communicators.reasons`: notes on what an application raises."""

from __future__ import annotations

import pytest
from channels.auth import AuthMiddlewareStack
from channels.exceptions import InvalidChannelLayerError
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.test import override_settings
from django.urls import path

from channeltest import WebsocketCommunicator, captive_layers
from channeltest.communicators.reasons import advise

from .apps import silence

pytestmark = pytest.mark.asyncio


class Consumer(WebsocketConsumer):
    pass


class Async(AsyncWebsocketConsumer):
    pass


def notes(error):
    return getattr(error, "__notes__", [])


@pytest.mark.parametrize("consumer", [Consumer, Async])
@pytest.mark.parametrize(
    "wrap",
    [
        lambda inner: URLRouter([path("ws/", inner)]),
        lambda inner: ProtocolTypeRouter({"websocket": inner}),
        AuthMiddlewareStack,
    ],
)
async def test_a_consumer_class(wrap, consumer):
    with pytest.raises(TypeError) as caught:
        await WebsocketCommunicator(wrap(consumer), "/ws/").connect()
    assert f"write {consumer.__name__}.as_asgi() in the routing" in notes(caught.value)[0]


async def test_a_type_error_of_ones_own():
    error = TypeError("mine")
    advise(error, silence)
    assert notes(error) == []


class Grouped(AsyncWebsocketConsumer):
    async def connect(self):
        await get_channel_layer("missing").group_add("g", self.channel_name)


MISSING = {"missing": {"BACKEND": "no.such.Layer"}}


async def test_a_layer_of_the_settings():
    with override_settings(CHANNEL_LAYERS=MISSING), pytest.raises(InvalidChannelLayerError) as e:
        await WebsocketCommunicator(Grouped, "/ws/").connect()
    assert "a captive layer takes its place, and needs no server" in notes(e.value)[0]


async def test_a_captive_layer_in_its_place():
    with override_settings(CHANNEL_LAYERS=MISSING), captive_layers("missing"):
        error = InvalidChannelLayerError("of the test")
        advise(error, silence)
    assert notes(error) == []


class RedisError(Exception):
    pass


async def test_a_redis_that_is_not_there():
    error = type("ConnectionError", (RedisError,), {"__module__": "redis.exceptions"})("refused")
    advise(error, silence)
    assert "'with captive_layers():'" in notes(error)[0]
