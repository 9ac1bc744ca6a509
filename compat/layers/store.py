"""The queues and groups of a channel layer in memory, and how long they keep what is put there."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from copy import deepcopy
from typing import Any, Protocol

from ..base_layer import BaseChannelLayer
from .expiry import NEVER, Groups, Queues, drop_memberships, drop_messages
from .wakeups import WakeUps

Message = dict[str, Any]
Carry = Callable[[Message], Message]

# The key under which a message on a process-local channel has that channel's full name.
FULL_NAME = "__asgi_channel__"

# In the names of modern consumers' own channels: each has one reader, and a queue of its own
# with the room that it has in Channels 4.
_MODERN = ".inmemory!"
_MODERN_CAPACITY = 100


class Journal(Protocol):
    """Called with what crosses a layer, in order: the layer's lock is held."""

    def __call__(
        self, kind: str, name: str, message: Any = None, members: tuple[str, ...] = (), /
    ) -> None:
        """Take note of one event.

        Args:
            kind: ``"send"``, ``"group"``, ``"receive"`` or ``"nothing"`` (there was no message
                to receive).
            name: The channel or the group; with ``"nothing"``, all channels, joined by `` or ``.
            message: The message as it crosses.
            members: The channels that a group's message goes to.
        """


class MemoryStore(BaseChannelLayer):
    """The part of a layer in memory that keeps messages and groups, without checking names.

    Subclasses may override `carry` and `carrier` (how a message is copied), `limit` (how many
    messages a channel holds) and `journal`.

    Args:
        *numbers: As for `BaseChannelLayer`.

    Attributes:
        journal: What is called with everything that crosses the layer, or ``None``.
        thread_lock: Held while the store is read or changed.
        wake_ups: What is called at the next send to a channel.
    """

    journal: Journal | None

    def __init__(self, *numbers: Any) -> None:
        super().__init__(*numbers)
        self.thread_lock = threading.Lock()
        self.wake_ups = WakeUps()
        self._empty()

    def _empty(self) -> None:
        self._channels: Queues = {}
        self._groups: Groups = {}
        self._emptied: set[str] = set()
        # Nothing in the store expires before this moment.
        self._next_expiry = NEVER

    def put(
        self,
        channel: str,
        message: Message,
        carry: Carry,
        *,
        limited: bool = True,
        journal: Journal | None = None,
    ) -> None:
        """Put ``message`` on the queue of ``channel``; for subclasses, whose names are checked.

        Args:
            channel: The channel.
            message: The message.
            carry: Makes of it what the receiver gets.
            limited: Whether a full channel refuses it.
            journal: What takes note of it.

        Raises:
            ChannelFull: The channel is full.
        """
        is_local = "!" in channel and _MODERN not in channel
        name = self.non_local_name(channel) if is_local else channel
        limit = self.limit(channel) if limited else None
        carried = carry(message)
        if is_local:
            carried[FULL_NAME] = channel
        with self.thread_lock:
            queue = self._channels.get(name)
            if limit is not None and (len(queue) if queue else 0) >= limit:
                raise self.ChannelFull(name)
            if journal is not None:
                journal("send", channel, carried)
            if queue is None:
                queue = self._channels[name] = deque()
            expires = time.time() + self.expiry
            queue.append((expires, carried))
            if expires < self._next_expiry:
                self._next_expiry = expires
            wakes = self.wake_ups.take({channel, name}) if self.wake_ups else ()
        for wake in wakes:
            wake()

    def carry(self, message: Message) -> Message:
        """Return ``message`` as a receiver will see it: here a deep copy."""
        return deepcopy(message)

    def carrier(self, message: Message) -> Carry:
        """Return what carries ``message`` to many channels, one call for each."""
        return self.carry

    def limit(self, channel: str) -> int:
        """Return how many messages ``channel`` holds before it is full."""
        return max(self.capacity, _MODERN_CAPACITY) if _MODERN in channel else self.capacity

    def take(self, channel: str) -> Message | None:
        """Take the next message for ``channel``, also for the full name of a local channel.

        What Channels 4's side of the layer receives with: there a process-local name is
        received from by its full name.

        Returns:
            The message, or ``None`` when there is none.
        """
        name = channel if _MODERN in channel else self.non_local_name(channel)
        with self.thread_lock:
            self._tidy()
            for index, (_, message) in enumerate(self._channels.get(name, ())):
                if name == channel or message.get(FULL_NAME) == channel:
                    self._remove(name, index)
                    message.pop(FULL_NAME, None)
                    if self.journal is not None:
                        self.journal("receive", channel, message)
                    return message
        return None

    def _remove(self, name: str, index: int) -> Message:
        queue = self._channels[name]
        _, message = queue[index]
        del queue[index]
        if not queue:
            self._emptied.add(name)
        return message

    def call_when_sent(self, channel: str, wake: Callable[[], None]) -> Callable[[], None]:
        """Have ``wake`` called once, in the sender's thread, at the next send to ``channel``.

        Args:
            channel: The full channel name, or one up to its ``!`` for all that begin with it.
            wake: Called without arguments; it must not block or raise.

        Returns:
            A function that takes the request back; harmless when it was served already.
        """

        def cancel() -> None:
            with self.thread_lock:
                self.wake_ups.discard(channel, wake)

        with self.thread_lock:
            self.wake_ups.add(channel, wake)
        return cancel

    def flush(self) -> None:
        """Forget every message and group."""
        with self.thread_lock:
            self._empty()

    def _clean_expired(self) -> None:
        with self.thread_lock:
            self._tidy()

    def _tidy(self) -> None:
        """Drop what has expired, and the queues emptied since the last time; the lock is held."""
        while self._emptied:
            name = self._emptied.pop()
            if not self._channels.get(name, True):
                del self._channels[name]
        now = time.time()
        if now >= self._next_expiry:
            self._next_expiry = min(
                drop_messages(self._channels, self._groups, now),
                drop_memberships(self._groups, now, self.group_expiry),
            )
