"""How a layer of Channels 1 takes messages off Redis."""

from __future__ import annotations

import logging
import random
import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from .configuration import Message
from .waking import Woken

if TYPE_CHECKING:
    from .layer import RedisChannelLayer
    from .shards import Shards

logger = logging.getLogger("django.channels")

Received = tuple[str, Message] | tuple[None, None]

# Where a message names the process-local channels that it is for.
LOCAL_NAMES = "__asgi_channel__"


class Receiver:
    """Takes messages off the servers of a layer.

    One message of a group is for several channels of this process: all but the first wait here.
    What is no message of the layer (another program's, another key's, a forged one) is dropped
    with a line in the log.

    Args:
        layer: The layer.
        shards: Its servers.
        decode: Makes a message of the member of a sorted set.
    """

    def __init__(
        self, layer: RedisChannelLayer, shards: Shards, decode: Callable[[bytes], Any]
    ) -> None:
        self._layer = layer
        self._shards = shards
        self._decode = decode
        self._lock = threading.Lock()
        self._waiting: dict[str, deque[tuple[str, bytes]]] = {}

    def receive(self, channels: Iterable[str], seconds: float) -> Received:
        """Take the next message off one of ``channels``.

        Args:
            channels: Names; of several with messages a random one is served.
            seconds: How long to wait for one; 0 for not at all.

        Returns:
            ``(channel, message)``, or ``(None, None)`` when there is none.
        """
        names = list(channels)
        for name in names:
            if (kept := self._take_kept(name)) is not None:
                return kept
        random.shuffle(names)
        places = {name: has_one_reader(name) for name in names}
        while True:
            if seconds:
                found = self._shards.wait(places, seconds, self._layer.expiry)
            else:
                found = self._shards.take(places, self._layer.expiry)
            if found is None:
                return None, None
            received = self.opened(*found)
            if received[0] is not None:
                return received

    def opened(self, name: str, content: bytes) -> Received:
        """Return a message that was taken off a server; the first of several that it is for.

        Args:
            name: The channel's name, up to its ``!``.
            content: The member of the sorted set.

        Returns:
            As `receive`; ``(None, None)`` when it is no message of the layer.
        """
        opened = self._opened(name, content)
        if opened is None:
            return None, None
        (first, *others), message = opened
        if others:
            with self._lock:
                waiting = self._waiting.setdefault(name, deque())
                waiting.extend((channel, content) for channel in others)
        return first, message

    def receive_waiting(self, name: str, seconds: float) -> list[tuple[str, Message]]:
        """Take what waits on a process-local channel, or else what comes first.

        Args:
            name: The channel's name up to its ``!``.
            seconds: How long to wait for the first message.

        Returns:
            Pairs of full channel name and message, the oldest first; none when none came.
        """
        try:
            contents = self._shards.of(name).take_together(name, seconds, self._layer.expiry)
        except Woken:
            contents = []
        return self.opened_together(name, contents)

    def opened_together(self, name: str, contents: Iterable[bytes]) -> list[tuple[str, Message]]:
        """Return messages that were taken off a server, for each channel that they are for.

        Args:
            name: The name of a process-local channel, up to its ``!``.
            contents: Members of its sorted set.
        """
        received = []
        for content in contents:
            opened = self._opened(name, content)
            if opened is not None:
                (first, *others), message = opened
                received.append((first, message))
                # For each channel anew, so that no two consumers share a mutable object.
                received += [(channel, self._message(content)) for channel in others]
        return received

    def forget(self) -> None:
        """Forget the messages that wait here."""
        with self._lock:
            self._waiting.clear()

    def _take_kept(self, name: str) -> tuple[str, Message] | None:
        with self._lock:
            waiting = self._waiting.get(name)
            if not waiting:
                return None
            channel, content = waiting.popleft()
            if not waiting:
                del self._waiting[name]
        return channel, self._message(content)

    def _opened(self, name: str, content: bytes) -> tuple[list[str], Message] | None:
        """Return a message and the channels that it is for, at least one; else drop it."""
        try:
            message = self._decode(content)
            if not isinstance(message, dict):
                raise ValueError(f"it is a {type(message).__name__} and no dict")
            channels = message.pop(LOCAL_NAMES, name)
            if isinstance(channels, str):
                channels = [channels]
            if not channels or {self._layer.non_local_name(channel) for channel in channels} != {
                name
            }:
                raise ValueError(f"it is for {channels!r:.200}")
        except Exception as error:
            logger.error(
                "What was on channel %s is dropped, for the channel layer cannot read it (%s: %s). "
                "Another program writes with the prefix of the layer, or with other keys or "
                "another serializer: give them all the same options, or prefixes of their own.",
                *(name, type(error).__name__, error),
            )
            return None
        return channels, message

    def _message(self, content: bytes) -> Message:
        message: Message = self._decode(content)
        message.pop(LOCAL_NAMES, None)
        return message


def has_one_reader(name: str) -> bool:
    """Whether a channel is read by one process, so that all its messages are on one server."""
    return "!" in name or "?" in name
