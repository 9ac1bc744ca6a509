"""Modern consumers, one of every kind that Channels ships, and middleware."""

from __future__ import annotations

import json

from channels.consumer import AsyncConsumer, SyncConsumer
from channels.db import database_sync_to_async
from channels.exceptions import AcceptConnection, DenyConnection, StopConsumer
from channels.generic.http import AsyncHttpConsumer
from channels.generic.websocket import (
    AsyncJsonWebsocketConsumer,
    AsyncWebsocketConsumer,
    JsonWebsocketConsumer,
    WebsocketConsumer,
)
from channels.middleware import BaseMiddleware


class AsyncEcho(AsyncWebsocketConsumer):
    async def receive(self, text_data=None, bytes_data=None):
        self.received = text_data or bytes_data
        await self.send(text_data=text_data, bytes_data=bytes_data)


class SyncEcho(WebsocketConsumer):
    def receive(self, text_data=None, bytes_data=None):
        self.received = text_data or bytes_data
        self.send(text_data=text_data, bytes_data=bytes_data)


class AsyncJsonEcho(AsyncJsonWebsocketConsumer):
    async def receive_json(self, content):
        self.received = content
        await self.send_json(content)


class JsonEcho(JsonWebsocketConsumer):
    def receive_json(self, content):
        self.received = content
        self.send_json(content)


class RawAsyncEcho(AsyncConsumer):
    async def websocket_connect(self, event):
        await self.send({"type": "websocket.accept"})

    async def websocket_receive(self, event):
        self.received = event.get("text") or event.get("bytes")
        await self.send({**event, "type": "websocket.send"})

    async def websocket_disconnect(self, event):
        raise StopConsumer


class RawSyncEcho(SyncConsumer):
    def websocket_connect(self, event):
        self.send({"type": "websocket.accept"})

    def websocket_receive(self, event):
        self.received = event.get("text") or event.get("bytes")
        self.send({**event, "type": "websocket.send"})

    def websocket_disconnect(self, event):
        raise StopConsumer


ECHOES = [AsyncEcho, SyncEcho, AsyncJsonEcho, JsonEcho, RawAsyncEcho, RawSyncEcho]


class Page(AsyncHttpConsumer):
    async def handle(self, body):
        self.received = body
        path = self.scope["path"].encode()
        await self.send_response(201, path + b" " + body, headers=[(b"X-Of", b"Page")])


class Streamed(AsyncHttpConsumer):
    async def handle(self, body):
        await self.send_headers(headers=[(b"Content-Type", b"text/plain")])
        for part in (b"a", b"b"):
            await self.send_body(part, more_body=True)
        await self.send_body(b"c")


class Scoped(AsyncJsonWebsocketConsumer):
    """Tells what it finds in its scope."""

    async def receive_json(self, content):
        found = self.scope.get(content)
        if content == "user":
            found = found.username
        if content == "session":
            found = dict(found)
        await self.send_json(found)


class Member(AsyncWebsocketConsumer):
    """In a group, of one of Channels 1's frames and of modern events."""

    groups = ["g"]

    async def receive(self, text_data=None, bytes_data=None):
        await self.channel_layer.group_send("g", {"type": "chat.message", "text": text_data})

    async def chat_message(self, event):
        await self.send(text_data=f"chat: {event['text']}")


class SyncMember(WebsocketConsumer):
    groups = ["g"]

    def chat_message(self, event):
        self.send(text_data=f"chat: {event['text']}")


class Keeper(AsyncWebsocketConsumer):
    """Keeps something in its session."""

    async def receive(self, text_data=None, bytes_data=None):
        self.scope["session"]["kept"] = text_data
        await database_sync_to_async(self.scope["session"].save)()


class Closing(AsyncWebsocketConsumer):
    async def receive(self, text_data=None, bytes_data=None):
        await self.close(code=int(text_data), reason="as you wish")


class Denying(AsyncWebsocketConsumer):
    async def connect(self):
        raise DenyConnection


class Accepting(WebsocketConsumer):
    def connect(self):
        raise AcceptConnection


class Rejecting(AsyncWebsocketConsumer):
    code: int | None = None

    async def connect(self):
        await self.close(code=self.code)


class Worker(SyncConsumer):
    def thumbnails_make(self, event):
        self.made = event["size"]
        self.reply(event)

    thumbnails = thumbnails_make

    def reply(self, event):
        from channels import Channel

        Channel("made").send({"size": event["size"]}, immediately=True)


class Shouting(BaseMiddleware):
    """A project's own middleware: it changes what goes through."""

    async def __call__(self, scope, receive, send):
        async def loudly(event):
            if event.get("text"):
                event = {**event, "text": event["text"].upper()}
            await send(event)

        return await super().__call__({**scope, "volume": 11}, receive, loudly)


def text(content):
    """What a client sends and gets for a JSON value."""
    return json.dumps(content)
