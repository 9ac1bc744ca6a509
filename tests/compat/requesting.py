"""Layers and messages for the tests of everything behind a channel layer."""

from __future__ import annotations

from typing import Any

from channeltest.compat.asgi import ChannelLayerWrapper
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.message import Message


class CaptiveLayer(ChannelLayer):
    """A layer that says nobody reads it in parallel."""

    has_other_readers = False


def wrapped(layer: Any = None, routing: Any = ()) -> ChannelLayerWrapper:
    """Return a layer with a router, as ``channel_layers`` would."""
    return ChannelLayerWrapper(layer or ChannelLayer(), "default", list(routing))


def request_message(layer: Any = None, **content: Any) -> Message:
    """Return the message of a GET request for ``/``, with ``content`` over it."""
    content = {"reply_channel": "http.response!x", "method": "GET", "path": "/", **content}
    return Message(content, "http.request", layer or wrapped(CaptiveLayer()))
