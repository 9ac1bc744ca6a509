"""Contents are written as the schema of records writes them, but for the order of keys."""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import json
import uuid
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channeltest.comparison.canonical import canonical
from channeltest.record.content import copied
from channeltest.record.schema import from_json
from channeltest.recorder.parts.contents import as_data


class Colour(enum.Enum):
    RED = 1


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y


class Words(str):
    pass


class Slotted:
    __slots__ = ("x",)

    def __init__(self, x):
        self.x = x


class Moment(datetime.datetime):
    pass


class Right(enum.Flag):
    READ = 1
    WRITE = 2


def loop():
    value: dict[str, object] = {}
    value["self"] = value
    return value


class Nested:
    def __init__(self, depth):
        self.inner = Nested(depth - 1) if depth else None


def same(value):
    # Where JSON has a list for a dict, its order is another one.
    written = json.loads(json.dumps(as_data(value)))
    return repr(canonical(from_json(written))) == repr(canonical(copied(value)))


VALUES = [
    *(None, True, 1, 2**70, 1.5, float("inf"), float("nan"), "text", "\u2713", b"bytes", b"\xff"),
    *([], [1, [2]], (1, 2), {"a": {"b": 1}}, {1: "one"}, {"$a": 1}, {3, 1, 2}, frozenset("ab")),
    *(decimal.Decimal("1.10"), uuid.UUID(int=7), 1 + 2j, datetime.timedelta(1, 2, 3)),
    *(datetime.datetime(2017, 5, 1, 12), datetime.date(2017, 5, 1), datetime.time(1, 2)),
    *(Colour.RED, Point(1, "two"), Point, len, Words("words"), SafeString("<b>"), bytearray(b"a")),
    *(gettext_lazy("Yes"), User(pk=3), ValueError("no", 1), loop(), Nested(9)),
    *(Slotted([1]), collections.deque("ab"), range(3), Right.READ | Right.WRITE),
    *(Moment(2017, 5, 1), datetime.datetime(2017, 5, 1, tzinfo=ZoneInfo("Europe/Berlin"))),
    *(SimpleLazyObject(lambda: 1), {"headers": [(b"a", b"b")], "status": 200, "content": b"c"}),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_each_kind(value):
    assert same(value)


def test_a_lazy_object_that_was_loaded():
    lazy = SimpleLazyObject(lambda: User(pk=3))
    assert str(lazy.pk) == "3"
    assert same({"user": lazy})


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()


# A busy machine makes values slowly.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_any(value):
    assert same(value)


def test_deep_lists():
    value: list[object] = []
    for _ in range(150):
        value = [value]
    assert same(value)


def test_keys_are_sorted():
    assert list(as_data({"b": 1, "a": 2})) == ["a", "b"]
