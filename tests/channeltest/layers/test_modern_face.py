"""A modern consumer's channel has the name of its client's reply channel."""

from __future__ import annotations

import pytest
from asgiref.inmemory import ChannelLayer
from asgiref.sync import async_to_sync
from channels import Channel, Group
from channels.asgi import ChannelLayerWrapper, channel_layers
from channels.generic.websocket import WebsocketConsumer
from channels.layers import InMemoryChannelLayer, get_channel_layer
from channels.layers import channel_layers as modern_layers
from channeltest.compat.layers.asynchronous import ModernLayer
from django.test import TestCase

from channeltest import ChannelTestCase, WSClient, apply_routes
from channeltest.layers.modern_face import ConsumersLayer, adopt
from tests.bridge.clients import connected, everything, leave
from tests.bridge.consumers import Member, SyncMember


class Joining(WebsocketConsumer):
    """Joins as consumers of Channels 1 do."""

    def connect(self):
        Group("g").add(self.channel_name)
        self.accept()

    chat_message = SyncMember.chat_message


def group_send(text):
    async_to_sync(get_channel_layer().group_send)("g", {"type": "chat.message", "text": text})


class MembershipTests(ChannelTestCase):
    def test_groups_name_the_client(self):
        for consumer in Member, SyncMember, Joining:
            with self.subTest(consumer.__name__), apply_routes([consumer]):
                client = connected()
                assert client.connection.consumer.channel_name == client.reply_channel
                assert list(Group("g").channel_layer.group_channels("g")) == [client.reply_channel]
                Group("g").discard(client.reply_channel)
                leave(client)

    def test_events_go_to_the_consumer_and_frames_to_the_client(self):
        for consumer in Member, SyncMember, Joining:
            with self.subTest(consumer.__name__), apply_routes([consumer]):
                client = connected()
                group_send("a")
                Group("g").send({"text": "b"})
                assert everything(client) == ["chat: a", "b"]
                leave(client)

    def test_what_is_sent_to_the_channel_itself(self):
        with apply_routes([Member]):
            client = connected()
            Channel(client.reply_channel).send({"type": "chat.message", "text": "a"})
            Channel(client.reply_channel).send({"text": "b"})
            assert sorted(everything(client)) == ["b", "chat: a"]

    def test_a_client_that_joins_beside_its_consumer_receives_once(self):
        with apply_routes([Member]):
            client = connected()
            client.join_group("g")
            group_send("a")
            assert everything(client) == ["chat: a"]

    def test_a_client_that_joins_in_its_consumers_place_sees_the_event(self):
        with apply_routes([Member]):
            client = connected()
            client.join_group("other")
            async_to_sync(get_channel_layer().group_send)("other", {"type": "x", "n": 1})
            assert client.receive() == {"type": "x", "n": 1}

    def test_a_client_that_left_receives_nothing(self):
        with apply_routes([Member]):
            client = connected()
            leave(client)
            group_send("a")
            assert everything(client) == []

    def test_a_reply_channel_that_only_channels_1_allows(self):
        with apply_routes([Member]):
            client = WSClient()
            client.reply_channel = "websocket.send?abc"
            client.send_and_consume("websocket.connect")
            group_send("a")
            assert everything(client) == ["chat: a"]

    def test_a_second_connection_takes_the_firsts_place(self):
        with apply_routes([Member]):
            client = connected()
            client.send_and_consume("websocket.connect")
            group_send("a")
            assert everything(client) == ["chat: a"]

    def test_names_are_still_checked(self):
        with pytest.raises(TypeError):
            async_to_sync(get_channel_layer().send)("not a name", {"type": "x"})


class AdoptionTests(TestCase):
    """Layers in memory that no test case of ours made."""

    def setUp(self):
        self.layer = ChannelLayer()
        wrapper = ChannelLayerWrapper(self.layer, "default", [Member.as_route()])
        self.addCleanup(channel_layers.set, "default", channel_layers.set("default", wrapper))
        self.use(None)

    def use(self, face):
        old = modern_layers.set("default", face)
        if face is None:
            del modern_layers.backends["default"]
        self.addCleanup(modern_layers.backends.pop, "default", old)

    def test_members(self):
        client = connected()
        Group("g").send({"text": "b"})
        group_send("a")
        assert list(self.layer._groups["g"]) == [client.reply_channel]
        assert everything(client) == ["b", "chat: a"]
        leave(client)

    def test_the_layer_that_is_there_now(self):
        self.use(ModernLayer(ChannelLayer()))
        adopt("default", self.layer)
        assert modern_layers["default"].layer is self.layer

    def test_it_is_adopted_once(self):
        adopt("default", self.layer)
        face = modern_layers["default"]
        adopt("default", channel_layers["default"])
        assert type(face) is ConsumersLayer
        assert modern_layers["default"] is face

    def test_a_layer_of_channels_4_is_left_alone(self):
        self.use(InMemoryChannelLayer())
        adopt("default", self.layer)
        assert type(modern_layers["default"]) is InMemoryChannelLayer
