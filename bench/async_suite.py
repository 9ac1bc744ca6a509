"""The suite that ``bench.suites`` times: 200 tests as today's projects write them.

It runs as it stands, and again with its first import from ``channeltest``.
"""

from __future__ import annotations

import time
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer, JsonWebsocketConsumer
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.test import TestCase
from django.urls import path

from bench.models import Reading

# Seconds that each negative check took.
NEGATIVE: list[float] = []


class Room(AsyncJsonWebsocketConsumer):
    """A room: sends messages to its members, and stores readings."""

    async def connect(self) -> None:
        self.name = self.scope["url_route"]["kwargs"]["name"]
        if self.name == "closed":
            await self.close(code=4003)
            return
        await self.channel_layer.group_add(self.name, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.name, self.channel_name)

    async def receive_json(self, content: Any) -> None:
        action = content["action"]
        if action == "echo":
            await self.send_json(content)
        elif action == "say":
            await self.channel_layer.group_send(
                self.name, {"type": "room.said", "text": content["text"]}
            )
        elif action == "store":
            await self.send_json({"stored": await self.store(content["value"])})

    async def room_said(self, event: Any) -> None:
        await self.send_json({"said": event["text"]})

    @database_sync_to_async
    def store(self, value: int) -> int:
        Reading.objects.create(name=self.name, value=value)
        return Reading.objects.count()


class Plain(JsonWebsocketConsumer):
    """A consumer that runs in a thread."""

    def receive_json(self, content: Any) -> None:
        self.send_json(content)


application = URLRouter([path("room/<str:name>/", Room.as_asgi()), path("plain/", Plain.as_asgi())])


async def enter(where: str = "room/one/") -> Any:
    communicator = WebsocketCommunicator(application, "/" + where)
    assert await communicator.connect() == (True, None)
    return communicator


async def receives_nothing(communicator: Any) -> None:
    started = time.perf_counter()
    assert await communicator.receive_nothing()
    NEGATIVE.append(time.perf_counter() - started)


class Tests:
    """What one class tests: ten tests, three of them with a negative check."""

    async def test_connect(self) -> None:
        communicator = await enter()
        await communicator.disconnect()

    async def test_refused(self) -> None:
        communicator = WebsocketCommunicator(application, "/room/closed/")
        assert await communicator.connect() == (False, 4003)

    async def test_echo(self) -> None:
        communicator = await enter()
        await communicator.send_to(text_data='{"action": "echo"}')
        assert await communicator.receive_from() == '{"action": "echo"}'
        await communicator.disconnect()

    async def test_json(self) -> None:
        communicator = await enter()
        for number in range(3):
            await communicator.send_json_to({"action": "echo", "number": number})
            assert (await communicator.receive_json_from())["number"] == number
        await communicator.disconnect()

    async def test_consumer_in_a_thread(self) -> None:
        communicator = await enter("plain/")
        await communicator.send_json_to([1, 2])
        assert await communicator.receive_json_from() == [1, 2]
        await communicator.disconnect()

    async def test_group(self) -> None:
        communicators = [await enter(), await enter(), await enter()]
        await communicators[0].send_json_to({"action": "say", "text": "hello"})
        for communicator in communicators:
            assert await communicator.receive_json_from() == {"said": "hello"}
        for communicator in communicators:
            await communicator.disconnect()

    async def test_database(self) -> None:
        await Reading.objects.acreate(name="one", value=1)
        communicator = await enter()
        await communicator.send_json_to({"action": "store", "value": 2})
        assert await communicator.receive_json_from() == {"stored": 2}
        await communicator.disconnect()

    async def test_no_answer(self) -> None:
        communicator = await enter()
        await communicator.send_json_to({"action": "unknown"})
        await receives_nothing(communicator)
        await communicator.disconnect()

    async def test_one_answer_only(self) -> None:
        communicator = await enter()
        await communicator.send_json_to({"action": "echo"})
        await communicator.receive_json_from()
        await receives_nothing(communicator)
        await communicator.disconnect()

    async def test_another_room(self) -> None:
        communicator, other = await enter(), await enter("room/two/")
        await communicator.send_json_to({"action": "say", "text": "hello"})
        assert await communicator.receive_json_from() == {"said": "hello"}
        await receives_nothing(other)
        await communicator.disconnect()
        await other.disconnect()


CASES = [type(f"RoomTests{number}", (Tests, TestCase), {}) for number in range(20)]
