"""What the probes test: consumers and applications."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from channels.consumer import AsyncConsumer
from channels.db import database_sync_to_async
from channels.generic.http import AsyncHttpConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.db import transaction
from django.urls import path


class Echo(AsyncWebsocketConsumer):
    """Says what it is told, or does what it is told to."""

    left = 0

    async def receive(self, text_data: Any = None, bytes_data: Any = None) -> None:
        if text_data == "crash":
            raise ValueError("as it was told")
        if text_data == "close":
            await self.close(code=4007, reason="as you wish")
            return
        if text_data == "work":
            await asyncio.to_thread(time.sleep, 0.4)
        if text_data == "later":
            await asyncio.sleep(0.4)
        if text_data == "three":
            for number in "12":
                await self.send(number)
        if text_data != "silence":
            await self.send(text_data, bytes_data)

    async def disconnect(self, code: int) -> None:
        type(self).left += 1


class Member(AsyncWebsocketConsumer):
    """Says to all what it is told."""

    groups = ["members"]

    async def receive(self, text_data: Any = None, bytes_data: Any = None) -> None:
        await self.channel_layer.group_send("members", {"type": "said", "text": text_data})

    async def said(self, event: Any) -> None:
        await self.send(event["text"])


class Writer(AsyncWebsocketConsumer):
    """Writes a group of users to the database whenever something happens, and counts them."""

    async def connect(self) -> None:
        await self.write()
        await self.accept()

    async def receive(self, text_data: Any = None, bytes_data: Any = None) -> None:
        await self.send(str(await self.write()))

    async def disconnect(self, code: int) -> None:
        await self.write()

    @database_sync_to_async
    def write(self) -> int:
        from django.contrib.auth.models import Group  # models load after the settings

        Group.objects.create(name=str(Group.objects.count()))
        return Group.objects.count()


class Committer(AsyncWebsocketConsumer):
    """Registers a callback for the commit, and says so."""

    async def receive(self, text_data: Any = None, bytes_data: Any = None) -> None:
        await database_sync_to_async(transaction.on_commit)(lambda: None)
        await self.send("saved")


class Teller(AsyncWebsocketConsumer):
    """Tells who is connected."""

    async def connect(self) -> None:
        await self.accept()
        await self.send(str(self.scope["user"]))


class Crashing(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        raise ValueError("nobody can connect")


class Job(AsyncConsumer):
    """A worker's consumer: tells a group of what it was told to do."""

    async def work(self, event: Any) -> None:
        await self.channel_layer.group_send("members", {"type": "said", "text": event["text"]})


class Stream(AsyncHttpConsumer):
    """Answers in parts, and waits in between until it is told to go on or the client leaves."""

    left = 0

    async def handle(self, body: bytes) -> None:
        self.go_on = asyncio.Event()
        type(self).current = self
        await self.send_headers(headers=[(b"content-type", b"text/plain")])
        await self.send_body(b"one", more_body=True)
        await self.go_on.wait()
        await self.send_body(b"two")

    async def disconnect(self) -> None:
        type(self).left += 1


def sends(*events: dict[str, Any]) -> Any:
    """Return an application that sends events when it is given one, and waits for another."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        for event in events:
            await send(event)
        await receive()

    return application


application = ProtocolTypeRouter(
    {
        "websocket": URLRouter(
            [
                path("echo/", Echo.as_asgi()),
                path("member/", Member.as_asgi()),
                path("writer/", Writer.as_asgi()),
            ]
        )
    }
)
