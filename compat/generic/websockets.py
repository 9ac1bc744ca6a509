"""Class-based consumers of websockets: a facade of the modules where its names live."""

import sys

from ..aliases import share
from . import consumers, multiplexing
from .consumers import JsonWebsocketConsumer, WebsocketConsumer
from .multiplexing import WebsocketDemultiplexer, WebsocketMultiplexer

__all__ = [
    "JsonWebsocketConsumer",
    "WebsocketConsumer",
    "WebsocketDemultiplexer",
    "WebsocketMultiplexer",
]

# What is patched here is patched where it is used.
for _home in (consumers, multiplexing):
    share(sys.modules[__name__], _home)
