"""Modern applications in the ``ROUTING`` of the settings, in a test and in a worker."""

from __future__ import annotations

import pytest
from channels.routing import ProtocolTypeRouter, URLRouter
from channeltest.compat.asgi import channel_layers
from channeltest.compat.routing import route
from django.conf import settings
from django.test import override_settings
from django.urls import path

from channeltest import ChannelTestCase, apply_routes
from tests.channeltest.helpers import run_one
from tests.compat.requesting import wrapped
from tests.compat.test_worker import work

from .clients import connected, everything, say
from .consumers import AsyncEcho

pytestmark = pytest.mark.django_db

HERE = __name__


def deny(message):
    message.reply_channel.send({"close": True})


application = ProtocolTypeRouter({"websocket": URLRouter([path("echo/", AsyncEcho.as_asgi())])})
channel_routing = [application, route("websocket.connect", deny)]


def layers(routing):
    return {"default": {**settings.CHANNEL_LAYERS["default"], "ROUTING": routing}}


@pytest.mark.parametrize(
    "routing",
    [
        f"{HERE}.application",
        f"{HERE}.channel_routing",
        application,
        channel_routing,
        AsyncEcho.as_asgi(),
        {"websocket.connect": AsyncEcho},
        {"websocket.connect": "tests.bridge.consumers.AsyncEcho"},
    ],
    ids=lambda routing: routing if isinstance(routing, str) else type(routing).__name__,
)
def test_every_form_of_the_setting(routing):
    def body(case):
        client = connected("/echo/")
        say(client, "hello")
        assert everything(client) == ["hello"]

    kept = channel_layers.backends.pop("default", None)
    try:
        with override_settings(CHANNEL_LAYERS=layers(routing)):
            assert run_one(ChannelTestCase, body) == "ok"
    finally:
        channel_layers.set("default", kept)


def test_a_worker_of_channels_1_says_that_it_cannot(caplog):
    layer = wrapped(routing=[route("websocket.connect", AsyncEcho)])
    layer.send("websocket.connect", {"reply_channel": "r", "path": "/"})
    work(layer)
    assert "AsyncEcho'> is an ASGI application: serve it, or test it" in caplog.text


class RoutesTests(ChannelTestCase):
    @apply_routes(f"{HERE}.application")
    def test_applied_by_dotted_path(self):
        say(connected("/echo/"), "x")

    @apply_routes(application)
    def test_applied_alone(self):
        say(connected("/echo/"), "x")

    @apply_routes(path("echo/", AsyncEcho.as_asgi()))
    def test_applied_as_a_path(self):
        say(connected("/echo/"), "x")

    @apply_routes({"websocket.connect": AsyncEcho})
    def test_applied_as_a_dict(self):
        say(connected("/echo/"), "x")

    @apply_routes([[route("c", deny)], [[application]]])
    def test_applied_in_lists_of_lists(self):
        say(connected("/echo/"), "x")
