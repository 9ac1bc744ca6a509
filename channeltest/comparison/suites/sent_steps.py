"""The steps of what modern consumers get: those in which it was sent.

A modern application runs when the test waits, and the test may have sent more by then. In Channels
1 a frame is there at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from ...record.events import Event
from ...record.schema import Record

_OWN = "channel of "


def in_sent_steps(record: Record) -> Record:
    """Return a record in which what a modern consumer does is in the step that sent the message.

    Args:
        record: The record, its events in their order.
    """
    return Record(record.test, tuple(_in_sent_steps(record.events)), record.lost)


def _in_sent_steps(events: Iterable[Event]) -> Iterator[Event]:
    sent: dict[str, deque[tuple[Any, int]]] = {}
    # The step in which a client's consumer took a message, and the one that sent it.
    moved: dict[str, tuple[int, int]] = {}
    for event in events:
        client = event.target
        if event.kind in ("group", "send"):
            for channel in (event.target, *event.members):
                if channel.startswith(_OWN):
                    sent.setdefault(channel, deque()).append((event.content, event.step))
        elif event.kind == "consume":
            moved.pop(event.source, None)
        elif event.kind == "receive" and event.source.startswith(_OWN):
            client = event.source.removeprefix(_OWN)
            step = _taken(sent.get(event.source, deque()), event.content)
            moved[client] = event.step, event.step if step is None else step
        elif event.kind in ("join", "leave"):
            client = next(iter(event.members), "").removeprefix(_OWN)
        before, after = moved.get(client, (0, 0))
        is_moved = event.modern and event.step == before != after
        yield event._replace(step=after) if is_moved else event


def _taken(sent: deque[tuple[Any, int]], content: Any) -> int | None:
    """Take a message, and those that were lost before it; return the step that sent it."""
    for number, (each, step) in enumerate(sent):
        if each == content:
            for _ in range(number + 1):
                sent.popleft()
            return step
    return None
