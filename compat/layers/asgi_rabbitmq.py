"""``asgi_rabbitmq`` of Channels 1: layers on RabbitMQ."""

from __future__ import annotations

from .retired import RetiredChannelLayer

__version__ = "0.5.5"

# A package by this: `asgi_rabbitmq.core` and `.local` are this module, too.
__path__: list[str] = []


class RabbitmqChannelLayer(RetiredChannelLayer):
    """The layer on RabbitMQ."""


class RabbitmqLocalChannelLayer(RetiredChannelLayer):
    """The same, with messages to workers kept on their machine."""
