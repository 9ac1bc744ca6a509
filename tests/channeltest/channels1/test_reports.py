"""What waits on a layer, in words."""

from __future__ import annotations

import pytest
from channeltest.compat.asgi import ChannelLayerWrapper
from channeltest.compat.inmemory import ChannelLayer

from channeltest.channels1.reports import waiting


@pytest.fixture
def layer():
    return ChannelLayer()


def test_nothing(layer):
    assert waiting(layer) == "nothing waits on any channel"


def test_channels_and_how_much(layer):
    layer.send("one", {})
    layer.send("two", {})
    layer.send("two", {})
    assert waiting(layer) == "waiting: 'one' (1), 'two' (2)"


def test_emptied_channels_do_not_count(layer):
    layer.send("one", {})
    layer.receive_many(["one"])
    assert waiting(layer) == "nothing waits on any channel"


def test_many_channels(layer):
    for number in range(10):
        layer.send(f"c{number}", {})
    assert waiting(layer).endswith("'c7' (1) and 2 more")


def test_through_the_wrapper(layer):
    layer.send("one", {})
    assert waiting(ChannelLayerWrapper(layer, "default", [])) == "waiting: 'one' (1)"


def test_a_layer_that_keeps_its_queues_elsewhere():
    assert waiting(object()) == "what else waits is not known for this layer"
