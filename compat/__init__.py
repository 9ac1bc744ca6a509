"""Channels 1.1.8's application API on Channels 4, under its old names.

Without the harness: a project can serve its old consumers with this while it ports them.
"""

from channels import DEFAULT_CHANNEL_LAYER

from .asgi import channel_layers
from .channel import Channel, Group
from .routing import include, route, route_class

__all__ = [
    "DEFAULT_CHANNEL_LAYER",
    "Channel",
    "Group",
    "channel_layers",
    "include",
    "route",
    "route_class",
]
