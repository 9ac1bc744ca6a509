"""Channels 4's face of a layer in memory, while a test talks to modern consumers on it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from channels.consumer import AsyncConsumer
from channels.layers import channel_layers as modern_layers

from ..compat.inmemory import ChannelLayer, Inbox
from ..compat.layers.asynchronous import ModernLayer
from ..record.entries import current, record

if TYPE_CHECKING:
    from ..asgi.connection import Connection


class ConsumersLayer(ModernLayer):
    """Gives a modern consumer's channel the name of its client's reply channel.

    So a group has the members it had with the consumers of Channels 1. What is sent there with
    a ``type`` is for the consumer. A message of Channels 1 has none and can only be meant for
    the client, as ``Group("g").send({"text": …})`` is, and goes there.

    Args:
        layer: The layer.
    """

    def __init__(self, layer: ChannelLayer) -> None:
        super().__init__(layer)
        self._owners: dict[str, Connection] = {}

    async def new_channel(self, prefix: str = "specific") -> str:
        """Return a new channel name, or the client's if a consumer asks for its own."""
        name = await super().new_channel(prefix)
        owner, caller = current.get(None), sys._getframe(1)
        record("new", name, None, owner)
        if owner is None or caller.f_code is not AsyncConsumer.__call__.__code__:
            return name
        owner.consumer = caller.f_locals["self"]
        self._owners[name] = owner
        if owner.reply_to is None:
            return name
        layer, reply = owner.reply_to
        if getattr(layer, "channel_layer", layer) is not self.layer:
            return name
        self.layer.inboxes[reply] = Inbox(name)
        return reply

    async def receive(self, channel: str) -> dict[str, Any]:
        """Wait for the next event on ``channel``; frames go to the client on the way."""
        inbox = self.layer.inboxes.get(channel)
        name = channel if inbox is None else inbox.channel
        owner = self._owners.get(name)
        while True:
            message = await super().receive(name)
            if "type" in message or owner is None:
                return message
            owner.frame(message)

    def wake(self, loop: asyncio.AbstractEventLoop, callback: Callable[[], object]) -> None:
        """Call ``callback`` in ``loop``; the stage's loop calls it in the next turn."""
        call: Callable[..., object] = getattr(loop, "call_next_turn", loop.call_soon_threadsafe)
        call(callback)

    async def group_add(self, group: str, channel: str) -> None:
        """Add ``channel`` to ``group``; what the group is sent is then for the consumer."""
        await super().group_add(group, channel)
        if channel in self.layer.inboxes:
            self.layer.inboxes[channel].groups.add(group)

    def require_valid_channel_name(self, name: Any, receive: bool = False) -> bool:
        """Check a name; a client's is one of Channels 1, which may have a question mark.

        Raises:
            TypeError: The name is not valid.
        """
        return name in self.layer.inboxes or super().require_valid_channel_name(name, receive)


def adopt(alias: str, layer: Any) -> None:
    """See to it that modern consumers find a layer in memory that nobody made for a test.

    Args:
        alias: The layer's alias.
        layer: The layer of Channels 1, or its wrapper.
    """
    layer = getattr(layer, "channel_layer", layer)
    face = modern_layers.backends.get(alias)
    if not isinstance(layer, ChannelLayer) or not isinstance(face, ModernLayer | None):
        return
    if not isinstance(face, ConsumersLayer) or face.layer is not layer:
        modern_layers.set(alias, ConsumersLayer(layer))
