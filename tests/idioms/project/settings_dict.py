"""Routing by the dotted path of a dict."""

from settings import *  # noqa: F403

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "asgiref.inmemory.ChannelLayer",
        "ROUTING": "routing.routing_dict",
    },
}
