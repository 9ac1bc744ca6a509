"""`Refusal`: either message with which Channels 1 refused a client."""

from __future__ import annotations

import pytest
from channels.generic.websocket import WebsocketConsumer
from channeltest.compat.routing import route, route_class
from django.test import SimpleTestCase, modify_settings

from channeltest import ChannelTestCaseMixin, WSClient, apply_routes
from channeltest.channels1.refusal import Refusal

ACCEPT, CLOSE = {"accept": False}, {"close": True}


def test_it_equals_both():
    refusal = Refusal(CLOSE)
    assert refusal == ACCEPT
    assert refusal == CLOSE
    assert (refusal != ACCEPT) is False
    assert refusal == ACCEPT
    assert refusal["accept"] is False
    assert refusal["close"] is True


@pytest.mark.parametrize("other", [{"accept": True}, {"close": 4001}, {"text": "a"}, None, {}])
def test_it_equals_nothing_else(other):
    assert Refusal(CLOSE) != other


def test_it_has_no_other_keys():
    with pytest.raises(KeyError, match="text"):
        Refusal(CLOSE)["text"]


class Refuses(WebsocketConsumer):
    def connect(self):
        self.close()


class Leaves(WebsocketConsumer):
    def connect(self):
        self.accept()
        self.close()


class Numbers(WebsocketConsumer):
    def connect(self):
        self.close(4001)


@modify_settings(INSTALLED_APPS={"remove": ["django.contrib.sessions"]})
class ClientTests(ChannelTestCaseMixin, SimpleTestCase):
    def received(self, consumer):
        """What the client of one consumer gets, when it connects."""
        client = WSClient()
        is_class = isinstance(consumer, type)
        made = route_class(consumer) if is_class else route("websocket.connect", consumer)
        with apply_routes([made]):
            client.send_and_consume("websocket.connect", check_accept=False)
        found = []
        while (reply := client.receive()) is not None:
            found.append(reply)
        return found

    def test_a_modern_consumer_that_refuses(self):
        assert self.received(Refuses) == [ACCEPT]
        assert self.received(Refuses) == [CLOSE]

    def test_a_close_behind_an_acceptance(self):
        assert self.received(Leaves) == [{"accept": True}, CLOSE]
        assert self.received(Leaves)[1] != ACCEPT

    def test_a_close_with_a_code(self):
        assert self.received(Numbers) == [{"close": 4001}]
        assert self.received(Numbers) != [ACCEPT]

    def test_a_consumer_of_channels_1(self):
        assert self.received(lambda message: message.reply_channel.send(CLOSE)) != [ACCEPT]
