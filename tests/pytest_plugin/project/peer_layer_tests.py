"""A layer for each test (channels#933, #941, #2222): nobody has to clean up."""

import os

import pytest
from channels.layers import get_channel_layer
from chat.asgi import application

if os.environ.get("PLUGIN_PEER"):
    from channels.testing import WebsocketCommunicator

    def members(group):
        """What the layer's own attributes tell."""
        return list(get_channel_layer().groups.get(group, ()))

else:
    from channeltest import WebsocketCommunicator
    from channeltest.layers.inspection import members

    pytestmark = pytest.mark.channels


@pytest.mark.parametrize("time", range(2))
async def test_group(time):
    await get_channel_layer().group_add("everybody", f"member{time}")
    assert members("everybody") == [f"member{time}"]


@pytest.mark.parametrize("time", range(2))
async def test_message(time):
    await get_channel_layer().send("somewhere", {"type": "x", "time": time})
    assert (await get_channel_layer().receive("somewhere"))["time"] == time
    await get_channel_layer().send("somewhere", {"type": "left", "time": "an earlier one"})


@pytest.mark.parametrize("time", range(2))
async def test_groups_of_a_consumer(time):
    communicator = WebsocketCommunicator(application, "/chat/")
    await communicator.connect()
    assert len(members("chat")) == 1
