"""In-memory layers in the place of the configured ones."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from channels.layers import channel_layers as modern_layers
from channeltest.compat.asgi import ChannelLayerWrapper, channel_layers
from channeltest.compat.inmemory import ChannelLayer


@contextlib.contextmanager
def in_place(alias: str = "default", layer: Any = None, routing: Any = ()) -> Iterator[Any]:
    """Put a layer, a fresh one by default, in the place of another; gives its wrapper."""
    wrapper = ChannelLayerWrapper(layer or ChannelLayer(), alias, list(routing))
    before = channel_layers.set(alias, wrapper)
    try:
        yield wrapper
    finally:
        channel_layers.set(alias, before)


def taken(layer: Any, channel: str) -> list[dict[str, Any]]:
    """Take everything off the channel."""
    found = []
    while (received := layer.receive_many([channel]))[0] is not None:
        found.append(received[1])
    return found


def told(error: BaseException) -> str:
    """The error's text and the advice below it."""
    return "\n".join([str(error), *getattr(error, "__notes__", ())])


@contextlib.contextmanager
def modern_in_place(layer: Any, alias: str = "default") -> Iterator[None]:
    """Have modern consumers find a layer; afterwards what they found before, if anything."""
    before = modern_layers.set(alias, layer)
    try:
        yield
    finally:
        modern_layers.backends.pop(alias, None)
        if before is not None:
            modern_layers.set(alias, before)
