"""A room, by an old consumer and by a ported one, and how a test talks in it."""

from __future__ import annotations

import json

from channels import Channel, Group, route
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.generic.websockets import JsonWebsocketConsumer

from channeltest import WSClient
from tests.values.models import IntegerValue


class Room(JsonWebsocketConsumer):
    groups = ["room"]

    def receive(self, content, **kwargs):
        if content == "fail":
            raise ValueError("no such word")
        if content == "bye":
            self.close(4001)
            return
        value = IntegerValue.objects.create(name=content)
        self.send({"id": value.pk, "you": self.message.reply_channel.name})
        Channel("audit").send({"said": content, "by": self.message.reply_channel.name})
        Group("room").send({"text": content})


class NewRoom(AsyncJsonWebsocketConsumer):
    groups = ["room"]
    code = 4001

    async def receive_json(self, content):
        if content == "fail":
            raise ValueError("no such word")
        if content == "bye":
            await self.close(self.code)
            return
        value = await IntegerValue.objects.acreate(name=content)
        await self.answer(content, {"id": value.pk, "you": self.channel_name})
        audit = {"type": "audit.entry", "said": content, "by": self.channel_name}
        await self.channel_layer.send("audit", audit)

    async def answer(self, content, reply):
        await self.send_json(reply)
        await self.channel_layer.group_send("room", {"type": "room.said", "text": content})

    async def room_said(self, event):
        await self.send(event["text"])


class OtherCode(NewRoom):
    code = 4002


class Silent(NewRoom):
    async def room_said(self, event):
        pass


class Reversed(NewRoom):
    async def answer(self, content, reply):
        await self.send(content)
        await self.send_json(reply)


class Cased(NewRoom):
    async def answer(self, content, reply):
        await super().answer(content.upper(), reply)


class OtherError(NewRoom):
    async def receive_json(self, content):
        if content == "fail":
            raise ValueError("not such a word")
        await super().receive_json(content)


def remember(message):
    pass


def routes(consumer):
    return [consumer.as_route(path="^/room/$"), route("audit", remember)]


OLD = routes(Room)
NEW = routes(NewRoom)


def enter():
    """A client in the room."""
    client = WSClient()
    client.send_and_consume("websocket.connect", path="/room/")
    return client


def say(client, text):
    client.send_and_consume("websocket.receive", path="/room/", text=json.dumps(text))


def talk(*words):
    """Two clients, of which the first says the words; return them."""
    clients = enter(), enter()
    for word in words:
        say(clients[0], word)
    return clients
