"""Consumers and topics of today's chanx, with the methods that its communicator has."""

from __future__ import annotations

from typing import Literal

import pytest

pytest.importorskip("chanx.core")

from asgiref.sync import async_to_sync
from chanx.channels.websocket import AsyncJsonWebsocketConsumer
from chanx.core.decorators import event_handler, ws_handler
from chanx.core.topic import Topic
from chanx.messages.base import BaseMessage
from chanx.messages.outgoing import AuthenticationMessage

from channeltest import (
    WebsocketCommunicator,
    WebsocketTestCase,
    captive_layers,
    capture_broadcast_events,
    capture_topic_broadcasts,
)


class Say(BaseMessage):
    action: Literal["say"] = "say"
    payload: str


class Said(BaseMessage):
    action: Literal["said"] = "said"
    payload: str


class Tell(BaseMessage):
    action: Literal["tell"] = "tell"
    payload: str


class Run(Topic):
    pattern = "run:{number}"

    @ws_handler
    async def say(self, message: Say) -> Said:
        return Said(payload=f"{self.params['number']}: {message.payload}")


class Chat(AsyncJsonWebsocketConsumer):
    authentication_classes = []
    send_completion = True
    camelize = False
    groups = ["chat"]
    topics = [Run]

    @ws_handler
    async def say(self, message: Say) -> Said:
        return Said(payload=message.payload.upper())

    @event_handler
    async def tell(self, event: Tell) -> Said:
        return Said(payload=event.payload)


def talk(body):
    async def run():
        with captive_layers():
            communicator = WebsocketCommunicator(Chat, "/chat/", consumer=Chat)
            assert await communicator.connect() == (True, None)
            await body(communicator)
            await communicator.disconnect()

    async_to_sync(run)()


def test_messages_are_validated():
    async def body(communicator):
        await communicator.send_message(Say(payload="hi"))
        assert await communicator.receive_all_messages() == [Said(payload="HI")]

    talk(body)


def test_completion_messages_are_kept():
    async def body(communicator):
        await communicator.send_message(Say(payload="hi"))
        actions = [each["action"] for each in await communicator.receive_all_json()]
        assert actions == ["said", "complete"]

    talk(body)


def test_topics():
    async def body(communicator):
        assert (await communicator.subscribe("run:1"))["ref"] == "1"
        await communicator.send_message(Say(payload="hi"), topic="run:1")
        assert await communicator.receive_topic_message(Run) == Said(payload="1: hi")
        assert (await communicator.unsubscribe("run:1", ref="2"))["ref"] == "2"

    talk(body)


def test_broadcasts_are_captured():
    async def body(communicator):
        with capture_broadcast_events(Chat) as events:
            await Chat.broadcast_event(Tell(payload="a"), groups=["chat"])
        [captured] = events
        assert (captured.event, captured.groups) == (Tell(payload="a"), ["chat"])
        assert await communicator.receive_nothing()
        with capture_broadcast_events(Chat, suppress=False) as events:
            await Chat.broadcast_event(Tell(payload="b"), groups=["chat"])
        assert len(events) == 1
        assert await communicator.receive_all_messages("said") == [Said(payload="b")]

    talk(body)


def test_broadcasts_of_topics_are_captured():
    async def body(communicator):
        with capture_topic_broadcasts(Run) as broadcasts:
            await Run.broadcast("run:1", Tell(payload="a"), seq=3)
        [captured] = broadcasts
        assert (captured.topic, captured.event, captured.seq) == ("run:1", Tell(payload="a"), 3)

    talk(body)


def test_the_authentication_is_a_message_of_chanx():
    async def body(communicator):
        message = await communicator.wait_for_auth()
        assert isinstance(message, AuthenticationMessage)
        assert message.payload.status_code == 200

    talk(body)


class ChatTests(WebsocketTestCase):
    router = Chat.as_asgi()
    ws_path = "/chat/"
    consumer = Chat

    async def test_the_consumer_of_the_case(self):
        await self.auth_communicator.connect()
        await self.auth_communicator.send_message(Say(payload="hi"))
        assert await self.auth_communicator.receive_all_messages() == [Said(payload="HI")]
