"""Views of a layer of Channels 1, as tests read ``channels`` of an `InMemoryChannelLayer`."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from ..compat.inmemory import ChannelLayer
from ..compat.layers.store import FULL_NAME

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
        """Pairs of the time when a message expires and the message, as tests read of asyncio."""
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
