"""The schema of records: JSON lines, and back without loss.

The first line of a record is ``{"schema": "channeltest.record", "version": 1, "test": …}``, each
further one an event: ``{"kind": …, "source": …, …}``, without the attributes that have their
default. `channeltest.record.values` says how values are written that JSON does not have. Files of
two runs can be compared line by line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .events import Event, is_step
from .values import from_json, to_json

NAME = "channeltest.record"
VERSION = 1


@dataclass(frozen=True)
class Record:
    """What happened in one test.

    Attributes:
        test: The name of the test.
        events: The events.
        lost: Whether there were earlier ones, which were not kept.
    """

    test: str
    events: tuple[Event, ...] = ()
    lost: bool = False

    def ordered(self) -> Record:
        """Return the same with the events of each step in an order that no run decides.

        Events keep their order as far as they concern one client, channel or group: between two of
        them there is none, where consumers work in threads or tasks.
        """
        events = sorted(self.events, key=_place)
        return Record(self.test, tuple(events), self.lost)


def _place(event: Event) -> tuple[int, bool, str]:
    # The step itself stands before what follows from it.
    return event.step, not is_step(event), event.target


def dumps(records: Iterable[Record]) -> str:
    """Return records as JSON lines, sorted by test.

    Args:
        records: The records.
    """
    return "".join(f"{json.dumps(line)}\n" for line in _lines(records))


def _lines(records: Iterable[Record]) -> Iterator[Mapping[str, Any]]:
    for record in sorted(records, key=_test):
        head = {"schema": NAME, "version": VERSION, "test": record.test}
        yield {**head, "lost": True} if record.lost else head
        for event in record.events:
            yield {
                name: to_json(value)
                for name, value in event._asdict().items()
                if name not in _DEFAULTS or value != _DEFAULTS[name]
            }


def loads(text: str) -> list[Record]:
    """Return the records that `dumps` has written.

    Raises:
        ValueError: A line is none of this schema and version; the error names it.
    """
    heads: list[Mapping[str, Any]] = []
    events: list[list[Event]] = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            found = json.loads(line)
            if "schema" in found:
                heads.append(_checked(found))
                events.append([])
            else:
                values = {name: from_json(value) for name, value in found.items()}
                events[-1].append(Event(**values))
        except (ValueError, TypeError, KeyError, IndexError) as error:
            raise ValueError(f"line {number} is none of a record ({error}): {line:.80}") from error
    return [
        Record(head["test"], tuple(each), head.get("lost", False))
        for head, each in zip(heads, events, strict=True)
    ]


def merge(*groups: Iterable[Record]) -> list[Record]:
    """Return the records of several processes as one list, sorted by test.

    Args:
        *groups: The records of each process.

    Raises:
        ValueError: Two processes have different records of one test.
    """
    merged: dict[str, Record] = {}
    for group in groups:
        for record in group:
            if merged.setdefault(record.test, record) != record:
                raise ValueError(f"there are two different records of {record.test}")
    return sorted(merged.values(), key=_test)


_DEFAULTS: dict[str, Any] = Event._field_defaults


def _test(record: Record) -> str:
    return record.test


def _checked(head: Mapping[str, Any]) -> Mapping[str, Any]:
    if (head["schema"], head["version"]) != (NAME, VERSION):
        raise ValueError(f"version {VERSION} of {NAME} is read here, and no other")
    return head
