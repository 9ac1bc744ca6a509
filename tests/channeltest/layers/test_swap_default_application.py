"""Projects at the end of a port: no ``ROUTING``, but an ``ASGI_APPLICATION``."""

from __future__ import annotations

import pytest
from channels import Channel
from channels.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from channeltest.compat.routing import route
from django.core.exceptions import ImproperlyConfigured
from django.test import SimpleTestCase, TestCase, override_settings
from django.urls import path

from channeltest import (
    ChannelTestCase,
    TransactionChannelTestCase,
    WSClient,
    apply_routes,
    captive_layers,
)
from channeltest.layers.captive import are_captive
from channeltest.layers.swap import DefaultApplication
from tests.bridge.clients import connected, everything, say
from tests.bridge.consumers import AsyncEcho, Page, SyncEcho, Worker

application = ProtocolTypeRouter(
    {
        "websocket": URLRouter([path("echo/", AsyncEcho.as_asgi())]),
        "http": URLRouter([path("page/", Page.as_asgi())]),
        "channel": ChannelNameRouter({"thumbnails": Worker.as_asgi()}),
    }
)
other_application = SyncEcho.as_asgi()

IN_MEMORY = {"BACKEND": "channels.layers.InMemoryChannelLayer"}

ported = override_settings(
    CHANNEL_LAYERS={"default": IN_MEMORY, "second": IN_MEMORY},
    ASGI_APPLICATION=f"{__name__}.application",
)


class Ported:
    """What every test case of such a project does."""

    def test_websockets(self):
        client = connected("/echo/")
        say(client, "hi", path="/echo/")
        assert everything(client) == ["hi"]

    def test_requests(self):
        client = WSClient()
        client.send_and_consume("http.request", {"path": "/page/"})
        assert client.receive()["status"] == 201

    def test_channels(self):
        client = WSClient()
        client.send_and_consume("thumbnails", {"size": 1})
        assert self.get_next_message("made", require=True)["size"] == 1

    def test_no_route(self):
        with pytest.raises(AssertionError, match="Can't find consumer") as caught:
            connected("/nowhere/")
        assert "ASGI_APPLICATION 'tests" in str(caught.value.__notes__)

    def test_routes_of_its_own(self):
        with apply_routes([route("mine", lambda message: 5)]):
            assert WSClient().send_and_consume("mine") == 5
        self.test_websockets()

    def test_another_application(self):
        with override_settings(ASGI_APPLICATION=f"{__name__}.other_application"):
            assert type(connected().connection.consumer) is SyncEcho
        self.test_websockets()


@ported
class CaseTests(Ported, ChannelTestCase):
    pass


@ported
class TransactionCaseTests(Ported, TransactionChannelTestCase):
    pass


@ported
class OtherAliasTests(ChannelTestCase):
    test_channel_aliases = ["default", "second"]

    def test_another_alias(self):
        client = connected("/echo/", alias="second")
        say(client, "hi", path="/echo/")
        assert everything(client) == ["hi"]


@ported
class PlainTests(TestCase):
    def test_a_client(self):
        client = connected("/echo/")
        say(client, "hi", path="/echo/")
        assert everything(client) == ["hi"]
        assert are_captive()

    def test_the_layers_end_with_the_test(self):
        assert not are_captive()
        Channel("c", alias=WSClient().channel_layer.alias).send({})

    def test_routes_first(self):
        with apply_routes([SyncEcho]):
            assert type(connected().connection.consumer) is SyncEcho

    def test_a_block(self):
        with captive_layers():
            assert type(connected("/echo/").connection.consumer) is AsyncEcho
        assert not are_captive()


class WithoutBothTests(ChannelTestCase):
    """Neither ``ROUTING`` nor ``ASGI_APPLICATION``: enough for tests that apply routes."""

    def run(self, result=None):
        with override_settings(CHANNEL_LAYERS={"default": IN_MEMORY}, ASGI_APPLICATION=None):
            return super().run(result)

    def test_routes_of_its_own(self):
        with apply_routes([AsyncEcho]):
            assert type(connected().connection.consumer) is AsyncEcho

    def test_what_to_do(self):
        with pytest.raises(AssertionError, match="Can't find consumer") as caught:
            connected()
        assert "Set one of them, or apply routes" in str(caught.value.__notes__)

    def test_nobody_minds(self):
        assert WSClient().send_and_consume("c", fail_on_none=False) is None


class BrokenTests(SimpleTestCase):
    def test_an_application_that_cannot_be_imported(self):
        with override_settings(CHANNEL_LAYERS={}, ASGI_APPLICATION="no.such.application"):
            with captive_layers(), pytest.raises(ImproperlyConfigured, match=r"no\.such"):
                WSClient().get_consumer_by_channel("websocket.connect")


def test_it_is_imported_when_it_is_needed():
    with override_settings(ASGI_APPLICATION="no.such.application"):
        assert DefaultApplication("default").channel_names() == set()
