"""Where a modern consumer receives that has the name of its client's reply channel."""

from __future__ import annotations

import pytest
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.layers.inbox import Inbox


@pytest.fixture
def layer():
    layer = ChannelLayer()
    layer.inboxes["reply!a"] = Inbox("consumer")
    return layer


def taken(layer, channel):
    received = layer.take(channel)
    return received and received.get("n")


def test_a_message_with_a_type_goes_to_the_consumer(layer):
    layer.send("reply!a", {"type": "chat.message", "n": 1})
    assert (taken(layer, "consumer"), taken(layer, "reply!a")) == (1, None)


def test_another_goes_to_the_client(layer):
    layer.send("reply!a", {"n": 1})
    assert (taken(layer, "consumer"), taken(layer, "reply!a")) == (None, 1)


def test_of_a_group_that_the_client_joined(layer):
    layer.group_add("g", "reply!a")
    layer.send_group("g", {"n": 1})
    assert (taken(layer, "consumer"), taken(layer, "reply!a")) == (None, 1)


def test_of_a_group_that_the_consumer_joined(layer):
    layer.group_add("g", "reply!a")
    layer.inboxes["reply!a"].groups.add("g")
    layer.send_group("g", {"n": 1})
    assert (taken(layer, "consumer"), taken(layer, "reply!a")) == (1, None)


def test_the_consumer_leaves_with_its_client(layer):
    layer.inboxes["reply!a"].groups.add("g")
    layer.group_discard("g", "reply!a")
    assert layer.inboxes["reply!a"].groups == set()
