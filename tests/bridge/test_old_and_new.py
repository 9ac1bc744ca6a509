"""Old and new consumers on one layer: each receives what the other sends."""

from __future__ import annotations

import json

from asgiref.sync import async_to_sync
from channels import Channel, Group
from channels.consumer import SyncConsumer
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ChannelNameRouter, ProtocolTypeRouter
from channeltest.compat.binding.websockets import WebsocketBinding
from channeltest.compat.routing import route
from django.contrib.auth.models import Group as UserGroup

from channeltest import ChannelTestCase, Client, WSClient, apply_routes

from .clients import connected, everything, leave, say
from .consumers import AsyncEcho, Member, SyncMember, Worker, text


class UserGroupBinding(WebsocketBinding):
    model = UserGroup
    stream = "groups"
    fields = ["name"]

    @classmethod
    def group_names(cls, instance):
        return ["g"]

    def has_permission(self, user, action, pk):
        return True


def announce(message):
    """A consumer of Channels 1."""
    Group("g").send({"text": message["text"]})


def announce_event(message):
    Group("g").send({"type": "chat.message", "text": message["text"]})


def join(message):
    Group("g").add(message.reply_channel)
    message.reply_channel.send({"accept": True})


class GroupTests(ChannelTestCase):
    def test_frames_of_channels_1_go_out(self):
        for consumer in (Member, SyncMember):
            with self.subTest(consumer.__name__), apply_routes([consumer]):
                client = connected()
                Group("g").send({"text": "ok"}, immediately=True)
                assert everything(client) == ["ok"]
                leave(client)

    def test_binary_frames_and_closes_too(self):
        with apply_routes([Member]):
            client = connected()
            Group("g").send({"bytes": b"\x00"}, immediately=True)
            Group("g").send({"close": 4001}, immediately=True)
            assert everything(client) == [{"bytes": b"\x00"}, {"close": 4001}]

    def test_events_run_handlers(self):
        for consumer in (Member, SyncMember):
            with self.subTest(consumer.__name__), apply_routes([consumer]):
                client = connected()
                Group("g").send({"type": "chat.message", "text": "hi"}, immediately=True)
                assert everything(client) == ["chat: hi"]
                leave(client)

    def test_out_of_a_consumer_of_channels_1(self):
        routes = [route("frame", announce), route("event", announce_event), Member]
        with apply_routes(routes):
            client, sender = connected(), Client()
            sender.send_and_consume("frame", {"text": "a"})
            sender.send_and_consume("event", {"text": "b"})
            assert everything(client) == ["a", "chat: b"]

    def test_a_handler_has_run_when_the_old_consumer_is_done(self):
        class Counting(Member):
            heard = []

            async def chat_message(self, event):
                self.heard.append(event["text"])

        with apply_routes([route("event", announce_event), Counting]):
            connected()
            Client().send_and_consume("event", {"text": "b"})
            assert Counting.heard == ["b"]

    def test_a_modern_group_send_reaches_clients_in_the_group(self):
        with apply_routes([Member]):
            listener, speaker = Client(), connected()
            listener.join_group("g")
            say(speaker, "hi")
            assert listener.receive() == {"type": "chat.message", "text": "hi"}
            assert everything(speaker) == ["chat: hi"]

    def test_clients_of_both_worlds_in_one_group(self):
        routes = [Member.as_route(path="^/new/"), route("websocket.connect", join)]
        with apply_routes(routes):
            old, new = connected("/old/"), connected("/new/")
            Group("g").send({"text": "ok"}, immediately=True)
            assert (everything(old), everything(new)) == (["ok"], ["ok"])

    def test_a_client_that_joined_like_its_consumer_receives_once(self):
        with apply_routes([Member]):
            client = connected()
            client.join_group("g")
            Group("g").send({"text": "ok"}, immediately=True)
            say(client, "hi")
            assert everything(client) == ["ok", "chat: hi"]

    def test_alone_in_a_group_it_receives_what_is_sent_there(self):
        with apply_routes([Member]):
            client = connected()
            client.join_group("other")
            Group("other").send({"type": "not.for.consumers"}, immediately=True)
            assert everything(client) == [{"type": "not.for.consumers"}]

    def test_one_that_left_receives_nothing(self):
        with apply_routes([Member]):
            client = connected()
            leave(client)
            Group("g").send({"text": "ok"}, immediately=True)
            assert client.receive() is None

    def test_discarding(self):
        class Leaving(Member):
            async def receive(self, text_data=None, bytes_data=None):
                await self.channel_layer.group_discard("g", self.channel_name)

        with apply_routes([Leaving]):
            client = connected()
            say(client, "leave")
            Group("g").send({"text": "ok"}, immediately=True)
            assert client.receive() is None

    def test_two_hundred_connections(self):
        with apply_routes([Member]):
            clients = [connected() for _ in range(200)]
            say(clients[0], "hi")
            Group("g").send({"text": "ok"}, immediately=True)
            assert all(everything(client) == ["chat: hi", "ok"] for client in clients)

    def test_more_messages_than_a_channel_of_channels_1_holds(self):
        class Chatty(Member):
            async def receive(self, text_data=None, bytes_data=None):
                for number in range(50):
                    await super().receive(str(number))

        with apply_routes([Chatty]):
            client = connected()
            say(client, "go")
            assert everything(client) == [f"chat: {number}" for number in range(50)]


class ChannelTests(ChannelTestCase):
    def test_named_channels_of_sync_consumers(self):
        class Sender(WebsocketConsumer):
            def receive(self, text_data=None, bytes_data=None):
                Channel("later").send({"n": 1})
                Channel("now").send({"n": 2}, immediately=True)
                async_to_sync(self.channel_layer.send)("modern", {"type": "n", "n": 3})

        with apply_routes([Sender]):
            say(connected(), "go")
            assert self.get_next_message("now", require=True).content == {"n": 2}
            assert self.get_next_message("later", require=True).content == {"n": 1}
            assert self.get_next_message("modern", require=True).content == {"type": "n", "n": 3}

    def test_named_channels_of_async_consumers(self):
        class Sender(AsyncWebsocketConsumer):
            async def receive(self, text_data=None, bytes_data=None):
                await self.channel_layer.send("modern", {"type": "n", "n": 3})

        with apply_routes([Sender]):
            client = connected()
            say(client, "go")
            assert client.get_next_message("modern").content == {"type": "n", "n": 3}
            assert self.get_next_message("modern") is None

    def test_a_modern_message_runs_an_old_consumer(self):
        class Sender(AsyncWebsocketConsumer):
            async def receive(self, text_data=None, bytes_data=None):
                await self.channel_layer.send("old", {"text": "from new"})

        with apply_routes([Sender, Member.as_route(path="^/g/"), route("old", announce)]):
            client = connected()
            say(client, "go")
            client.consume("old")
            assert client.receive() is None

    def test_a_consumers_own_channel_for_replies_is_its_own(self):
        class Asking(AsyncWebsocketConsumer):
            async def receive(self, text_data=None, bytes_data=None):
                name = await self.channel_layer.new_channel()
                await self.channel_layer.send(name, {"no": "type"})
                await self.send(text_data=text(await self.channel_layer.receive(name)))

        with apply_routes([Asking]):
            client = connected()
            say(client, "go")
            assert client.receive() == {"no": "type"}


class WorkerTests(ChannelTestCase):
    forms = {
        "ChannelNameRouter": ChannelNameRouter({"thumbnails": Worker.as_asgi()}),
        "within a ProtocolTypeRouter": ProtocolTypeRouter(
            {"channel": ChannelNameRouter({"thumbnails": Worker.as_asgi()})}
        ),
        "route": route("thumbnails", Worker),
    }

    def test_every_form(self):
        for name, form in self.forms.items():
            with self.subTest(name), apply_routes([form]):
                client = Client()
                content = {"type": "thumbnails.make", "size": 7}
                worker = client.send_and_consume("thumbnails", content)
                assert (type(worker), worker.made) == (Worker, 7)
                assert worker.scope["channel"] == "thumbnails"
                assert client.get_next_message("made").content == {"size": 7}

    def test_one_instance_serves_the_channel(self):
        with apply_routes([self.forms["route"]]):
            client = Client()
            first = client.send_and_consume("thumbnails", {"size": 1})
            assert client.send_and_consume("thumbnails", {"size": 2}) is first

    def test_a_message_without_a_type_is_of_its_channels(self):
        with apply_routes([self.forms["route"]]):
            assert Client().send_and_consume("thumbnails", {"size": 3}).made == 3

    def test_what_a_modern_consumer_sent(self):
        class Sender(AsyncWebsocketConsumer):
            async def receive(self, text_data=None, bytes_data=None):
                await self.channel_layer.send("thumbnails", {"type": "thumbnails.make", "size": 5})

        with apply_routes([Sender, self.forms["route"]]):
            client = connected()
            say(client, "go")
            assert client.consume("thumbnails").made == 5

    def test_a_reply_to_who_asked(self):
        class Replying(SyncConsumer):
            def sums(self, event):
                async_to_sync(self.channel_layer.send)(event["reply_channel"], {"sum": 3})

        with apply_routes([route("sums", Replying)]):
            client = Client()
            client.send_and_consume("sums", {"of": [1, 2]})
            assert client.receive() == {"sum": 3}


class AliasTests(ChannelTestCase):
    test_channel_aliases = ["default", "memory"]

    def test_a_consumer_of_another_layer(self):
        class Elsewhere(Member):
            channel_layer_alias = "memory"

        with apply_routes([Elsewhere], aliases=["memory"]):
            client = WSClient(alias="memory")
            client.send_and_consume("websocket.connect")
            Group("g").send({"text": "wrong layer"}, immediately=True)
            Group("g", alias="memory").send({"text": "ok"}, immediately=True)
            assert everything(client) == ["ok"]
            assert self.get_next_message("x", alias="memory") is None

    def test_clients_of_one_name_on_two_layers(self):
        with apply_routes([AsyncEcho], aliases=["default", "memory"]):
            one, two = WSClient(), WSClient(alias="memory")
            one.reply_channel = two.reply_channel = "same"
            for client in (one, two):
                client.send_and_consume("websocket.connect")
            say(two, "hello")
            assert (everything(one), everything(two)) == ([], ["hello"])

    def test_the_modern_face_of_each(self):
        async_to_sync(get_channel_layer("memory").send)("c", {"n": 1})
        assert self.get_next_message("c") is None
        assert self.get_next_message("c", alias="memory").content == {"n": 1}


class BindingTests(ChannelTestCase):
    def test_it_feeds_modern_consumers(self):
        with apply_routes([Member]):
            client = connected()
            group = UserGroup.objects.create(name="created")
            group.name = "updated"
            group.save()
            group.delete()
            frames = [json.loads(frame) for frame in everything(client)]
        assert [frame["payload"]["action"] for frame in frames] == ["create", "update", "delete"]
        assert frames[0]["stream"] == "groups"
        assert frames[1]["payload"]["data"] == {"name": "updated"}

    def test_what_a_modern_consumer_saves(self):
        class Saving(SyncMember):
            def receive(self, text_data=None, bytes_data=None):
                UserGroup.objects.create(name=text_data)

        with apply_routes([Saving]):
            client = connected()
            say(client, "a")
            assert client.receive()["payload"]["data"] == {"name": "a"}
