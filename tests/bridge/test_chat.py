"""One test file, three routings: the old consumers, the ported ones, and those in a stack."""

from __future__ import annotations

import json

from channels import Group, route
from channels.auth import (
    AuthMiddlewareStack,
    channel_session_user,
    channel_session_user_from_http,
)
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.sessions import channel_session
from django.contrib.auth.models import Group as Room
from django.contrib.auth.models import User
from django.urls import re_path

from channeltest import ChannelTestCase, WSClient, apply_routes


@channel_session_user_from_http
def ws_connect(message, room):
    if message.user.is_anonymous:
        message.reply_channel.send({"close": True})
        return
    message.channel_session["room"] = room
    Room.objects.get_or_create(name=room)
    message.reply_channel.send({"accept": True})
    Group(f"room-{room}").add(message.reply_channel)


@channel_session_user
def ws_receive(message):
    room = message.channel_session["room"]
    if message["text"] == "delete":
        Room.objects.filter(name=room).delete()
        message.reply_channel.send({"text": "deleted", "close": True})
        return
    said = json.dumps({"who": message.user.username, "said": message["text"]})
    Group(f"room-{room}").send({"text": said})


@channel_session
def ws_disconnect(message):
    Group(f"room-{message.channel_session['room']}").discard(message.reply_channel)


class Chat(AsyncWebsocketConsumer):
    """The same, ported."""

    async def connect(self):
        self.user = self.scope["user"]
        if self.user.is_anonymous:
            await self.close()
            return
        self.room = self.scope["url_route"]["kwargs"]["room"]
        await Room.objects.aget_or_create(name=self.room)
        await self.accept()
        await self.channel_layer.group_add(f"room-{self.room}", self.channel_name)

    async def receive(self, text_data=None, bytes_data=None):
        if text_data == "delete":
            await database_sync_to_async(Room.objects.filter(name=self.room).delete)()
            await self.send(text_data="deleted")
            await self.close()
            return
        said = {"type": "chat.said", "who": self.user.username, "said": text_data}
        await self.channel_layer.group_send(f"room-{self.room}", said)

    async def chat_said(self, event):
        del event["type"]
        await self.send(text_data=json.dumps(event))

    async def disconnect(self, code):
        if self.user.is_authenticated:
            await self.channel_layer.group_discard(f"room-{self.room}", self.channel_name)


class Suite:
    """The tests of 2017."""

    @classmethod
    def setUpTestData(cls):
        cls.ada = User.objects.create_user("ada", password="lovelace")
        cls.bob = User.objects.create_user("bob", password="bob")

    def join(self, user):
        client = WSClient()
        client.force_login(user)
        client.send_and_consume("websocket.connect", path="/chat/den/")
        return client

    def test_everyone_receives_what_one_sends(self):
        ada, bob = self.join(self.ada), self.join(self.bob)
        ada.send_and_consume("websocket.receive", text="hello", path="/chat/den/")
        for client in (ada, bob):
            self.assertEqual(client.receive(), {"who": "ada", "said": "hello"})
            self.assertIsNone(client.receive())

    def test_anonymous_users_are_refused(self):
        with self.assertRaisesMessage(AssertionError, "Connection rejected: {'close': True}"):
            WSClient().send_and_consume("websocket.connect", path="/chat/den/")
        self.assertFalse(Room.objects.exists())

    def test_a_client_that_left_receives_nothing(self):
        ada, bob = self.join(self.ada), self.join(self.bob)
        bob.send_and_consume("websocket.disconnect", path="/chat/den/")
        ada.send_and_consume("websocket.receive", text="alone?", path="/chat/den/")
        self.assertEqual(ada.receive()["said"], "alone?")
        self.assertIsNone(bob.receive())

    def test_the_project_speaks(self):
        ada = self.join(self.ada)
        Group("room-den").send({"text": "maintenance"}, immediately=True)
        self.assertEqual(ada.receive(json=False), "maintenance")

    def test_the_consumer_sees_what_the_test_wrote_and_back(self):
        room = Room.objects.create(name="den")
        ada = self.join(self.ada)
        self.assertEqual(Room.objects.get(), room)
        ada.send_and_consume("websocket.receive", text="delete")
        self.assertFalse(Room.objects.exists())
        self.assertEqual(ada.receive(json=False), "deleted")

    def test_a_client_in_the_group_by_hand(self):
        ada = self.join(self.ada)
        ada.join_group("room-den")
        ada.send_and_consume("websocket.receive", text="hello")
        self.assertEqual(ada.receive()["said"], "hello")
        self.assertIsNone(ada.receive())

    def test_frames_without_a_path(self):
        ada = self.join(self.ada)
        ada.send_and_consume("websocket.receive", text="hello")
        self.assertEqual(ada.receive()["said"], "hello")
        ada.send_and_consume("websocket.disconnect")


@apply_routes(
    [
        route("websocket.connect", ws_connect, path=r"^/chat/(?P<room>\w+)/$"),
        route("websocket.receive", ws_receive),
        route("websocket.disconnect", ws_disconnect),
    ]
)
class OldTests(Suite, ChannelTestCase):
    pass


@apply_routes([Chat.as_route(path=r"^/chat/(?P<room>\w+)/$")])
class PortedTests(Suite, ChannelTestCase):
    pass


@apply_routes(
    ProtocolTypeRouter(
        {
            "websocket": AuthMiddlewareStack(
                URLRouter([re_path(r"^chat/(?P<room>\w+)/$", Chat.as_asgi())])
            )
        }
    )
)
class StackTests(Suite, ChannelTestCase):
    pass
