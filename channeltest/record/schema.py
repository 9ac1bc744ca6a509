"""The schema of records: JSON lines, and back without loss.

The first line of a record is ``{"schema": "channeltest.record", "version": 1, "test": …}``, each
further one an event: ``{"kind": …, "source": …, …}``, without the attributes that have their
default. Files of two runs can be compared line by line.

What JSON does not have is an object with one key that begins with ``$``::

    {"$bytes": "68690a"}          bytes, in hexadecimal
    {"$tuple": [1, 2]}            and $set, $frozenset, whose items are sorted by their JSON
    {"$dict": [[1, "one"]]}       a dict whose keys are not all texts, or one begins with $
    {"$decimal": "1.10"}          and $uuid, $datetime, $date, $time, $float (nan, inf), $complex
    {"$timedelta": [1, 2, 3]}     days, seconds, microseconds
    {"$snapshot": ["auth.User", [["pk", 3]]]}
"""

from __future__ import annotations

import datetime
import decimal
import json
import math
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .content import Snapshot, copied
from .events import Event
from .ordering import ordered

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

        Events keep their order as far as they concern one client, channel or group; a message to a
        group concerns the clients in it. Between two others there is none, where consumers work in
        threads or tasks.
        """
        return Record(self.test, tuple(ordered(self.events)), self.lost)


def dumps(records: Iterable[Record]) -> str:
    """Return records as JSON lines, sorted by test.

    Args:
        records: The records.
    """
    return "".join([f"{_encode(line)}\n" for line in _lines(records)])


def _lines(records: Iterable[Record]) -> Iterator[Mapping[str, Any]]:
    for record in sorted(records, key=_test):
        head = {"schema": NAME, "version": VERSION, "test": record.test}
        yield {**head, "lost": True} if record.lost else head
        for event in record.events:
            yield {
                name: value if type(value) is str else to_json(value)
                for name, default, value in zip(_NAMES, _DEFAULTS, event, strict=True)
                if value != default
            }


def loads(text: str, first: int = 1) -> list[Record]:
    """Return the records that `dumps` has written.

    Args:
        text: The lines.
        first: The number of the first line, for errors.

    Raises:
        ValueError: A line is none of this schema and version; the error names it.
    """
    heads: list[Mapping[str, Any]] = []
    events: list[list[Event]] = []
    for number, line in enumerate(text.splitlines(), first):
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


_encode = json.JSONEncoder().encode

# The attributes of events, and their defaults; nothing equals that of one without.
_NAMES = Event._fields
_DEFAULTS = tuple(Event._field_defaults.get(name, object()) for name in _NAMES)


def _test(record: Record) -> str:
    return record.test


def _checked(head: Mapping[str, Any]) -> Mapping[str, Any]:
    if (head["schema"], head["version"]) != (NAME, VERSION):
        raise ValueError(f"version {VERSION} of {NAME} is read here, and no other")
    return head


_TEXTS: dict[str, tuple[type, Callable[[Any], str], Callable[[str], Any]]] = {
    "$bytes": (bytes, bytes.hex, bytes.fromhex),
    "$decimal": (decimal.Decimal, str, decimal.Decimal),
    "$uuid": (uuid.UUID, str, uuid.UUID),
    "$datetime": (
        datetime.datetime,
        datetime.datetime.isoformat,
        datetime.datetime.fromisoformat,
    ),
    "$date": (datetime.date, datetime.date.isoformat, datetime.date.fromisoformat),
    "$time": (datetime.time, datetime.time.isoformat, datetime.time.fromisoformat),
    "$complex": (complex, str, complex),
}
_TEXT_OF = {kind: (key, write) for key, (kind, write, _) in _TEXTS.items()}

_LISTS: dict[str, type] = {"$tuple": tuple, "$set": set, "$frozenset": frozenset}
_LIST_OF = {kind: key for key, kind in _LISTS.items()}


def to_json(value: Any) -> Any:
    """Return ``value`` as what `json.dumps` writes.

    Args:
        value: The content of an event, or another of its attributes.
    """
    kind = type(value)
    if kind in (str, int, bool) or value is None:
        return value
    if kind is float:
        return value if math.isfinite(value) else {"$float": repr(value)}
    if kind is list:
        return [to_json(item) for item in value]
    if kind is dict:
        shown = {}
        for key, item in value.items():
            if type(key) is not str or key.startswith("$"):
                pairs = [[to_json(name), to_json(each)] for name, each in value.items()]
                return {"$dict": pairs}
            # Most values are texts, so the calls that this saves matter.
            shown[key] = item if type(item) is str else to_json(item)
        return shown
    if kind in _TEXT_OF:
        key, write = _TEXT_OF[kind]
        return {key: write(value)}
    if kind in _LIST_OF:
        items = [to_json(item) for item in value]
        return {_LIST_OF[kind]: items if kind is tuple else sorted(items, key=json.dumps)}
    if kind is datetime.timedelta:
        return {"$timedelta": [value.days, value.seconds, value.microseconds]}
    if kind is Snapshot:
        values = [[name, to_json(item)] for name, item in value.values]
        return {"$snapshot": [value.name, values]}
    return to_json(copied(value))


def from_json(value: Any) -> Any:
    """Return the value that `to_json` was called with.

    Raises:
        ValueError: An object with a key that begins with ``$`` is none of the schema.
    """
    if type(value) is list:
        return [from_json(item) for item in value]
    if type(value) is not dict:
        return value
    if len(value) == 1:
        ((key, held),) = value.items()
        if key.startswith("$"):
            return _special(key, held)
    return {key: from_json(item) for key, item in value.items()}


def _special(key: str, held: Any) -> Any:
    if key in _TEXTS:
        return _TEXTS[key][2](held)
    if key in _LISTS:
        return _LISTS[key](from_json(item) for item in held)
    if key == "$float":
        return float(held)
    if key == "$dict":
        return {from_json(name): from_json(item) for name, item in held}
    if key == "$timedelta":
        return datetime.timedelta(*held)
    if key == "$snapshot":
        name, values = held
        return Snapshot(name, tuple((each, from_json(item)) for each, item in values))
    raise ValueError(f"{key} is no kind of value")
