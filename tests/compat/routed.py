"""Messages to route."""

from __future__ import annotations

from channeltest.compat.asgi import ChannelLayerWrapper
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.message import Message


def message(channel="c", **content):
    """A message on ``channel``, over a layer without routes."""
    return Message(content, channel, ChannelLayerWrapper(ChannelLayer(), "default", []))
