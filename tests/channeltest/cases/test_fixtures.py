"""What the plugin's fixtures are made of; the fixtures themselves are in `test_pytest_plugin`."""

from __future__ import annotations

import asyncio

import pytest
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channeltest.compat.asgi import channel_layers
from channeltest.compat.routing import route
from django.core.exceptions import ImproperlyConfigured

from channeltest import CaptiveLayer, WireError
from channeltest.cases.fixtures import RoutesOfTest, Websockets, isolated
from channeltest.layers.inspection import in_place


class Echo(AsyncJsonWebsocketConsumer):
    async def receive_json(self, content):
        await self.send_json(content)

    async def disconnect(self, code):
        self.left = code


application = Echo.as_asgi()


def nothing(message):
    """A consumer."""


@pytest.fixture
def captive(settings):
    """Captive layers, in a project without routes."""
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    settings.ASGI_APPLICATION = f"{__name__}.application"
    with isolated(None, None, "lenient", None):
        yield


class TestIsolated:
    def test_the_layers_of_the_settings(self, settings):
        before = dict(channel_layers.backends)
        with isolated(None, None, "lenient", None):
            aliases = list(settings.CHANNEL_LAYERS)
            assert {type(in_place(each)) for each in aliases} == {CaptiveLayer}
        assert channel_layers.backends == before

    def test_routes(self):
        with isolated([route("there", nothing)], None, "lenient", None):
            assert channel_layers["default"].router.channels == {"there"}
            assert channel_layers["memory"].router.channels == set()

    def test_routes_for_some_layers(self):
        with isolated([route("there", nothing)], ["memory"], "lenient", None):
            assert channel_layers["memory"].router.channels == {"there"}

    def test_wire(self):
        with isolated(None, None, "strict", None), pytest.raises(WireError):
            channel_layers["default"].send("c", {"v": ()})

    def test_routes_that_cannot_be_applied(self):
        before = dict(channel_layers.backends)
        with pytest.raises(ImproperlyConfigured):
            with isolated("no.such.routes", None, "lenient", None):
                pass
        assert channel_layers.backends == before


class TestRoutesOfTest:
    def test_again_and_again(self, captive):
        routes = RoutesOfTest()
        routes.apply([route("one", nothing)])
        routes.apply([route("two", nothing)])
        assert channel_layers["default"].router.channels == {"two"}
        routes.give_back()
        assert channel_layers["default"].router.channels == set()


class TestWebsockets:
    def run(self, test):
        """Run an asynchronous test with the factory; what it returns."""
        websockets = Websockets()
        return asyncio.run(websockets.closing_after(test)(websockets.make))

    def test_disconnected_at_the_end(self, captive):
        async def test(make):
            communicator = make("/")
            await communicator.connect()
            return communicator

        assert self.run(test).consumer.left == 1000

    def test_not_when_the_test_fails(self, captive):
        made = []

        async def test(make):
            made.append(make("/"))
            await made[0].connect()
            raise KeyError("the test's")

        with pytest.raises(KeyError, match="the test's"):
            self.run(test)
        assert made[0].future.cancelled()

    def test_never_connected(self, captive):
        async def test(make):
            make("/")

        assert self.run(test) is None

    def test_synchronous_test(self):
        def test():
            """Nothing to await."""

        assert Websockets().closing_after(test) is test

    def test_no_application(self, captive, settings):
        del settings.ASGI_APPLICATION
        with pytest.raises(ImproperlyConfigured, match="ASGI_APPLICATION") as raised:
            Websockets().make("/")
        assert raised.value.__notes__ == ["name one in the settings, or pass application=… here"]
