"""``asgiref.inmemory`` of asgiref 1.1.2: the channel layer of one process."""

from __future__ import annotations

import random
import string
import time
from collections.abc import Callable, Iterable
from typing import Any

from .base_layer import BaseChannelLayer
from .layers.asynchronous import ModernLayer
from .layers.inbox import Inbox
from .layers.names import ValidNames
from .layers.store import FULL_NAME, Journal, MemoryStore, Message

__all__ = ["BaseChannelLayer", "ChannelLayer", "Inbox", "Journal", "channel_layer"]


class ChannelLayer(MemoryStore):
    """A channel layer in memory.

    Args:
        expiry: Seconds a message is kept.
        group_expiry: Seconds a channel stays in a group.
        capacity: Messages that a channel holds before it is full.
        channel_capacity: Kept, but as in asgiref 1.1.2 not applied.

    Messages are copied when they are sent, so that sender and receiver share nothing.
    `_channels` (name to a deque of ``(expires at, message)``) and `_groups` (name to a dict of
    ``channel: added at``) are what suites of Channels 1 look into, and keep their shapes.

    Attributes:
        journal: What is called with everything that crosses the layer, or ``None``.
        inboxes: Reply channels whose name a modern consumer shares, each with its `Inbox`. A
            message with a ``type`` goes to the inbox, and any message of a group that the
            consumer has joined; every other message stays on the reply channel.

    Source: asgiref 1.1.2.
    """

    extensions = ["groups", "flush"]

    journal: Journal | None = None

    def __init__(
        self,
        expiry: float = 60,
        group_expiry: float = 86400,
        capacity: int = 10,
        channel_capacity: dict[Any, int] | None = None,
    ) -> None:
        super().__init__(expiry, group_expiry, capacity, channel_capacity)
        self.inboxes: dict[str, Inbox] = {}
        self._valid_channels = ValidNames()
        self._valid_groups = ValidNames()

    # Sending

    def send(self, channel: str, message: Message) -> None:
        """Put a copy of ``message`` on ``channel``.

        Raises:
            AssertionError: ``message`` is no dict, or has the reserved key.
            TypeError: The name is not valid, or the message cannot be copied.
            ChannelFull: The channel holds `capacity` messages.
        """
        self.check_message(message)
        self._valid_channels.require(channel, self.valid_channel_name)
        if channel in self.inboxes and "type" in message:
            channel = self.inboxes[channel].channel
        self.put(channel, message, self.carry, journal=self.journal)

    def send_group(self, group: str, message: Message) -> None:
        """Put a copy of ``message`` on every channel of ``group`` that is not full.

        Raises:
            AssertionError: ``message`` is no dict.
            TypeError: The name is not valid.
        """
        if not isinstance(message, dict):
            raise AssertionError("Message is not a dict")
        self.check_group(group)
        self._clean_expired()
        receivers = self._receivers(group)
        if receivers:
            self.check_message(message)
        if self.journal is not None:
            with self.thread_lock:
                self.journal("group", group, message, tuple(receivers))
        if receivers:
            self._send_to(receivers, message)

    def _receivers(self, group: str) -> list[str]:
        """The channels that get what is sent to ``group``."""
        members = list(self._groups.get(group, ()))
        if not self.inboxes:
            return members
        return [self._receiver(channel, group) for channel in members]

    def _receiver(self, channel: str, group: str) -> str:
        inbox = self.inboxes.get(channel)
        return inbox.channel if inbox is not None and group in inbox.groups else channel

    def _send_to(self, channels: Iterable[str], message: Message) -> None:
        # Members' names were checked when they joined, unless somebody's own send() is in place.
        send: Callable[[str, Message], None] = self.send
        if getattr(send, "__func__", None) is ChannelLayer.send:
            carry = self.carrier(message)

            def send(channel: str, message: Message) -> None:
                self.put(channel, message, carry)

        for channel in channels:
            try:
                send(channel, message)
            except self.ChannelFull:
                pass

    def verify_send(self, channel: str, message: Message) -> None:
        """Raise what `send` would raise, without sending: a consumer's message is sent later."""
        self.check_message(message)
        self._valid_channels.require(channel, self.valid_channel_name)

    def verify_send_group(self, group: str, message: Message) -> None:
        """Raise what `send_group` would raise, without sending."""
        self.check_message(message)
        self.check_group(group)

    def check_message(self, message: object) -> None:
        """Check that a message can be sent.

        Raises:
            AssertionError: ``message`` is no dict, or has the reserved key.
        """
        if not isinstance(message, dict):
            raise AssertionError("Message is not a dict")
        if FULL_NAME in message:
            raise AssertionError(
                f"The key {FULL_NAME!r} is the channel layer's own; take it out of the message"
            )

    def check_group(self, group: str) -> None:
        """Check a group's name.

        Raises:
            TypeError: It is not valid.
        """
        self._valid_groups.require(group, self.valid_group_name)

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
        names = [self._queue_to_receive(name) for name in channels]
        if len(names) > 1:
            random.shuffle(names)
        with self.thread_lock:
            self._tidy()
            for name in names:
                if self._channels.get(name):
                    message = self._remove(name, 0)
                    full_name = message.pop(FULL_NAME, name)
                    if self.journal is not None:
                        self.journal("receive", full_name, message)
                    return full_name, message
            if self.journal is not None:
                self.journal("nothing", " or ".join(names))
            return None, None

    def _queue_to_receive(self, name: str) -> str:
        if isinstance(name, str) and "!" not in name:
            self._valid_channels.require(name, self.valid_channel_name)
            return name
        self.valid_channel_name(name, receive=True)
        return self.non_local_name(name)

    def modern(self) -> ModernLayer:
        """Return Channels 4's side of this layer: the same queues, the same groups."""
        return ModernLayer(self)

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
                break
        if self.journal is not None:
            self.journal("new", name)
        return name

    # Groups

    def group_add(self, group: str, channel: str) -> None:
        """Add ``channel`` to ``group``, or renew its membership.

        Raises:
            TypeError: One of the names is not valid.
        """
        self._valid_channels.require(channel, self.valid_channel_name)
        self.check_group(group)
        with self.thread_lock:
            added = time.time()
            self._next_expiry = min(added + self.group_expiry, self._next_expiry)
            self._groups.setdefault(group, {})[channel] = added
            self.record_membership("join", group, channel)

    def group_discard(self, group: str, channel: str) -> None:
        """Take ``channel`` out of ``group``; no error if it is not in it.

        Raises:
            TypeError: One of the names is not valid.
        """
        self._valid_channels.require(channel, self.valid_channel_name)
        self.check_group(group)
        with self.thread_lock:
            inbox = self.inboxes.get(channel)
            if inbox is not None:
                inbox.groups.discard(group)
            members = self._groups.get(group, {})
            if members.pop(channel, None) is not None and not members:
                del self._groups[group]
            self.record_membership("leave", group, channel)

    def record_membership(self, kind: str, group: str, channel: str) -> None:
        """Note in the journal that a channel was added to a group, or discarded.

        Args:
            kind: ``"join"`` or ``"leave"``.
            group: The group.
            channel: The channel.
        """
        if self.journal is not None:
            self.journal(kind, group, None, (channel,))

    def group_channels(self, group: str) -> Any:
        """Return the channels in ``group``: a dict of the times they were added, or a set."""
        return self._groups.get(group, set())


channel_layer = ChannelLayer()
