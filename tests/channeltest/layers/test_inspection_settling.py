"""What a test has sent has its effect before a layer is read."""

from __future__ import annotations

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from channeltest import ChannelTestCase, apply_routes, layers
from channeltest.layers.inspection import settle
from tests.bridge.clients import connected
from tests.bridge.consumers import Member


class SettlingTests(ChannelTestCase):
    def test_a_message_is_handled(self):
        with apply_routes([Member]):
            client = connected()
            event = {"type": "chat.message", "text": "a"}
            async_to_sync(get_channel_layer().group_send)("g", event)
            settle()
            assert layers.channels() == [client.reply_channel]

    def test_reading_does_it(self):
        with apply_routes([Member]):
            client = connected()
            event = {"type": "chat.message", "text": "a"}
            async_to_sync(get_channel_layer().group_send)("g", event)
            assert layers.messages(client.reply_channel) == [{"text": "chat: a"}]

    def test_nothing_to_do(self):
        settle()
