"""What each test begins with: Channels' own in-memory layer, and no work of earlier tests."""

from __future__ import annotations

import pytest
from channels.layers import InMemoryChannelLayer, channel_layers

from channeltest.rest.threads import NewThreads


@pytest.fixture(autouse=True)
def layer():
    before = channel_layers.set("default", InMemoryChannelLayer())
    yield channel_layers.backends["default"]
    channel_layers.backends.pop("default", None)
    if before is not None:
        channel_layers.set("default", before)


@pytest.fixture(autouse=True)
def others_pools_rest():
    """Begin when the pools of earlier tests rest: the thread of a dropped one ends some time later.

    A pool of which this never becomes true would be at work in the test as well.
    """
    new = NewThreads()
    while new.at_work() != (set(), False):
        pass
