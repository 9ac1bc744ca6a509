"""`CaptiveLayer`: the channel layer that replaces the configured one during a test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..compat.inmemory import ChannelLayer
from ..record.entries import current, record_crossing
from .modern_face import AsyncMessage, join_consumer
from .wire import Wire, carrier, carry, verify

if TYPE_CHECKING:
    from .swap import LayerSwap

# Messages that a channel holds on Channels 4's layers, if the settings have no number.
DEFAULT_CAPACITY = 100

_NUMBERS = ("expiry", "group_expiry", "capacity", "channel_capacity")

# Each `LayerSwap` whose captive layers are in place, the latest one last.
swaps: list[LayerSwap] = []


def are_captive() -> bool:
    """Return whether the running test has captive layers."""
    return bool(swaps)


class CaptiveLayer(ChannelLayer):
    """A channel layer in memory whose messages cross a wire, for one test.

    It has the synchronous API of Channels 1, and the numbers of its test cases (10 messages a
    channel, kept for 60 s, groups for 86400 s) unless ``options`` has others.

    Args:
        wire: ``"lenient"``: what msgpack cannot carry exactly is deep-copied with a
            `WireWarning`; ``"strict"``: it is a `WireError`.
        uses_channel_capacity: Whether ``channel_capacity`` says how many messages a channel holds,
            as in Channels 4's layers. By default that is ``capacity`` for all of them, and at least
            100 for the channels that modern consumers read.
        **options: As for ``asgiref.inmemory.ChannelLayer``.

    Attributes:
        has_other_readers: ``False``: no worker reads in parallel, so a full channel stays full.
        wire: The mode of the wire.

    Raises:
        ValueError: ``wire`` is neither mode.
    """

    has_other_readers = False

    journal = staticmethod(record_crossing)

    def __init__(
        self,
        wire: Wire = "lenient",
        uses_channel_capacity: bool = False,
        **options: Any,
    ) -> None:
        if wire not in ("lenient", "strict"):
            raise ValueError(f"wire is 'lenient' or 'strict', not {wire!r}")
        super().__init__(**options)
        self.wire: Wire = wire
        self._uses_channel_capacity = uses_channel_capacity
        # Messages that are sent when their consumer has finished. The consumer's call of send() has
        # issued the warning.
        self._warned_of: dict[int, dict[str, Any]] = {}

    def send_group(self, group: str, message: dict[str, Any]) -> None:
        """Put a copy of ``message`` on every channel of ``group`` that is not full.

        Raises:
            AssertionError: ``message`` is no dict.
            TypeError: The name is not valid.
            WireError: The wire is strict and cannot carry the message; the group may be empty.
        """
        if self.wire == "strict" and isinstance(message, dict):
            self.check_group(group)
            verify(dict(message), self.wire)
        super().send_group(group, message)

    def group_add(self, group: str, channel: str) -> None:
        """Add ``channel`` to ``group``: a consumer adds its own, a test that of its client.

        Raises:
            TypeError: One of the names is not valid.
        """
        super().group_add(group, channel)
        if current.get(None) is not None:
            join_consumer(self, group, channel)

    def record_membership(self, kind: str, group: str, channel: str) -> None:
        """Record a change of a group, unless the harness makes it for a connection."""
        connection = current.get(None)
        if connection is None or not connection.is_silent:
            super().record_membership(kind, group, channel)

    def limit(self, channel: str) -> int:
        """Return how many messages ``channel`` holds before it is full."""
        if self._uses_channel_capacity:
            return self.get_capacity(channel)
        return super().limit(channel)

    def carry(self, message: dict[str, Any]) -> dict[str, Any]:
        """Return ``message`` as it comes out of the wire."""
        if type(message) is not dict or self._warned_of:
            return self.carrier(message)(message)
        return carry(message, self.wire)

    def carrier(self, message: dict[str, Any]) -> Callable[[Any], dict[str, Any]]:
        """Return a callable that copies ``message`` for one channel after another."""
        quiet = id(message) in self._warned_of
        if isinstance(message, AsyncMessage):
            make = carrier(dict(message), self.wire, quiet)
            return lambda _: AsyncMessage(make())
        make = carrier(message, self.wire, quiet)
        return lambda _: make()

    def deliver(self, channel: str, message: dict[str, Any]) -> None:
        """Put a reply of an application on its client's ``channel``, even if that is full.

        A websocket takes more frames than the ten messages that a channel holds.
        """
        self.put(channel, message, self.carry, limited=False)

    def verify_send(self, channel: str, message: dict[str, Any]) -> None:
        """Raise and warn as ``send`` does, without sending."""
        super().verify_send(channel, message)
        self._verify(message)

    def verify_send_group(self, group: str, message: dict[str, Any]) -> None:
        """Raise and warn as ``send_group`` does, without sending."""
        super().verify_send_group(group, message)
        if self.wire == "strict" or self._groups.get(group):
            self._verify(message)

    def _verify(self, message: dict[str, Any]) -> None:
        if not verify(message, self.wire):
            self._warned_of[id(message)] = message


def options_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options for a captive layer that replaces a layer of Channels 4.

    Args:
        config: The ``CONFIG`` of that layer; options of servers and keys are left out.

    Returns:
        Options for `channeltest.CaptiveLayer`.
    """
    numbers = {name: config[name] for name in _NUMBERS if name in config}
    return {"capacity": DEFAULT_CAPACITY, **numbers, "uses_channel_capacity": True}
