"""Channels 4's side of a layer in memory: `ConsumersLayer`, and what tests read of it."""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from channels.consumer import AsyncConsumer, get_handler_name
from channels.layers import BaseChannelLayer, InMemoryChannelLayer
from channels.layers import channel_layers as modern_layers

from ..compat.inmemory import ChannelLayer, Inbox
from ..compat.layers.asynchronous import ModernLayer
from ..compat.layers.store import FULL_NAME
from ..record.entries import current, record_crossing

if TYPE_CHECKING:
    from ..asgi.connection import Connection


_Waiting = tuple[float, dict[str, Any]]


class WaitingMessages:
    """The messages that wait on one channel, with the methods of `asyncio.Queue` that tests call.

    Args:
        layer: The layer.
        channel: The channel's full name.
    """

    def __init__(self, layer: ChannelLayer, channel: str) -> None:
        self._layer = layer
        self._channel = channel

    @property
    def _queue(self) -> deque[_Waiting]:
        """Pairs of the time when a message expires and the message; tests read it of asyncio's."""
        return deque(_by_channel(self._layer).get(self._channel, ()))

    @property
    def maxsize(self) -> int:
        """How many messages the channel holds before it is full."""
        return self._layer.limit(self._channel)

    def qsize(self) -> int:
        """Return the number of messages."""
        return len(self._queue)

    def empty(self) -> bool:
        """Whether no message waits."""
        return not self._queue

    def full(self) -> bool:
        """Whether the next send raises `ChannelFull`."""
        return self.qsize() >= self.maxsize

    def get_nowait(self) -> _Waiting:
        """Take the next message.

        Returns:
            When it would have expired (seconds since the epoch), and the message.

        Raises:
            IndexError: There is none.
        """
        expires = self._queue[0][0]
        message = self._layer.take(self._channel)
        if message is None:
            raise IndexError(f"no message waits on {self._channel!r}")
        return expires, message


class WaitingChannels(Mapping[str, WaitingMessages]):
    """A live view of the channels on which messages wait.

    Args:
        layer: The layer.
    """

    def __init__(self, layer: ChannelLayer) -> None:
        self._layer = layer

    def __getitem__(self, channel: str) -> WaitingMessages:
        if channel not in _by_channel(self._layer):
            raise KeyError(channel)
        return WaitingMessages(self._layer, channel)

    def __iter__(self) -> Iterator[str]:
        return iter(_by_channel(self._layer))

    def __len__(self) -> int:
        return len(_by_channel(self._layer))

    def __repr__(self) -> str:
        sizes = {channel: len(waiting) for channel, waiting in _by_channel(self._layer).items()}
        return f"<WaitingChannels {sizes}>"

    def clear(self) -> None:
        """Forget all messages."""
        with self._layer.thread_lock:
            self._layer._channels.clear()


def _by_channel(layer: ChannelLayer) -> dict[str, list[_Waiting]]:
    """Return what waits, by the channels' full names; the layer has one queue for local ones."""
    found: dict[str, list[_Waiting]] = {}
    with layer.thread_lock:
        for name, queue in layer._channels.items():
            for expires, message in queue:
                found.setdefault(message.get(FULL_NAME, name), []).append((expires, message))
    return found


def waiting_messages(layer: ChannelLayer) -> dict[str, list[dict[str, Any]]]:
    """Return the messages that wait, by the full names of their channels, oldest first.

    Args:
        layer: The layer.
    """
    return {
        channel: [
            {key: value for key, value in message.items() if key != FULL_NAME}
            for _, message in waiting
        ]
        for channel, waiting in _by_channel(layer).items()
    }


class AsyncMessage(dict[str, Any]):
    """A message without ``type`` that was sent through Channels 4's side of a layer.

    A consumer gets it as it is, and fails as on every layer of Channels 4. A message that was sent
    with ``Group`` or ``Channel`` is a plain dict, and is translated into a frame for the client.
    """


def marked(message: Any) -> Any:
    """Return ``message``, marked if it is a dict without ``type``."""
    if isinstance(message, dict) and "type" not in message:
        return AsyncMessage(message)
    return message


def join_consumer(layer: ChannelLayer, group: str, channel: str) -> None:
    """Let the consumer that shares ``channel`` with its client receive what ``group`` is sent.

    Args:
        layer: The layer.
        group: The group, which the channel has joined.
        channel: The channel; nothing happens if no consumer shares its name.
    """
    inbox = layer.inboxes.get(channel)
    if inbox is not None:
        inbox.groups.add(group)


class ConsumersLayer(ModernLayer, InMemoryChannelLayer):
    """An `InMemoryChannelLayer` that shares messages and groups with a layer of Channels 1.

    A modern consumer's channel has the name of its client's reply channel. So a group has the same
    members as with consumers of Channels 1. A message with a ``type`` is for the consumer. A
    message without one is for the client if ``Group`` or ``Channel`` has sent it, as
    ``Group("g").send({"text": …})`` does. If modern code has sent it, it is for the consumer, which
    refuses it as on Channels 4.

    Args:
        layer: The layer.

    Source: Channels 4's ``InMemoryChannelLayer``.
    """

    def __init__(self, layer: ChannelLayer) -> None:
        # Not InMemoryChannelLayer's, which would make groups and channels of its own.
        self.layer = layer
        BaseChannelLayer.__init__(self, layer.expiry, layer.capacity)  # type: ignore[arg-type]
        self._owners: dict[str, Connection] = {}

    @property
    def channels(self) -> WaitingChannels:  # type: ignore[override]
        """The channels on which messages wait: name to a queue, a live view."""
        return WaitingChannels(self.layer)

    @property
    def groups(self) -> dict[str, dict[str, float]]:  # type: ignore[override]
        """The groups: name to channels, each with when it joined; the layer's own dict."""
        return self.layer._groups

    @property
    def group_expiry(self) -> float:  # type: ignore[override]
        """Seconds a channel stays in a group."""
        return self.layer.group_expiry

    def get_capacity(self, channel: str) -> int:
        """Return how many messages ``channel`` holds before it is full."""
        return self.layer.limit(channel)

    def _clean_expired(self) -> None:
        self.layer._clean_expired()

    async def new_channel(self, prefix: str = "specific") -> str:
        """Return a new channel name, or the client's if a consumer asks for its own."""
        name = await super().new_channel(prefix)
        owner, caller = current.get(None), sys._getframe(1)
        record_crossing("new", name)
        if owner is None or caller.f_code is not AsyncConsumer.__call__.__code__:
            return name
        owner.consumer = caller.f_locals["self"]
        self._owners[name] = owner
        if owner.reply_to is None or not owner.has_client_name:
            return name
        layer, reply = owner.reply_to
        if getattr(layer, "channel_layer", layer) is not self.layer:
            return name
        self.layer.inboxes[reply] = Inbox(name)
        return reply

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        """Put ``message`` on ``channel``; on a consumer's own channel it is for the consumer.

        Raises:
            TypeError: The name is not valid.
            ChannelFull: The channel is full.
        """
        self.require_valid_channel_name(channel)
        inbox = self.layer.inboxes.get(channel)
        self.layer.send(channel if inbox is None else inbox.channel, marked(message))

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Put ``message`` on every channel of ``group`` that is not full.

        Raises:
            TypeError: The name is not valid.
        """
        await super().group_send(group, marked(message))

    async def receive(self, channel: str) -> dict[str, Any]:
        """Wait for the next event on ``channel``; messages for the client become frames."""
        inbox = self.layer.inboxes.get(channel)
        name = channel if inbox is None else inbox.channel
        owner = self._owners.get(name)
        while True:
            message = await super().receive(name)
            if isinstance(message, AsyncMessage):
                if owner is not None:
                    # Raises what a consumer raises for a message without a type.
                    get_handler_name(message)
                return dict(message)
            if "type" in message or owner is None:
                return message
            owner.frame(message)

    def wake(self, loop: asyncio.AbstractEventLoop, callback: Callable[[], object]) -> None:
        """Call ``callback`` in ``loop``; between two turns, the stage's loop calls it later."""
        call: Callable[..., object] = getattr(loop, "call_next_turn", loop.call_soon_threadsafe)
        call(callback)

    async def group_add(self, group: str, channel: str) -> None:
        """Add ``channel`` to ``group``; messages to the group are then for the consumer."""
        await super().group_add(group, channel)
        join_consumer(self.layer, group, channel)

    def require_valid_channel_name(self, name: Any, receive: bool = False) -> bool:
        """Check a name; a client's is one of Channels 1, which may have a question mark.

        Raises:
            TypeError: The name is not valid.
        """
        # A consumer receives every message by such a name, and a pattern takes longer to match.
        is_known = name in self._owners or name in self.layer.inboxes
        return is_known or super().require_valid_channel_name(name, receive)


def adopt(alias: str, layer: Any) -> None:
    """Make a layer in memory that is not captive the one that modern consumers use.

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
