"""`Message`: a dict with a channel."""

from __future__ import annotations

import pytest
from channeltest.compat.asgi import ChannelLayerWrapper
from channeltest.compat.channel import Channel
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.message import Message


@pytest.fixture
def layer():
    return ChannelLayerWrapper(ChannelLayer(), "default", [])


@pytest.fixture
def message(layer):
    return Message({"n": 1, "list": [1], "reply_channel": "reply"}, "c", layer)


def test_its_channels(message, layer):
    assert isinstance(message.channel, Channel)
    assert (message.channel.name, message.reply_channel.name) == ("c", "reply")
    assert message.channel.channel_layer is message.reply_channel.channel_layer is layer
    assert message.channel_layer is layer


@pytest.mark.parametrize("content", [{}, {"reply_channel": None}, {"reply_channel": ""}])
def test_no_reply_channel(content, layer):
    assert Message(content, "c", layer).reply_channel is None


def test_the_content_is_kept(layer):
    content: dict = {}
    message = Message(content, "c", layer)
    message["n"] = 2
    assert content == {"n": 2}
    assert message.content is content


def test_as_a_mapping(message):
    assert message["n"] == 1
    assert "n" in message
    assert "x" not in message
    assert (message.get("n"), message.get("x"), message.get("x", 2)) == (1, None, 2)
    assert list(message.keys()) == ["n", "list", "reply_channel"]
    assert list(message.values()) == [1, [1], "reply"]
    assert dict(message.items()) == message.content


def test_a_key_that_is_not_there(message):
    with pytest.raises(KeyError, match="x"):
        message["x"]


def test_copies_share_nothing(message):
    copy = message.copy()
    copy["list"].append(2)
    copy["n"] = 3
    assert message.content == {"n": 1, "list": [1], "reply_channel": "reply"}
    assert (copy.channel.name, copy.reply_channel.name) == ("c", "reply")
    assert copy.channel_layer is message.channel_layer


def test_copies_are_of_the_same_class(layer):
    class Own(Message):
        pass

    assert type(Own({}, "c", layer).copy()) is Own


def test_replaced_values(message):
    other = message.replaced({"n": 2})
    assert (other["n"], message["n"]) == (2, 1)
    assert other["list"] is message["list"]
    assert other.channel.name == "c"
