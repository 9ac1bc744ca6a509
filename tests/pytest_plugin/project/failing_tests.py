"""Tests that fail after a conversation; the run shows it below the failure."""

import unittest

import pytest
from chat.asgi import application

from channeltest import WebsocketCommunicator, layers


async def talk():
    communicator = WebsocketCommunicator(application, "/chat/")
    await communicator.connect()
    await communicator.send_to("not JSON at all")


def test_silent(channel_layer):
    assert layers.groups(), "nobody spoke"


async def test_function(channel_layer):
    await channel_layer.group_send("one", {"type": "said in the function"})
    pytest.fail("function")


async def test_without_captive_layers():
    await talk()
    pytest.fail("without captive layers")


class TestPlainCase(unittest.TestCase):
    @pytest.mark.channels
    def test_case(self):
        from asgiref.sync import async_to_sync
        from channels.layers import get_channel_layer

        async_to_sync(get_channel_layer().group_send)("one", {"type": "said in the case"})
        self.fail("case")


@pytest.fixture
async def failing(channel_layer):
    await channel_layer.send("one", {"type": "said in the fixture"})
    raise AssertionError("fixture")


async def test_fixture(failing):
    pass


async def test_skipped(channel_layer):
    await channel_layer.send("one", {"type": "said before skipping"})
    pytest.skip("skipped")


@pytest.mark.xfail(strict=True)
async def test_expected(channel_layer):
    await channel_layer.send("one", {"type": "said before the expected"})
    raise AssertionError("expected")
