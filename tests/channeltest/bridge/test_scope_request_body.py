"""Bodies that come in parts, to modern applications."""

from __future__ import annotations

import pytest
from channels import Channel, channel_layers
from channels.generic.http import AsyncHttpConsumer

from channeltest import ChannelTestCase, WSClient, apply_routes

PARTS = [{"content": b"b", "more_content": True}, {"content": b"c"}]


class Upload(AsyncHttpConsumer):
    async def handle(self, body):
        await self.send_response(200, body.upper())


class Refusal(AsyncHttpConsumer):
    async def http_request(self, message):
        await self.send_response(413, b"too much")
        await self.disconnect()


def asked(consumer, *parts):
    """What a client receives that sends a body of which the first part is in the message."""
    for part in parts:
        Channel("body?1").send(part, immediately=True)
    client = WSClient()
    content = {"method": "POST", "body": b"a", "body_channel": "body?1"}
    with apply_routes([consumer.as_route()]):
        client.send_and_consume("http.request", content)
    reply = client.get_next_message(client.reply_channel)
    return reply and (reply["status"], reply["content"])


class UploadTests(ChannelTestCase):
    def test_all_of_it(self):
        assert asked(Upload, *PARTS) == (200, b"ABC")

    def test_one_part(self):
        assert asked(Upload, {"content": b"b"}) == (200, b"AB")

    def test_a_client_that_leaves(self):
        assert asked(Upload, PARTS[0], {"closed": True}) is None

    def test_nobody_reads_it(self):
        assert asked(Refusal, *PARTS) == (413, b"too much")
        assert channel_layers["default"].receive_many(["body?1"]) == (None, None)

    def test_the_last_part_is_missing(self):
        with pytest.raises(AssertionError, match=r"not complete.*'body\?1'. Send all of them"):
            asked(Upload, PARTS[0])
