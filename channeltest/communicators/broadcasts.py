"""Captures what consumers and topics of chanx broadcast."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from ..patching import Patch


@dataclass
class CapturedBroadcastEvent:
    """An event that a consumer has broadcast.

    Attributes:
        event: The event, a message of chanx.
        groups: The groups it is for, as the call named them.
    """

    event: Any
    groups: Collection[str] | str | None


@dataclass
class CapturedTopicBroadcast:
    """An event that a topic has broadcast.

    Attributes:
        topic: The topic.
        event: The event, a message of chanx.
        seq: Its number, or ``None``.
    """

    topic: str
    event: Any
    seq: int | None


@contextlib.contextmanager
def capture_broadcast_events(
    consumer: Any, suppress: bool = True
) -> Iterator[list[CapturedBroadcastEvent]]:
    """Capture what a consumer class of chanx broadcasts with ``broadcast_event``.

    Args:
        consumer: The class.
        suppress: Whether the events are kept from the groups.

    Returns:
        A context manager with the list of `CapturedBroadcastEvent`, in order.

    Source: chanx 2.
    """
    captured: list[CapturedBroadcastEvent] = []
    original = consumer.broadcast_event

    async def capture(
        cls: Any, event: Any, groups: Collection[str] | str | None = None, **extra: Any
    ) -> None:
        captured.append(CapturedBroadcastEvent(event, groups))
        if not suppress:
            await original(event, groups, **extra)

    with _replaced(consumer, "broadcast_event", capture):
        yield captured


@contextlib.contextmanager
def capture_topic_broadcasts(
    topic_class: Any, *, suppress: bool = True
) -> Iterator[list[CapturedTopicBroadcast]]:
    """Capture what a topic class of chanx broadcasts with ``broadcast``.

    Args:
        topic_class: The class.
        suppress: Whether the events are kept from the subscribers.

    Returns:
        A context manager with the list of `CapturedTopicBroadcast`, in order.

    Source: chanx 2.
    """
    captured: list[CapturedTopicBroadcast] = []
    original = topic_class.broadcast

    async def capture(cls: Any, topic: str, event: Any, *, seq: int | None = None) -> None:
        captured.append(CapturedTopicBroadcast(topic, event, seq))
        if not suppress:
            await original(topic, event, seq=seq)

    with _replaced(topic_class, "broadcast", capture):
        yield captured


@contextlib.contextmanager
def _replaced(owner: Any, name: str, function: Any) -> Iterator[None]:
    patch = Patch(owner, name, classmethod(function))
    patch.start()
    try:
        yield
    finally:
        patch.stop()
