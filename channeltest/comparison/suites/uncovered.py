"""What of a project's routing no test has reached."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...record.events import Event
from ...record.schema import Record
from .routing import Entry, entries


class Coverage:
    """What the tests of some records reach.

    Args:
        records: The records.

    Attributes:
        uncovered: The routes, handlers and groups that none reaches.
        total: The number of all.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        every = entries()
        self.total = len(every)
        self.uncovered = list(every)
        seen: set[tuple[object, ...]] = set()
        for record in records:
            for event in record.events:
                # Thousands of tests send the same few messages.
                key = _key(event)
                if key in seen:
                    continue
                seen.add(key)
                self.uncovered = [each for each in self.uncovered if not _reaches(event, each)]

    @property
    def percent(self) -> int:
        """How much of all is reached, rounded down."""
        return 100 * (self.total - len(self.uncovered)) // self.total if self.total else 100

    def lines(self) -> Iterator[str]:
        """Yield what is not reached, as text."""
        reached = self.total - len(self.uncovered)
        yield f"reached {reached} of {self.total} routes, handlers and groups, {self.percent} %"
        for each in self.uncovered:
            yield f"  {each.place or '(no source)'}: {each.kind} {each.name}"


def _key(event: Event) -> tuple[object, ...]:
    content = event.content if isinstance(event.content, dict) else {}
    # Filters of routes may look at any text.
    shown = {key: each for key, each in content.items() if key not in ("text", "bytes", "headers")}
    return event.kind, event.channel, event.consumer, repr(sorted(shown.items()))


def _reaches(event: Event, entry: Entry) -> bool:
    if entry.kind == "group":
        is_one = event.kind in ("join", "leave", "group")
        return is_one and re.fullmatch(entry.channels[0], event.channel) is not None
    if event.consumer != entry.consumer or not isinstance(event.content, dict):
        return False
    if event.kind == "consume":
        named = {event.channel, event.content.get("type")}
        if entry.channels and named.isdisjoint(entry.channels):
            return False
        return entry.serves(event.channel, event.content)
    # A modern consumer takes what was sent to its channel, or to a group.
    return event.kind == "receive" and event.content.get("type") in entry.channels
