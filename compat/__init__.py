"""Channels 1.1.8's application API on Channels 4, under its old names.

A project can serve its old consumers with this package while it ports them. It imports Channels and
Django only; Channels 1's names appear beside today's once `activation.activate` was called.
"""

from channels import DEFAULT_CHANNEL_LAYER

from .asgi import channel_layers
from .channel import Channel, Group
from .routing import include, route, route_class

# Django reads it no more; it is here for code that does.
default_app_config = "channels.apps.ChannelsConfig"

__all__ = [
    "DEFAULT_CHANNEL_LAYER",
    "Channel",
    "Group",
    "channel_layers",
    "default_app_config",
    "include",
    "route",
    "route_class",
]
