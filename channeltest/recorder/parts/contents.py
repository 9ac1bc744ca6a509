"""Contents of messages as data that JSON can hold, as `channeltest.record.schema` writes them."""

from __future__ import unicode_literals

import binascii
import collections
import datetime
import decimal
import functools
import json
import operator
import sys
import types
import uuid

PYTHON2 = sys.version_info[0] == 2
TEXT = type("")
INTEGERS = (int, long) if PYTHON2 else (int,)  # noqa: F821

# Keys of messages whose values are bytes, which Python 2 cannot tell from text.
BYTES = {"bytes", "body"}
DEPTH, OBJECTS = 100, 4

# json.dumps() would make an encoder for each call.
ordered = json.JSONEncoder(sort_keys=True).encode


def as_data(value, binary=False, inside=(), objects=0):
    """Return a copy of a value that JSON can hold.

    Dicts are sorted, since Python before 3.6 has no order of its own. In Python 2 a str is a text
    if it is one in UTF-8, unless ``binary``.
    """
    kind = type(value)
    if value is None or kind in (bool, TEXT) or kind in INTEGERS:
        return value
    if id(value) in inside or len(inside) == DEPTH:
        return snapshot("cycle" if id(value) in inside else "deeper")
    again = functools.partial(as_data, inside=inside + (id(value),), objects=objects)
    if hasattr(kind, "__members__"):
        # Several flags together have no name.
        named = ["value", value.value] if value.name is None else ["name", value.name]
        return snapshot(name_of(kind), [named])
    if issubclass(kind, TEXT):
        return "".join(iter(value))
    if issubclass(kind, (bytes, bytearray, memoryview)):
        plain = value.tobytes() if issubclass(kind, memoryview) else bytes(value)
        try:
            return plain.decode("utf-8") if PYTHON2 and not binary else as_hex(plain)
        except UnicodeDecodeError:
            return as_hex(plain)
    if issubclass(kind, INTEGERS):
        return int(value)
    if issubclass(kind, float):
        finite = value == value and value not in (float("inf"), float("-inf"))
        return float(value) if finite else {"$float": repr(float(value))}
    if issubclass(kind, dict):
        is_response = "status" in value or "more_content" in value
        pairs = [
            (
                key if type(key) is TEXT else again(key),
                # Most values are texts, so the calls that this saves matter.
                each
                if type(each) is TEXT
                else again(each, key in BYTES or (is_response and key == "content")),
            )
            for key, each in dict.items(value)
        ]
        if all(type(key) is TEXT for key, _ in pairs):
            pairs.sort(key=operator.itemgetter(0))
            if not any(key.startswith("$") for key, _ in pairs):
                return collections.OrderedDict(pairs)
        else:
            pairs.sort(key=lambda pair: ordered(pair[0]))
        return {"$dict": [list(pair) for pair in pairs]}
    if issubclass(kind, list):
        return [again(each) for each in list.__iter__(value)]
    for base in (tuple, set, frozenset):
        if issubclass(kind, base):
            items = [again(each) for each in base.__iter__(value)]
            if base is not tuple:
                items.sort(key=ordered)
            return {"$" + base.__name__: items}
    if issubclass(kind, datetime.timedelta):
        return {"$timedelta": [value.days, value.seconds, value.microseconds]}
    for key, base in (
        ("$datetime", datetime.datetime),
        ("$date", datetime.date),
        ("$time", datetime.time),
    ):
        if issubclass(kind, base):
            return {key: TEXT(value.isoformat())}
    for key, base in (("$decimal", decimal.Decimal), ("$uuid", uuid.UUID), ("$complex", complex)):
        if issubclass(kind, base):
            return {key: TEXT(value)}
    return object_as_data(value, again, objects)


def object_as_data(value, again, objects):
    kind = type(value)
    if issubclass(kind, (type, types.FunctionType, types.BuiltinFunctionType)):
        return snapshot(name_of(value))
    if any((each.__module__, each.__name__) == LAZY_TEXT for each in kind.__mro__):
        return TEXT(value)
    meta = getattr(kind, "_meta", None)
    if hasattr(meta, "concrete_model"):
        label = "%s.%s" % (meta.app_label, meta.object_name)
        return snapshot(label, [["pk", again(value.pk)]])
    held = attributes_of(value)
    if "_wrapped" in held and hasattr(kind, "_setup"):
        loaded = type(held["_wrapped"]) is not object
        return again(held["_wrapped"]) if loaded else snapshot(name_of(kind))
    if objects == OBJECTS:
        return snapshot(name_of(kind))
    values = [[TEXT(name), again(held[name], objects=objects + 1)] for name in sorted(held)]
    return snapshot(name_of(kind), values)


def attributes_of(value):
    """Return the attributes that an object holds itself, read without its own code."""
    try:
        held = dict(object.__getattribute__(value, "__dict__"))
    except AttributeError:
        held = {}
    if isinstance(value, BaseException):
        held["args"] = value.args
        return held
    if isinstance(value, collections.deque):
        held["items"] = list(collections.deque.__iter__(value))
    for base in type(value).__mro__:
        for name, slot in vars(base).items():
            if isinstance(slot, types.MemberDescriptorType) and not name.startswith("__"):
                try:
                    held[name] = slot.__get__(value)
                except AttributeError:
                    continue
    return held


LAZY_TEXT = ("django.utils.functional", "Promise")


def snapshot(name, values=()):
    return {"$snapshot": [TEXT(name), list(values)]}


def as_hex(plain):
    return {"$bytes": binascii.hexlify(plain).decode("ascii")}


def name_of(kind):
    module = getattr(kind, "__module__", None)
    name = getattr(kind, "__qualname__", None) or getattr(kind, "__name__", type(kind).__name__)
    return name if module in (None, "builtins", "__builtin__") else "%s.%s" % (module, name)
