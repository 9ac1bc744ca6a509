"""Tests that ask for captive layers, each in another way."""

import threading
import unittest

import pytest
from asgiref.sync import SyncToAsync
from channels.layers import InMemoryChannelLayer, get_channel_layer
from chat import consumers
from chat.asgi import application
from chat.models import Line
from django.test import SimpleTestCase, TestCase
from django.urls import path

from channeltest import CaptiveLayer, WireError, WSClient, layers
from channeltest.layers.inspection import in_place

go_on = threading.Event()


def is_captive(alias="default"):
    return isinstance(in_place(alias), CaptiveLayer)


def test_not_asked_for():
    assert type(get_channel_layer()) is InMemoryChannelLayer


@pytest.mark.channels
def test_marker():
    assert is_captive()


@pytest.mark.channels(wire="strict")
async def test_wire(channel_layer):
    with pytest.raises(WireError):
        await channel_layer.send("somewhere", {"type": "x", "value": object()})


@pytest.mark.channels(wire="strict")
class TestMarkers:
    @pytest.mark.channels(wire="lenient")
    async def test_nearest_counts(self, channel_layer):
        await channel_layer.send("somewhere", {"type": "x"})
        assert in_place("default").wire == "lenient"

    @pytest.mark.channels(routes=[])
    def test_others_are_kept(self):
        assert in_place("default").wire == "strict"


class TestUnittest(SimpleTestCase):
    def test_not_asked_for(self):
        assert not is_captive()

    @pytest.mark.channels
    def test_marker(self):
        assert is_captive()

    @pytest.mark.channels
    async def test_asynchronous(self):
        await get_channel_layer().group_add("one", "somewhere")
        assert layers.members("one") == ["somewhere"]


class TestPlainUnittest(unittest.TestCase):
    @pytest.mark.channels
    def test_marker(self):
        assert is_captive()


@pytest.mark.parametrize("time", range(2))
async def test_channel_layer(channel_layer, time):
    assert layers.groups() == {} and layers.channels() == []
    assert channel_layer is get_channel_layer()
    await channel_layer.group_add("one", "somewhere")
    await channel_layer.group_send("one", {"type": "x"})
    assert layers.messages("somewhere") == [{"type": "x"}]


@pytest.mark.parametrize("time", range(2))
async def test_websocket(websocket, time):
    communicator = websocket("/chat/")
    assert await communicator.connect() == (True, None)
    assert len(layers.members("chat")) == 1


async def test_websocket_of_another_application(websocket):
    communicator = websocket("/anywhere/", application=consumers.Chat.as_asgi())
    assert await communicator.connect() == (True, None)


def test_with_the_database(channel_layer, db):
    """The order of the fixtures is not that of the arguments."""


class TestInFlight(TestCase):
    """What an application does when its test is over is rolled back with it."""

    def write(self):
        go_on.wait()
        Line.objects.create(text="too late")

    @pytest.mark.channels
    def test_1_leaves_a_call(self):
        SyncToAsync.single_thread_executor.submit(self.write)

    def tearDown(self):
        go_on.set()

    def test_2_finds_nothing(self):
        assert Line.objects.count() == 0


@pytest.fixture
async def connected(websocket):
    communicator = websocket("/chat/")
    await communicator.connect()
    return communicator


async def test_websocket_in_a_fixture(connected):
    assert await connected.receive_nothing()


async def test_websocket_that_nobody_opens(websocket):
    websocket("/chat/")


@pytest.mark.parametrize("time", range(2))
def test_ws_client(ws_client, time):
    """Without ``ROUTING`` it talks to the application of the settings."""
    ws_client.send_and_consume("websocket.connect", path="/chat/")
    assert layers.groups() == {"chat": [ws_client.reply_channel]}


def test_ws_client_and_another(ws_client):
    for client in (ws_client, WSClient()):
        client.send_and_consume("websocket.connect", path="/chat/")
    assert len(layers.members("chat")) == 2


@pytest.mark.channels(routes=[path("there/", consumers.Chat.as_asgi())])
def test_routes_of_the_marker(ws_client):
    ws_client.send_and_consume("websocket.connect", path="/there/")
    with pytest.raises(AssertionError, match="Can't find consumer"):
        WSClient().send_and_consume("websocket.connect", path="/chat/")


def test_channel_routes(ws_client, channel_routes):
    channel_routes([path("there/", consumers.Chat.as_asgi())])
    ws_client.send_and_consume("websocket.connect", path="/there/")
    channel_routes(application)
    ws_client.send_and_consume("websocket.connect", path="/chat/")


@pytest.mark.xfail(reason="a test that fails must not take its websocket with it", strict=True)
async def test_websocket_of_a_test_that_fails(websocket):
    await websocket("/chat/").connect()
    raise AssertionError


@pytest.mark.xfail(raises=ValueError, strict=True)
async def test_failure_that_the_test_did_not_see(websocket):
    communicator = websocket("/chat/")
    await communicator.connect()
    await communicator.send_json_to("fail")
