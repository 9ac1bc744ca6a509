from asgiref.sync import async_to_sync
from channels.consumer import AsyncConsumer, SyncConsumer
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer, JsonWebsocketConsumer
from django.db import transaction

from .models import Line


class Chat(AsyncJsonWebsocketConsumer):
    """Keeps what is said, and tells everybody; a worker counts the letters of what is long."""

    groups = ["chat"]

    async def receive_json(self, content):
        if content == "fail":
            raise ValueError("the consumer failed")
        if content.startswith("count "):
            await self.channel_layer.send(
                "letters", {"type": "count", "text": content[6:], "reply_to": self.channel_name}
            )
            return
        await Line.objects.acreate(text=content)
        texts = [line.text async for line in Line.objects.order_by("pk")]
        await self.channel_layer.group_send("chat", {"type": "chat.told", "texts": texts})

    async def chat_told(self, event):
        await self.send_json(event["texts"])

    async def letters_counted(self, event):
        await self.send_json(event["count"])


class SyncChat(JsonWebsocketConsumer):
    """Keeps what is said, in the way of synchronous code."""

    def receive_json(self, content):
        Line.objects.create(text=content)
        self.send_json(list(Line.objects.order_by("pk").values_list("text", flat=True)))


class Announcing(JsonWebsocketConsumer):
    """Keeps what is said, and tells everybody once that is committed."""

    groups = ["chat"]

    def receive_json(self, content):
        Line.objects.create(text=content)
        send = async_to_sync(self.channel_layer.group_send)
        transaction.on_commit(lambda: send("chat", {"type": "chat.told", "texts": [content]}))

    def chat_told(self, event):
        self.send_json(event["texts"])


class Letters(AsyncConsumer):
    """Counts letters, and keeps the number."""

    async def count(self, message):
        if not message["text"]:
            raise ValueError("there are no letters")
        line = await database_sync_to_async(Line.objects.create)(text=str(len(message["text"])))
        event = {"type": "letters.counted", "count": int(line.text)}
        await self.channel_layer.send(message["reply_to"], event)


class Archive(SyncConsumer):
    """Keeps texts."""

    def keep(self, message):
        Line.objects.create(text=message["text"])
