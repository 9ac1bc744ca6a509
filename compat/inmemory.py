"""``asgiref.inmemory`` of asgiref 1.1.2: the channel layer of one process."""

from __future__ import annotations

import random
import string
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from .base_layer import BaseChannelLayer
from .layers.asynchronous import ModernLayer

Message = dict[str, Any]

# Names that passed their check; random reply channels must not make it grow for ever.
_REMEMBERED_NAMES = 5000

# In the names of modern consumers' own channels: each has one reader, and a queue of its own
# with the room that it has in Channels 4.
_MODERN = ".inmemory!"
_MODERN_CAPACITY = 100


@dataclass
class Inbox:
    """Where a modern consumer reads whose channel has the name of its client's reply channel.

    Args:
        channel: The channel on which it really receives.

    Attributes:
        channel: The same.
        groups: The groups that the consumer joined, and not only its client.
    """

    channel: str
    groups: set[str] = field(default_factory=set)


class ChannelLayer(BaseChannelLayer):
    """A channel layer in memory.

    Args:
        expiry: Seconds a message is kept.
        group_expiry: Seconds a channel stays in a group.
        capacity: Messages that a channel holds before it is full.
        channel_capacity: Kept, but as in asgiref 1.1.2 not applied.

    Messages are copied when they are sent, so that sender and receiver share nothing.
    `_channels` (name to a deque of ``(expires at, message)``) and `_groups` (name to a dict of
    ``channel: added at``) are what suites of Channels 1 look into, and keep their shapes.

    Source: asgiref 1.1.2.
    """

    extensions = ["groups", "flush"]

    # Called with what crosses the layer: kind, name, message, members of the group. The store's
    # lock is held, so that the calls are in order.
    journal: Callable[..., None] | None = None

    def __init__(
        self,
        expiry: float = 60,
        group_expiry: float = 86400,
        capacity: int = 10,
        channel_capacity: dict[Any, int] | None = None,
    ) -> None:
        super().__init__(
            expiry=expiry,
            group_expiry=group_expiry,
            capacity=capacity,
            channel_capacity=channel_capacity,
        )
        self.thread_lock = threading.Lock()
        self._channels: dict[str, deque[tuple[float, Message]]] = {}
        self._groups: dict[str, dict[str, float]] = {}
        self._emptied: set[str] = set()
        # Nothing in the store expires before this moment.
        self._next_expiry = float("inf")
        self._good_channels: set[str] = set()
        self._good_groups: set[str] = set()
        self._waiting: dict[str, list[Callable[[], None]]] = {}
        # Of modern consumers whose channel bears the name of their client's.
        self.inboxes: dict[str, Inbox] = {}

    # Sending

    def send(self, channel: str, message: Message) -> None:
        """Put a copy of ``message`` on ``channel``.

        Raises:
            AssertionError: ``message`` is no dict, or has the reserved key.
            TypeError: The name is not valid, or the message cannot be copied.
            ChannelFull: The channel holds `capacity` messages.
        """
        self._check_message(message)
        self._check_channel(channel)
        if channel in self.inboxes and "type" in message:
            channel = self.inboxes[channel].channel
        self._put(channel, message, self.carry, self.journal)

    def send_group(self, group: str, message: Message) -> None:
        """Put a copy of ``message`` on every channel of ``group`` that is not full.

        Raises:
            AssertionError: ``message`` is no dict.
            TypeError: The name is not valid.
        """
        if not isinstance(message, dict):
            raise AssertionError("Message is not a dict")
        self._check_group(group)
        self._tidy()
        receivers = self._receivers(group)
        if self.journal is not None:
            with self.thread_lock:
                self.journal("group", group, message, tuple(receivers))
        if not receivers:
            return
        self._check_message(message)
        send = self._sender_of(message)
        for channel in receivers:
            try:
                send(channel, message)
            except self.ChannelFull:
                pass

    def _receivers(self, group: str) -> list[str]:
        """The channels that get what is sent to ``group``."""
        members = list(self._groups.get(group, ()))
        if not self.inboxes:
            return members
        receivers = []
        for channel in members:
            inbox = self.inboxes.get(channel)
            joined = inbox is not None and group in inbox.groups
            receivers.append(inbox.channel if inbox is not None and joined else channel)
        return receivers

    def _sender_of(self, message: Message) -> Callable[[str, Message], None]:
        # Members' names were checked when they joined, unless somebody's own send() is in place.
        if getattr(self.send, "__func__", None) is not ChannelLayer.send:
            return self.send
        carry = self.carrier(message)
        return lambda channel, content: self._put(channel, content, carry)

    def carry(self, message: Message) -> Message:
        """Return ``message`` as a receiver will see it: here a deep copy."""
        return deepcopy(message)

    def carrier(self, message: Message) -> Callable[[Message], Message]:
        """Return what carries ``message`` to many channels, one call for each."""
        return self.carry

    def room(self, channel: str) -> int:
        """Return how many messages ``channel`` holds before it is full."""
        return max(self.capacity, _MODERN_CAPACITY) if _MODERN in channel else self.capacity

    def verify_send(self, channel: str, message: Message) -> None:
        """Raise what `send` would raise, without sending: consumers send later, but err now."""
        self._check_message(message)
        self._check_channel(channel)

    def verify_send_group(self, group: str, message: Message) -> None:
        """Raise what `send_group` would raise, without sending."""
        self._check_message(message)
        self._check_group(group)

    def _put(
        self,
        channel: str,
        message: Message,
        carry: Callable[[Message], Message],
        journal: Callable[..., None] | None = None,
        limited: bool = True,
    ) -> None:
        name, capacity = channel, self.room(channel)
        local = "!" in channel and _MODERN not in channel
        if local:
            name = self.non_local_name(channel)
        carried = carry(message)
        if local:
            carried["__asgi_channel__"] = channel
        with self.thread_lock:
            queue = self._channels.get(name)
            if queue is None:
                queue = self._channels[name] = deque()
            if limited and len(queue) >= capacity:
                raise self.ChannelFull(name)
            expires = time.time() + self.expiry
            if expires < self._next_expiry:
                self._next_expiry = expires
            if journal is not None:
                journal("send", channel, carried)
            queue.append((expires, carried))
            woken = self._woken_by({channel, name}) if self._waiting else ()
        for wake in woken:
            wake()

    def _woken_by(self, names: set[str]) -> list[Callable[[], None]]:
        return [wake for name in names for wake in self._waiting.pop(name, ())]

    # Receiving

    def receive(
        self, channels: Iterable[str], block: bool = False
    ) -> tuple[str, Message] | tuple[None, None]:
        """Take the next message off one of ``channels``.

        Args:
            channels: Names; of several with messages a random one is served.
            block: Without effect, as in asgiref 1.1.2: nobody else fills this layer.

        Returns:
            ``(channel, message)``, or ``(None, None)`` when there is none.

        Raises:
            TypeError: A name is not valid.
        """
        names = []
        for name in channels:
            if not isinstance(name, str) or "!" in name or name not in self._good_channels:
                self.valid_channel_name(name, receive=True)
            names.append(self.non_local_name(name) if "!" in name else name)
        if len(names) > 1:
            random.shuffle(names)
        self._tidy()
        journal = self.journal
        with self.thread_lock:
            for name in names:
                queue = self._channels.get(name)
                if queue:
                    _, message = queue.popleft()
                    if not queue:
                        self._emptied.add(name)
                    full_name = message.pop("__asgi_channel__", name)
                    if journal is not None:
                        journal("receive", full_name, message)
                    return full_name, message
            if journal is not None:
                journal("nothing", " or ".join(names))
        return None, None

    def take(self, channel: str) -> Message | None:
        """Take the next message for ``channel``, also for the full name of a local channel.

        What Channels 4's side of the layer receives with: there a process-local name is
        received from by its full name.

        Returns:
            The message, or ``None`` when there is none.
        """
        self._tidy()
        name = channel if _MODERN in channel else self.non_local_name(channel)
        with self.thread_lock:
            queue = self._channels.get(name)
            for index, (_, message) in enumerate(queue or ()):
                if name == channel or message.get("__asgi_channel__") == channel:
                    assert queue is not None
                    del queue[index]
                    if not queue:
                        self._emptied.add(name)
                    message.pop("__asgi_channel__", None)
                    if self.journal is not None:
                        self.journal("receive", channel, message)
                    return message
        return None

    def modern(self) -> ModernLayer:
        """Return Channels 4's side of this layer: the same queues, the same groups."""
        return ModernLayer(self)

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
                waiting = self._waiting.get(channel, [])
                if wake in waiting:
                    waiting.remove(wake)
                if not waiting:
                    self._waiting.pop(channel, None)

        with self.thread_lock:
            self._waiting.setdefault(channel, []).append(wake)
        return cancel

    def new_channel(self, pattern: str) -> str:
        """Return ``pattern`` with eight letters more, a name that holds no message.

        Raises:
            AssertionError: ``pattern`` is no text, or does not end with ``?``.
        """
        if not isinstance(pattern, str):
            raise AssertionError(f"New channel pattern must be text, not {pattern!r:.80}")
        if not pattern.endswith("?"):
            raise AssertionError("New channel pattern must end with ?")
        while True:
            name = pattern + "".join(random.choices(string.ascii_letters, k=8))
            if name not in self._channels:
                return name

    # Groups

    def group_add(self, group: str, channel: str) -> None:
        """Add ``channel`` to ``group``, or renew its membership.

        Raises:
            TypeError: One of the names is not valid.
        """
        self._check_channel(channel)
        self._check_group(group)
        with self.thread_lock:
            now = time.time()
            self._groups.setdefault(group, {})[channel] = now
            if now + self.group_expiry < self._next_expiry:
                self._next_expiry = now + self.group_expiry

    def group_discard(self, group: str, channel: str) -> None:
        """Take ``channel`` out of ``group``; no error if it is not in it.

        Raises:
            TypeError: One of the names is not valid.
        """
        self._check_channel(channel)
        self._check_group(group)
        with self.thread_lock:
            members = self._groups.get(group)
            if channel in self.inboxes:
                self.inboxes[channel].groups.discard(group)
            if members is not None:
                members.pop(channel, None)
                if not members:
                    del self._groups[group]

    def group_channels(self, group: str) -> Any:
        """Return the channels in ``group``: a dict of the times they were added, or a set."""
        return self._groups.get(group, set())

    def flush(self) -> None:
        """Forget every message and group."""
        with self.thread_lock:
            self._channels = {}
            self._groups = {}
            self._emptied = set()
            self._next_expiry = float("inf")

    # Checks

    def _check_message(self, message: object) -> None:
        if not isinstance(message, dict):
            raise AssertionError("Message is not a dict")
        if "__asgi_channel__" in message:
            raise AssertionError(
                "The key '__asgi_channel__' is the channel layer's own; take it out of the message"
            )

    def _check_channel(self, channel: str) -> None:
        if not isinstance(channel, str) or channel not in self._good_channels:
            self.valid_channel_name(channel)
            if len(self._good_channels) >= _REMEMBERED_NAMES:
                self._good_channels.clear()
            self._good_channels.add(channel)

    def _check_group(self, group: str) -> None:
        if not isinstance(group, str) or group not in self._good_groups:
            self.valid_group_name(group)
            if len(self._good_groups) >= _REMEMBERED_NAMES:
                self._good_groups.clear()
            self._good_groups.add(group)

    # Expiry

    def _tidy(self) -> None:
        if self._emptied or time.time() >= self._next_expiry:
            self._clean_expired()

    def _clean_expired(self) -> None:
        """Drop what has expired, and the queues emptied since the last time.

        A channel whose message expired leaves all its groups: its reader is gone.
        """
        with self.thread_lock:
            if self._emptied:
                for name in self._emptied:
                    if not self._channels.get(name, True):
                        del self._channels[name]
                self._emptied.clear()
            now = time.time()
            if now < self._next_expiry:
                return
            self._next_expiry = float("inf")
            for name, queue in list(self._channels.items()):
                expired = False
                while queue and queue[0][0] < now:
                    queue.popleft()
                    expired = True
                if expired:
                    for members in self._groups.values():
                        members.pop(name, None)
                if queue:
                    self._next_expiry = min(self._next_expiry, queue[0][0])
                else:
                    del self._channels[name]
            for group, members in list(self._groups.items()):
                for channel, added in list(members.items()):
                    if added < now - self.group_expiry:
                        del members[channel]
                    else:
                        self._next_expiry = min(self._next_expiry, added + self.group_expiry)
                if not members:
                    del self._groups[group]


channel_layer = ChannelLayer()
