"""Copies of content are exact, and nothing that happens later changes them."""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import functools
import re
import uuid

import pytest
from django.contrib.auth.models import User
from django.utils.functional import SimpleLazyObject, lazy
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from channeltest.record.content import Snapshot, copied, describe, freeze, thaw

MODULE = __name__


class Colour(enum.Enum):
    RED = 1


class Number(enum.IntEnum):
    ONE = 1


class Own:
    def __init__(self, **values):
        vars(self).update(values)


class Slotted:
    __slots__ = ("a", "b")


class Hostile:
    """Whatever is asked of it fails."""

    def __repr__(self):
        raise RuntimeError

    __str__ = __eq__ = __hash__ = __getattr__ = __deepcopy__ = __reduce__ = __repr__


class Raising:
    """Its attributes can be read, and iterating them fails."""

    def __init__(self):
        self.held = lazystr_that_fails()


def lazystr_that_fails():
    return lazy(lambda: 1 / 0, str)()


class Zone(datetime.tzinfo):
    def utcoffset(self, when):
        return datetime.timedelta(hours=2)


class BadZone(datetime.tzinfo):
    def utcoffset(self, when):
        raise RuntimeError


class Moment(datetime.datetime):
    """As libraries that freeze time have it."""

    @classmethod
    def fromisoformat(cls, text):
        raise RuntimeError


class Price(decimal.Decimal):
    pass


class Right(enum.Flag):
    READ = 1
    WRITE = 2


def subclass(base, *values):
    return type("Sub", (base,), {})(*values)


Point = collections.namedtuple("Point", "x y")

TWO_HOURS = datetime.timezone(datetime.timedelta(hours=2))


@pytest.mark.parametrize(
    "value",
    [
        {"text": "a", "n": 1, "f": 1.5, "none": None, "yes": True, "b": b"\xff", "c": 1j},
        {"list": [1, [2, {"a": (3, 4)}]], "set": {1, 2}, "frozen": frozenset("a"), 1: 2},
        {"huge": 10**5000, "surrogate": "\ud800"},
        {"decimal": decimal.Decimal("1.10"), "uuid": uuid.UUID(int=1)},
        {"when": datetime.datetime(2020, 1, 2, tzinfo=datetime.timezone.utc)},
        {
            "day": datetime.date(2020, 1, 2),
            "time": datetime.time(3),
            "delta": datetime.timedelta(4),
        },
        "text",
        None,
    ],
)
def test_plain_values_come_back(value):
    assert thaw(freeze(value)) == value


# Made by the test: pytest asks values for names.
OTHERS = {
    "safe": (lambda: mark_safe("<b>"), "<b>"),
    "lazy text": (lambda: gettext_lazy("hello"), "hello"),
    "ordered": (lambda: collections.OrderedDict(a=1), {"a": 1}),
    "named tuple": (lambda: Point(1, 2), (1, 2)),
    "bytearray": (lambda: bytearray(b"a"), b"a"),
    "memoryview": (lambda: memoryview(b"a"), b"a"),
    "enum": (lambda: Colour.RED, Snapshot(f"{MODULE}.Colour", (("name", "RED"),))),
    "int enum": (lambda: Number.ONE, Snapshot(f"{MODULE}.Number", (("name", "ONE"),))),
    "model": (lambda: User(pk=3), Snapshot("auth.User", (("pk", 3),))),
    "lazy object": (
        lambda: SimpleLazyObject(lambda: 1 / 0),
        Snapshot("django.utils.functional.SimpleLazyObject"),
    ),
    "own": (lambda: Own(b=2, a=[1]), Snapshot(f"{MODULE}.Own", (("a", [1]), ("b", 2)))),
    "class": (lambda: Own, Snapshot(f"{MODULE}.Own")),
    "function": (lambda: len, Snapshot("len")),
    "object": (lambda: object(), Snapshot("object")),
    "hostile": (lambda: Hostile(), Snapshot(f"{MODULE}.Hostile")),
    "lazy text that fails": (
        lambda: lazystr_that_fails(),
        Snapshot("django.utils.functional.lazy.<locals>.__proxy__"),
    ),
    "one that holds it": (
        lambda: Raising(),
        Snapshot(
            f"{MODULE}.Raising",
            (("held", Snapshot("django.utils.functional.lazy.<locals>.__proxy__")),),
        ),
    ),
    "moment": (lambda: Moment(2020, 1, 2, 3), datetime.datetime(2020, 1, 2, 3)),
    "day": (lambda: subclass(datetime.date, 2020, 1, 2), datetime.date(2020, 1, 2)),
    "time": (lambda: subclass(datetime.time, 1), datetime.time(1)),
    "delta": (lambda: subclass(datetime.timedelta, 1), datetime.timedelta(1)),
    "price": (lambda: Price("1.10"), decimal.Decimal("1.10")),
    "uuid": (lambda: subclass(uuid.UUID, str(uuid.UUID(int=1))), uuid.UUID(int=1)),
    "complex": (lambda: subclass(complex, 1), complex(1)),
    "zone": (
        lambda: datetime.datetime(2020, 1, 2, tzinfo=Zone()),
        datetime.datetime(2020, 1, 2, tzinfo=TWO_HOURS),
    ),
    "bad zone": (
        lambda: datetime.datetime(2020, 1, 2, tzinfo=BadZone()),
        Snapshot("datetime.datetime"),
    ),
    "range": (lambda: range(3), Snapshot("range", (("start", 0), ("step", 1), ("stop", 3)))),
    "deque": (
        lambda: collections.deque([1, [2]]),
        Snapshot("collections.deque", (("items", [1, [2]]),)),
    ),
    "partial": (
        lambda: functools.partial(len, "a"),
        Snapshot(
            "functools.partial", (("args", ("a",)), ("func", Snapshot("len")), ("keywords", {}))
        ),
    ),
    "exception": (lambda: ValueError("x"), Snapshot("ValueError", (("args", ("x",)),))),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_values(name):
    make, kept = OTHERS[name]
    found = thaw(freeze({"v": make()}))
    assert found == {"v": kept}
    # Moments are equal in whatever time zone they are.
    assert repr(found) == repr({"v": kept})


def test_a_lazy_object_that_is_there():
    user = SimpleLazyObject(lambda: User(pk=3))
    assert user.pk == 3
    assert thaw(freeze(user)) == Snapshot("auth.User", (("pk", 3),))


def test_several_flags_differ_from_others():
    one, other = (thaw(freeze(value)) for value in (Right.READ | Right.WRITE, Right.READ))
    assert one != other


def test_patterns_differ():
    one, other = (thaw(freeze(re.compile(text))) for text in "ab")
    assert one != other


def test_slots():
    slotted = Slotted()
    slotted.b = 1
    assert thaw(freeze(slotted)).values == (("b", 1),)


@pytest.mark.parametrize("extra", [{}, {"own": Own()}])
def test_later_changes_do_not_show(extra):
    message = {"list": [1], "n": 1, **extra}
    frozen = freeze(message)
    message["list"].append(2)
    message["n"] = 2
    assert thaw(frozen)["list"] == [1]
    assert thaw(frozen)["n"] == 1


def test_what_holds_itself():
    message = {"n": 1}
    message["self"] = message
    assert thaw(freeze(message)) == {"n": 1, "self": Snapshot("cycle")}


def test_what_is_very_deep():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    assert "deeper" in repr(thaw(freeze({"v": deep})))
    assert "deeper" in repr(copied(deep))
    while deep:
        deep = deep.pop()


def test_repr_of_a_snapshot():
    assert repr(Snapshot("auth.User", (("pk", 3),))) == "<User pk=3>"
    assert repr(Snapshot("object")) == "<object>"


def test_description_of_an_exception():
    class Bad(Exception):
        def __str__(self):
            raise RuntimeError

    assert describe(ValueError("x")) == "ValueError: x"
    assert describe(Bad()) == "Bad: (its text cannot be had)"
