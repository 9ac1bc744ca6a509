"""The same lines say the same on Channels' communicators and on ours."""

from __future__ import annotations

import inspect
from contextlib import nullcontext

import channels.testing
import pytest
from channels.generic.http import AsyncHttpConsumer
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels.routing import URLRouter
from django.test import TestCase
from django.urls import re_path

import channeltest

from .apps import Echo, failing, returning, sends

NAMES = ("ApplicationCommunicator", "HttpCommunicator", "WebsocketCommunicator")

both = pytest.mark.parametrize("testing", [channels.testing, channeltest], ids=lambda m: m.__name__)


class Simple(WebsocketConsumer):
    def connect(self):
        self.accept()

    def receive(self, text_data=None, bytes_data=None):
        self.send(text_data=text_data, bytes_data=bytes_data)


class Erring(WebsocketConsumer):
    def receive(self, text_data=None, bytes_data=None):
        raise KeyError("unhandled")


class Kwargs(AsyncWebsocketConsumer):
    async def connect(self):
        await self.accept()
        await self.send(self.scope["url_route"]["kwargs"]["message"])


class Http(AsyncHttpConsumer):
    async def handle(self, body):
        await self.send_response(200, b"test response", headers=[(b"a", b"b")])


class Chunks(AsyncHttpConsumer):
    async def handle(self, body):
        await self.send_headers(headers=[(b"a", b"b")])
        await self.send_body(b"one", more_body=True)
        await self.send_body(b"two")


def positional(callable):
    kinds = inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.POSITIONAL_ONLY
    parameters = inspect.signature(callable).parameters.values()
    return [parameter.name for parameter in parameters if parameter.kind in kinds]


@pytest.mark.parametrize("name", NAMES)
def test_methods_and_their_arguments(name):
    theirs, ours = getattr(channels.testing, name), getattr(channeltest, name)
    for method in dir(theirs):
        if inspect.isfunction(getattr(theirs, method)) and not method.startswith("_"):
            wanted = positional(getattr(theirs, method))
            assert positional(getattr(ours, method)) == wanted, method
    assert positional(ours) == positional(theirs)


@both
@pytest.mark.asyncio
class TestBoth:
    @pytest.mark.parametrize("consumer", [Simple, Echo])
    async def test_websocket(self, testing, consumer):
        communicator = testing.WebsocketCommunicator(consumer.as_asgi(), "/testws/")
        connected, subprotocol = await communicator.connect()
        assert connected and subprotocol is None
        await communicator.send_to(text_data="hello")
        assert await communicator.receive_from() == "hello"
        await communicator.send_json_to({"hello": "world"})
        assert await communicator.receive_json_from() == {"hello": "world"}
        await communicator.send_to(bytes_data=b"w\0\0\0")
        assert await communicator.receive_nothing(timeout=5) is False
        assert await communicator.receive_from() == b"w\0\0\0"
        assert await communicator.receive_nothing(timeout=0.05) is True
        assert await communicator.disconnect() is None

    async def test_path_arguments(self, testing):
        application = URLRouter([re_path(r"^testws/(?P<message>\w+)/$", Kwargs.as_asgi())])
        communicator = testing.WebsocketCommunicator(application, "/testws/test/")
        assert await communicator.connect() == (True, None)
        assert await communicator.receive_from() == "test"
        await communicator.disconnect()

    async def test_a_consumer_that_raises(self, testing):
        communicator = testing.WebsocketCommunicator(Erring.as_asgi(), "/testws/")
        await communicator.connect()
        await communicator.send_to(text_data="hello")
        with pytest.raises(KeyError, match="unhandled"):
            await communicator.receive_from()
        with nullcontext() if testing is channeltest else pytest.raises(KeyError):
            await communicator.disconnect()

    async def test_a_consumer_that_has_left(self, testing):
        communicator = testing.WebsocketCommunicator(returning, "/testws/")
        await communicator.send_input({"type": "websocket.connect"})
        await communicator.wait()
        await communicator.disconnect()

    async def test_refused(self, testing):
        for close, code in ({}, 1000), ({"code": 4001}, 4001):
            refusing = sends({"type": "websocket.close", **close})
            communicator = testing.WebsocketCommunicator(refusing, "/testws/")
            assert await communicator.connect() == (False, code)

    @pytest.mark.parametrize(("consumer", "body"), [(Http, b"test response"), (Chunks, b"onetwo")])
    async def test_http(self, testing, consumer, body):
        communicator = testing.HttpCommunicator(consumer.as_asgi(), "GET", "/test/?foo=bar")
        response = await communicator.get_response()
        assert response == {"status": 200, "headers": [(b"a", b"b")], "body": body}

    async def test_wait_raises(self, testing):
        communicator = testing.ApplicationCommunicator(failing(), {"type": "http"})
        await communicator.send_input({"type": "http.request"})
        with pytest.raises(ValueError):
            await communicator.wait()

    async def test_event_by_event(self, testing):
        scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
        communicator = testing.ApplicationCommunicator(Chunks.as_asgi(), scope)
        await communicator.send_input({"type": "http.request", "body": b"chunk one \x01 chunk two"})
        event = await communicator.receive_output(timeout=1)
        assert event["type"] == "http.response.start"
        assert await communicator.receive_nothing(timeout=0.1, interval=0.01) is False
        event = await communicator.receive_output()
        assert event["type"] == "http.response.body"
        assert event.get("more_body") is True
        event = await communicator.receive_output()
        assert not event.get("more_body")
        assert await communicator.receive_nothing() is True
        await communicator.wait(timeout=1)


class DjangosTests(TestCase):
    """As tutorials write them, with keyword arguments."""

    async def test_websocket_communication(self):
        for testing in channels.testing, channeltest:
            with self.subTest(testing):
                communicator = testing.WebsocketCommunicator(
                    application=Echo.as_asgi(), path="/ws/your_websocket_route/"
                )
                connected, _ = await communicator.connect(timeout=1)
                self.assertTrue(connected)
                message = {"action": "echo", "data": "Hello, world!"}
                await communicator.send_json_to(message)
                response = await communicator.receive_json_from()
                self.assertEqual(response, message)
                await communicator.disconnect()
