"""`Message`: what a consumer gets."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import ItemsView, KeysView, ValuesView
from typing import TYPE_CHECKING, Any

from .channel import Channel
from .pending import PendingMessageStore, pending_message_store
from .signals import consumer_finished, consumer_started

if TYPE_CHECKING:
    from .asgi import ChannelLayerWrapper

# Channels 1 had the store in this module, and with it these names, which suites patch here.
__all__ = [
    "Message",
    "PendingMessageStore",
    "consumer_finished",
    "consumer_started",
    "pending_message_store",
    "threading",
    "time",
]


class Message:
    """A message taken off a channel.

    Args:
        content: The message's dict; it is kept, not copied.
        channel_name: The channel it was taken off.
        channel_layer: The layer it came over.

    Attributes:
        content: The dict.
        channel: The `Channel` it came on.
        channel_layer: The layer it came over.
        reply_channel: The `Channel` named by ``content["reply_channel"]``, or ``None``.

    Source: Channels 1.1.8.
    """

    # Decorators hang these on; consumers read them.
    channel_session: Any
    http_session: Any
    user: Any

    def __init__(
        self, content: dict[str, Any], channel_name: str, channel_layer: ChannelLayerWrapper
    ) -> None:
        self.content, self.channel_layer = content, channel_layer
        reply_to = content.get("reply_channel")
        self.reply_channel = Channel(reply_to, channel_layer=channel_layer) if reply_to else None
        self.channel = Channel(channel_name, channel_layer=channel_layer)

    def __getitem__(self, key: str) -> Any:
        return self.content[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.content[key] = value

    def __contains__(self, key: str) -> bool:
        return key in self.content

    def keys(self) -> KeysView[str]:
        """The keys of the content."""
        return self.content.keys()

    def values(self) -> ValuesView[Any]:
        """The values of the content."""
        return self.content.values()

    def items(self) -> ItemsView[str, Any]:
        """The items of the content."""
        return self.content.items()

    def get(self, key: str, default: Any = None) -> Any:
        """The content's value for ``key``, or ``default``."""
        return self.content.get(key, default)

    def copy(self) -> Message:
        """Return a message of the same class whose content can be changed without harm."""
        return type(self)(copy.deepcopy(self.content), self.channel.name, self.channel_layer)

    def replaced(self, values: dict[str, Any]) -> Message:
        """Return a message of the same class with ``values`` in place of the content's own.

        The rest of the content is shared: this is for routes, which only look.
        """
        return type(self)({**self.content, **values}, self.channel.name, self.channel_layer)
