"""Whose connection a message belongs to: clients, paths, reconnections, workers."""

from __future__ import annotations

from unittest import mock

import pytest
from asgiref.sync import async_to_sync
from channels import Group
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import URLRouter
from channeltest.compat.generic.websockets import WebsocketConsumer as OldWebsocketConsumer
from channeltest.compat.routing import include, route
from django.urls import path

from channeltest import ChannelTestCase, WSClient, apply_routes, trace
from channeltest.bridge.registry import connections
from channeltest.layers import groups, members
from tests.bridge.clients import connected, everything, leave, say
from tests.bridge.consumers import AsyncEcho, Member, Page, Rejecting, SyncEcho


class Room(AsyncWebsocketConsumer):
    async def connect(self):
        await self.accept()
        await self.send(text_data=f"welcome to {self.scope['url_route']['kwargs']['room']}")

    async def receive(self, text_data=None, bytes_data=None):
        await self.send(text_data=f"{self.scope['url_route']['kwargs']['room']}: {text_data}")


ROOMS = URLRouter([path("chat/<slug:room>/", Room.as_asgi())])


def old(message, **kwargs):
    message.reply_channel.send({"text": "old"})


def accept(message, **kwargs):
    message.reply_channel.send({"accept": True})

    def setUp(self):
        self.enterContext(
            self.modify_settings(
                INSTALLED_APPS={"remove": ["django.contrib.sessions", "django.contrib.auth"]}
            )
        )


class PathTests(ChannelTestCase):
    def check(self, routing, where="/chat/den/", room="den"):
        with apply_routes(routing):
            client = connected(where)
            say(client, "hi", path=where)
            assert everything(client) == [f"welcome to {room}", f"{room}: hi"]
            leave(client)
            return client.connection.scope

    def test_by_router(self):
        scope = self.check([ROOMS])
        assert "path_remaining" not in scope

    def test_by_path(self):
        self.check([path("chat/<slug:room>/", Room.as_asgi())])

    def test_by_a_filter_of_channels_1(self):
        scope = self.check([Room.as_route(path=r"^/chat/(?P<room>\w+)/$")])
        assert scope["url_route"] == {"args": (), "kwargs": {"room": "den"}}

    def test_beneath_a_prefix(self):
        scope = self.check([include([ROOMS], path="^/house")], "/house/chat/den/")
        assert (scope["path"], scope["path_remaining"]) == ("/house/chat/den/", "/chat/den/")

    def test_beneath_two(self):
        nested = include([include([ROOMS], path="^/garden")], path="^/house")
        self.check([nested], "/house/garden/chat/den/")

    def test_what_a_prefix_finds_is_kept(self):
        router = URLRouter([path("", Room.as_asgi())])
        scope = self.check([include([router], path=r"^/chat/(?P<room>\w+)/")])
        assert scope["url_route"]["kwargs"] == {"room": "den"}

    def test_nested_routers(self):
        self.check([URLRouter([path("house/", ROOMS)])], "/house/chat/den/")

    def test_without_a_leading_slash(self):
        scope = self.check([ROOMS], "chat/den/")
        assert scope["path"] == "/chat/den/"

    def test_frames_find_their_connection_whatever_their_path(self):
        with apply_routes([ROOMS]):
            client = connected("/chat/den/")
            say(client, "hi")
            assert everything(client)[1:] == ["den: hi"]
            leave(client)

    def test_no_route(self):
        with apply_routes([ROOMS]), pytest.raises(AssertionError, match="Can't find consumer"):
            connected("/chat/")

    def test_no_route_and_nobody_minds(self):
        with apply_routes([ROOMS]):
            assert WSClient().send_and_consume(
                "websocket.receive", path="/chat/", fail_on_none=False
            ) is None  # fmt: skip


class MixedTests(ChannelTestCase):
    def test_each_path_has_its_world(self):
        with apply_routes(
            [ROOMS, route("websocket.connect", accept), route("websocket.receive", old)]
        ):
            new, legacy = connected("/chat/den/"), connected("/old/")
            say(new, "hi", path="/chat/den/")
            say(legacy, "hi")
            assert everything(new)[1:] == ["den: hi"]
            assert everything(legacy) == ["old"]
            assert legacy.connection is None

    def test_an_open_connection_is_not_routed_again(self):
        with apply_routes([route("websocket.receive", old), AsyncEcho]):
            client = connected()
            say(client, "hi")
            assert everything(client) == ["hi"]

    def test_a_client_in_both_worlds(self):
        class Old(OldWebsocketConsumer):
            def receive(self, text=None, bytes=None, **kwargs):
                self.send(text="old")

        with apply_routes([AsyncEcho.as_route(path="^/new/"), Old.as_route()]):
            client = connected("/new/")
            client.send_and_consume("websocket.connect", path="/old/")
            say(client, "hi", path="/old/")
            say(client, "hi", path="/new/")
            assert everything(client) == ["old", "hi"]

    def test_a_client_that_connects_to_the_old_world_at_the_same_path(self):
        with apply_routes([AsyncEcho]):
            client = connected()
            modern = client.connection
        with apply_routes([route("websocket.connect", accept), route("websocket.receive", old)]):
            client.send_and_consume("websocket.connect")
            assert modern.ended
            say(client, "hi")
            assert everything(client) == ["old"]


class UnconnectedTests(ChannelTestCase):
    """Consumers of Channels 1 took frames of clients that never connected."""

    def test_its_frame_arrives(self):
        with apply_routes([ROOMS]):
            client = WSClient()
            consumer = say(client, "hi", path="/chat/den/")
            assert type(consumer) is Room
            assert everything(client) == ["den: hi"]
            assert client.connection.accepted

    def test_it_leaves(self):
        class Parting(AsyncWebsocketConsumer):
            async def disconnect(self, code):
                self.parted = True

        with apply_routes([Parting]):
            assert leave(WSClient()).parted

    def test_it_is_not_accepted(self):
        with apply_routes([Rejecting]):
            text = (
                "refused a client that sent no 'websocket.connect'.*send 'websocket.connect' first"
            )
            with pytest.raises(AssertionError, match=text):
                say(WSClient(), "hi")


class ReuseTests(ChannelTestCase):
    def test_sending_and_consuming_apart(self):
        with apply_routes([AsyncEcho]):
            client = WSClient()
            client.send("websocket.connect")
            assert client.connection is None
            assert type(client.consume("websocket.connect")) is AsyncEcho
            client.send("websocket.receive", text="a")
            client.send("websocket.receive", text="b")
            assert client.receive() is None
            client.consume("websocket.receive")
            assert everything(client) == ["a"]
            client.consume("websocket.receive")
            assert everything(client) == ["b"]
            with pytest.raises(AssertionError, match="No message for channel"):
                client.consume("websocket.receive")

    def test_two_clients(self):
        for consumer in (AsyncEcho, SyncEcho):
            with self.subTest(consumer.__name__), apply_routes([consumer]):
                one, two = connected(), connected()
                assert say(one, "1") is not say(two, "2")
                assert (everything(two), everything(one)) == (["2"], ["1"])

    def test_one_client_consumes_for_another(self):
        with apply_routes([AsyncEcho]):
            sender, other = connected(), connected()
            sender.send("websocket.receive", text="mine")
            other.consume("websocket.receive")
            assert (everything(sender), everything(other)) == (["mine"], [])

    def test_reconnecting(self):
        with apply_routes([Member]):
            client = connected()
            first = leave(client)
            second = client.send_and_consume("websocket.connect")
            assert second is not first
            Group("g").send({"text": "ok"}, immediately=True)
            assert everything(client) == ["ok"]

    def test_reconnecting_without_having_left(self):
        with apply_routes([Member]):
            client = connected()
            first = client.connection
            client.send_and_consume("websocket.connect")
            assert first.ended
            Group("g").send({"text": "ok"}, immediately=True)
            assert everything(client) == ["ok"]

    def test_a_frame_after_the_client_left_connects_again(self):
        with apply_routes([AsyncEcho]):
            client = connected()
            first = leave(client)
            assert say(client, "a") is not first

    def test_http_and_websocket_over_one_client(self):
        with apply_routes([AsyncEcho, Page]):
            client = connected()
            client.send_and_consume("http.request", {"path": "/x"})
            assert client.receive()["content"] == b"/x "

    def test_another_tests_connections_are_gone(self):
        assert connections().open == {}


class StageTests(ChannelTestCase):
    def test_old_consumers_need_none(self):
        with (
            apply_routes([route("websocket.connect", accept)]),
            mock.patch("channeltest.bridge.registry.Stage") as stage,
        ):
            connected()
            stage.assert_not_called()


class Described(AsyncWebsocketConsumer):
    """Answers with the path of its scope, and belongs to a group."""

    groups = ["g"]

    async def receive(self, text_data=None, bytes_data=None):
        await self.send(text_data=f"{self.scope['path']}: {text_data}")

    async def chat_message(self, event):
        await self.send(text_data=f"{self.scope['path']} has {event['text']}")


class TwoPathsTests(ChannelTestCase):
    """A client of Channels 1 says its path with every message."""

    def test_each_frame_goes_to_its_path(self):
        for routes in [Described], [ROOMS, Described.as_route(path="^/[ab]/$")]:
            with self.subTest(routes), apply_routes(routes):
                client = connected("/a/")
                client.send_and_consume("websocket.connect", path="/b/")
                say(client, "1", path="/a/")
                say(client, "2", path="/b/")
                assert everything(client) == ["/a/: 1", "/b/: 2"]

    def test_a_path_without_connection_gets_one(self):
        with apply_routes([Described]):
            client = connected("/a/")
            say(client, "1", path="/b/")
            say(client, "2", path="/a/")
            assert everything(client) == ["/b/: 1", "/a/: 2"]

    def test_a_frame_without_path_goes_to_the_last_connection(self):
        with apply_routes([Described]):
            client = connected("/a/")
            client.send_and_consume("websocket.connect", path="/b/")
            say(client, "1")
            assert everything(client) == ["/b/: 1"]

    def test_another_consumer_at_the_root(self):
        with apply_routes([AsyncEcho.as_route(path="^/$"), Described.as_route(path="^/a/$")]):
            client = connected("/a/")
            say(client, "1")
            say(client, "2", path="/a/")
            assert everything(client) == ["1", "/a/: 2"]

    def test_leaving_one(self):
        with apply_routes([Described]):
            client = connected("/a/")
            client.send_and_consume("websocket.connect", path="/b/")
            client.send_and_consume("websocket.disconnect", path="/a/")
            say(client, "2", path="/b/")
            assert everything(client) == ["/b/: 2"]

    def test_both_consumers_are_in_their_groups(self):
        with apply_routes([Described]):
            client = connected("/a/")
            client.send_and_consume("websocket.connect", path="/b/")
            group_send = async_to_sync(get_channel_layer().group_send)
            group_send("g", {"type": "chat.message", "text": "x"})
            assert sorted(everything(client)) == ["/a/ has x", "/b/ has x"]
            Group("g").send({"text": "frame"})
            assert everything(client) == ["frame", "frame"]

    def test_a_consumer_of_channels_1_at_another_path(self):
        with apply_routes([Described.as_route(path="^/a/"), route("websocket.receive", old)]):
            client = connected("/a/")
            say(client, "1", path="/b/")
            say(client, "2", path="/a/")
            assert everything(client) == ["old", "/a/: 2"]


class Announcing(AsyncWebsocketConsumer):
    """Joins by its own call, and answers with a message to the group."""

    async def connect(self):
        await self.channel_layer.group_add("late", self.channel_name)
        await self.accept()

    async def receive(self, text_data=None, bytes_data=None):
        await self.channel_layer.group_send("late", {"type": "chat.message", "text": text_data})
        await self.send(text_data="sent")

    async def chat_message(self, event):
        await self.send(text_data=f"chat: {event['text']}")


class SilentConnectionTests(ChannelTestCase):
    """A client that sends frames without ``websocket.connect``, which Channels 1 allowed."""

    def test_it_is_in_no_group(self):
        for consumer in Announcing, Announcing.as_route(attrs={"groups": ["late"]}):
            with self.subTest(consumer), apply_routes([consumer]):
                client = WSClient()
                say(client, "hi")
                assert everything(client) == ["sent"]
                assert groups() == {}

    def test_others_stay_in_theirs(self):
        with apply_routes([Announcing]):
            member, client = connected(), WSClient()
            say(client, "hi")
            assert members("late") == [member.reply_channel]
            assert everything(member) == ["chat: hi"]

    def test_a_group_that_the_frame_joins(self):
        class Joining(AsyncWebsocketConsumer):
            async def receive(self, text_data=None, bytes_data=None):
                await self.channel_layer.group_add("joined", self.channel_name)

        with apply_routes([Joining]):
            client = WSClient()
            say(client, "hi")
            assert members("joined") == [client.reply_channel]

    def test_the_record_does_not_show_it(self):
        with trace() as events, apply_routes([AsyncEcho]):
            say(WSClient(), "hi")
        shown = events.as_text()
        assert "accept" not in shown
        assert "websocket.connect" not in shown
        assert "client -> AsyncEcho  websocket.receive {'text': 'hi'}" in shown

    def test_an_empty_frame(self):
        class Empty(AsyncWebsocketConsumer):
            async def receive(self, text_data=None, bytes_data=None):
                await self.send(text_data=str((text_data, bytes_data)))

        with apply_routes([Empty]):
            client = connected()
            client.send_and_consume("websocket.receive")
            assert everything(client) == ["(None, None)"]
