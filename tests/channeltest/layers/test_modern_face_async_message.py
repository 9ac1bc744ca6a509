"""Messages without ``type``: what modern code sends is refused as on Channels 4."""

from __future__ import annotations

import pytest
from asgiref.sync import async_to_sync
from channels import Channel, Group
from channels.consumer import SyncConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ChannelNameRouter

from channeltest import ChannelTestCase, Client, WSClient, apply_routes
from channeltest.layers.modern_face import AsyncMessage, marked
from tests.bridge.clients import connected, everything, say
from tests.bridge.consumers import Member, SyncMember

REFUSED = pytest.raises(ValueError, match="Incoming message has no 'type' attribute")


class Careless(AsyncWebsocketConsumer):
    """Sends its group a message as in Channels 1, the commonest mistake of a port."""

    groups = ["g"]

    async def receive(self, text_data=None, bytes_data=None):
        await self.channel_layer.group_send("g", {"text": text_data})


def send(name, message):
    async_to_sync(get_channel_layer().send)(name, message)


def group_send(message):
    async_to_sync(get_channel_layer().group_send)("g", message)


class RefusalTests(ChannelTestCase):
    def test_a_consumer_that_forgets_the_type(self):
        with apply_routes([Careless]), REFUSED:
            say(connected(), "hi")

    def test_a_group_of_modern_code(self):
        for consumer in Member, SyncMember:
            with self.subTest(consumer.__name__), apply_routes([consumer]):
                client = connected()
                group_send({"text": "hi"})
                with REFUSED:
                    client.receive()

    def test_a_channel_of_modern_code(self):
        with apply_routes([Member]):
            client = connected()
            send(client.reply_channel, {"text": "hi"})
            with REFUSED:
                client.receive()

    def test_what_channels_1_sends_is_for_the_client(self):
        with apply_routes([Member]):
            client = connected()
            Group("g").send({"text": "a"})
            Channel(client.reply_channel).send({"text": "b"})
            assert sorted(everything(client)) == ["a", "b"]


class Jobs(SyncConsumer):
    def jobs(self, message):
        self.done.append(message)


class WorkerTests(ChannelTestCase):
    """``jobs`` is the channel's name and a handler's, and would be the type of a translation."""

    def consumed(self, client=None):
        Jobs.done = []
        with apply_routes([ChannelNameRouter({"jobs": Jobs.as_asgi()})]):
            (client or Client()).consume("jobs")
        return Jobs.done

    def test_modern_code(self):
        for client in Client(), WSClient():
            send("jobs", {"n": 1})
            with REFUSED:
                self.consumed(client)

    def test_channels_1(self):
        Channel("jobs").send({"n": 1})
        assert self.consumed() == [{"type": "jobs", "n": 1}]

    def test_what_channels_1_passes_on(self):
        send("jobs", {"n": 1})
        Channel("jobs").send(self.get_next_message("jobs").content)
        assert self.consumed() == [{"type": "jobs", "n": 1}]

    def test_modern_code_with_the_type(self):
        send("jobs", {"type": "jobs", "n": 1})
        assert self.consumed() == [{"type": "jobs", "n": 1}]


class PlainChannelTests(ChannelTestCase):
    def test_a_test_reads_what_modern_code_sent(self):
        send("results", {"n": 1})
        content = self.get_next_message("results", require=True).content
        assert (type(content), content) == (dict, {"n": 1})

    def test_modern_code_reads_it(self):
        send("results", {"n": 1})
        content = async_to_sync(get_channel_layer().receive)("results")
        assert (type(content), content) == (dict, {"n": 1})

    def test_a_client_that_joined_by_itself(self):
        client = WSClient()
        client.join_group("g")
        group_send({"text": "hi"})
        assert client.receive(json=False) == "hi"


def test_marks():
    assert type(marked({"n": 1})) is AsyncMessage
    assert type(marked({"type": "x"})) is dict
    assert marked("no message") == "no message"
