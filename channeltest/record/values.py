"""Values in JSON, and back without loss.

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
from collections.abc import Callable
from typing import Any

from .content import Snapshot, copied

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
        if all(type(key) is str and not key.startswith("$") for key in value):
            return {key: to_json(item) for key, item in value.items()}
        return {"$dict": [[to_json(key), to_json(item)] for key, item in value.items()]}
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
    """Return the value that `to_json` has been given.

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
