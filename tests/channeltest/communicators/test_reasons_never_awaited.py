"""`communicators.reasons`: dropped coroutines, in the error of the wait for them."""

from __future__ import annotations

import warnings

import pytest
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.test import SimpleTestCase

from channeltest import WebsocketCommunicator

from .apps import Echo

pytestmark = [pytest.mark.asyncio, pytest.mark.filterwarnings("ignore:coroutine")]


class Forgetful(AsyncJsonWebsocketConsumer):
    async def receive_json(self, content):
        if content == "send":
            self.send_json({"answer": 42})
        elif content == "group":
            self.channel_layer.group_send("group", {"type": "answer"})


async def connected(application):
    communicator = WebsocketCommunicator(application, "/ws/")
    await communicator.connect()
    return communicator


async def complaint(communicator):
    with pytest.raises(TimeoutError) as caught:
        await communicator.receive_from()
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "name"), [("send", "send_json"), ("group", "InMemoryChannelLayer.group_send")]
)
async def test_of_a_consumer(content, name):
    communicator = await connected(Forgetful)
    await communicator.send_json_to(content)
    text = await complaint(communicator)
    assert "\nNever awaited, so they did nothing: " in text
    assert f"{name}() in {__file__}:" in text


async def test_of_a_communicator():
    communicator = await connected(Echo)
    communicator.send_to(text_data="hello")
    line = "Never awaited, so they did nothing: FrameCommunicator.send_to() in "
    assert line + __file__ in await complaint(communicator)


async def test_none():
    assert "Never awaited" not in await complaint(await connected(Echo))


async def test_python_warns_at_the_same_line():
    communicator = await connected(Echo)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        communicator.send_to(text_data="hello")
    assert caught[0].filename == __file__
    assert str(caught[0].message).startswith("coroutine 'FrameCommunicator.send_to' was never")


class EndTests(SimpleTestCase):
    def test_the_next_test_knows_nothing(self):
        class Case(SimpleTestCase):
            async def test_1(self):
                communicator = await connected(Echo)
                communicator.send_to(text_data="hello")

            async def test_2(self):
                communicator = await connected(Echo)
                assert "Never awaited" not in await complaint(communicator)

        for name in ("test_1", "test_2"):
            Case(name).debug()
