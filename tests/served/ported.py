"""Consumers that have been ported to Channels 4."""

import json
import os
import time

from asgiref.sync import async_to_sync
from channels.consumer import AsyncConsumer, SyncConsumer
from channels.generic.http import AsyncHttpConsumer
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer

from .consumers import say


class Modern(AsyncWebsocketConsumer):
    """Tells what it finds in its scope, and is in a group with old consumers."""

    async def connect(self):
        self.room = self.scope["url_route"]["kwargs"]["room"]
        await self.channel_layer.group_add(self.room, self.channel_name)
        await self.accept()

    async def receive(self, text_data=None, bytes_data=None):
        found = {
            "user": self.scope["user"].username,
            "room": self.room,
            "text": text_data,
        }
        await self.send(json.dumps(found))

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.room, self.channel_name)

    async def chat_message(self, event):
        await self.send(event["text"])


class Simple(WebsocketConsumer):
    def receive(self, text_data=None, bytes_data=None):
        self.send(text_data="modern " + text_data)


class Echo(AsyncWebsocketConsumer):
    async def receive(self, text_data=None, bytes_data=None):
        await self.send(text_data=text_data, bytes_data=bytes_data)


class Page(AsyncHttpConsumer):
    async def handle(self, body):
        await self.send_response(200, b"a modern page")


class Remarks(SyncConsumer):
    """A worker that remembers how many remarks it has got, and hands them on."""

    count = 0

    def remarks(self, event):
        self.count += 1
        say("remark", self.count, event["text"])
        while os.path.exists(event.get("hold", "")):
            time.sleep(0.01)
        if event["text"] == "wrong":
            raise ValueError("on purpose")
        remark = {"type": "chat.message", "text": event["text"]}
        async_to_sync(self.channel_layer.group_send)(event["room"], remark)

    remarks_typed = remarks


class Thumbnails(AsyncConsumer):
    async def thumbnails(self, event):
        say("thumbnail", event["number"])
        await self.channel_layer.send("done", {"number": event["number"]})
