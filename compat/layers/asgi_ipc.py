"""``asgi_ipc`` of Channels 1: a layer in shared memory."""

from __future__ import annotations

from .retired import RetiredChannelLayer

__version__ = "1.4.1"

# A package by this: `asgi_ipc.core` is this module, too.
__path__: list[str] = []


class IPCChannelLayer(RetiredChannelLayer):
    """The layer for processes of one machine."""
