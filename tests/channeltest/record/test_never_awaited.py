"""Coroutines that are never awaited, in the report of the test that drops them."""

from __future__ import annotations

import unittest

import pytest
from channels.generic.websocket import AsyncJsonWebsocketConsumer, JsonWebsocketConsumer
from channels.layers import get_channel_layer
from django.test import SimpleTestCase

from channeltest import ChannelTestCaseMixin, WSClient, apply_routes

pytestmark = pytest.mark.filterwarnings("ignore:coroutine")


class Forgetful(AsyncJsonWebsocketConsumer):
    async def receive_json(self, content):
        self.send_json({"answer": 42})


class Synchronous(JsonWebsocketConsumer):
    def receive_json(self, content):
        self.channel_layer.group_send("group", {"type": "answer"})


def exchange(consumer):
    with apply_routes([consumer.as_route(path="^/ws/$")]):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/ws/")
        client.send_and_consume("websocket.receive", {"text": "{}"}, path="/ws/")
        assert client.receive() == {"answer": 42}


def reports(*bodies):
    """What a runner prints of tests with the bodies, all of which fail."""
    tests = {f"test_{number}": lambda self, body=body: body() for number, body in enumerate(bodies)}
    case = type("Case", (ChannelTestCaseMixin, SimpleTestCase), tests)
    result = unittest.TestResult()
    unittest.TestSuite([unittest.defaultTestLoader.loadTestsFromTestCase(case)]).run(result)
    return [text for _, text in result.failures]


@pytest.mark.parametrize(
    ("consumer", "name"), [(Forgetful, "send_json"), (Synchronous, "group_send")]
)
def test_of_a_consumer_behind_a_client_of_channels_1(consumer, name):
    [text] = reports(lambda: exchange(consumer))
    assert "Never awaited, so they did nothing: " in text
    assert f"{name}() in {__file__}:" in text


def test_of_the_test_itself():
    def body():
        get_channel_layer().send("work", {"type": "work"})
        raise AssertionError

    [text] = reports(body)
    assert f"send() in {__file__}:" in text


def test_the_next_test_knows_nothing():
    def fail():
        raise AssertionError

    texts = reports(lambda: exchange(Forgetful), fail)
    assert ["Never awaited" in text for text in texts] == [True, False]
