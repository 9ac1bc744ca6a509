"""Every test has Channels' own in-memory layer, as a project would configure it."""

from __future__ import annotations

import pytest
from channels.layers import InMemoryChannelLayer, channel_layers


@pytest.fixture(autouse=True)
def layer():
    before = channel_layers.set("default", InMemoryChannelLayer())
    yield channel_layers.backends["default"]
    channel_layers.backends.pop("default", None)
    if before is not None:
        channel_layers.set("default", before)
