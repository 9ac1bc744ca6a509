"""What a message is said to be wrong about, and where."""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import uuid

import pytest
from django.contrib.auth.models import User
from django.http import QueryDict
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from channeltest.layers.wire_faults import complaint, find
from tests.values.models import IntegerValue


class Colour(enum.IntEnum):
    RED = 1


class Broken:
    def __repr__(self):
        raise ValueError("do not ask")


def said_of(value):
    found = find({"v": value})
    assert found is not None
    return complaint(*found)


holds_itself: dict = {}
holds_itself["again"] = [holds_itself]
one = {"n": 1}


@pytest.mark.parametrize(
    "value",
    [
        None, True, 0, -(2**63), 2**64 - 1, 0.5, float("nan"), float("-inf"), "", "é", b"", b"\xff",
        [], {}, [[{}]], {"a": [1, {"b": None}]}, {1: 2, b"k": 3, None: 4, 0.5: 5, False: 6},
        [one, one], [(one, one)][:0],
    ],
)  # fmt: skip
def test_nothing_is_wrong(value):
    assert find({"v": value}) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ((1, 2), "carries message['v'], a tuple, as a list"),
        (mark_safe("x"), "carries message['v'], a SafeString ('x'), as a plain str"),
        (Colour.RED, "carries message['v'], a Colour (<Colour.RED: 1>), as a plain int"),
        (collections.OrderedDict(), "carries message['v'], an OrderedDict, as a plain dict"),
        (bytearray(b"x"), "carries message['v'], a bytearray, as bytes. Send it as bytes"),
        (memoryview(b"x"), "carries message['v'], a memoryview, as bytes"),
        ({1}, "cannot carry message['v']: a set"),
        (2**64, "cannot carry message['v']: an int (18446744073709551616)"),
        (-(2**63) - 1, "cannot carry message['v']: an int (-9223372036854775809)"),
        ("\ud800", r"cannot carry message['v']: a str ('\ud800')"),
        (decimal.Decimal("1.5"), "cannot carry message['v']: a Decimal (Decimal('1.5'))"),
        (datetime.date(2017, 5, 1), "a date (datetime.date(2017, 5, 1))"),
        (uuid.UUID(int=1), "a UUID (UUID('00000000-0000-0000-0000-000000000001'))"),
        (gettext_lazy("x"), "cannot carry message['v']: a __proxy__"),
        (User(username="u"), "cannot carry message['v']: a User. Send what JSON has"),
        (Broken(), "cannot carry message['v']: a Broken"),
        (test_nothing_is_wrong, "cannot carry message['v']: a function"),
        ([1, {"a": [(), 2]}], "carries message['v'][1]['a'][0], a tuple"),
        ({(1, 2): 3}, "cannot carry the key (1, 2) of message['v']: a tuple"),
        ({2**64: 3}, "cannot carry the key 18446744073709551616 of message['v']: an int"),
        (
            {mark_safe("k"): 3},
            "carries the key 'k' of message['v'], a SafeString ('k'), as a plain",
        ),
        (holds_itself, "cannot carry message['v']['again'][0]: a dict that holds itself"),
        (["ok", (), {1}], "message['v'][1], a tuple"),
    ],
)
def test_what_is_wrong_and_where(value, text):
    assert text in said_of(value)


def test_a_message_that_is_a_dict_of_another_class():
    found = find(QueryDict("a=1"))
    assert complaint(*found).startswith("a channel layer carries message, a QueryDict, as a plain")


def test_pairs_of_headers_may_be_tuples():
    assert find({"headers": [(b"host", b"x"), ["a", "b"]]}) is None


@pytest.mark.parametrize(
    "headers", [((b"a", b"b"),), [(b"a", b"b", b"c")], [(b"a", 1)], [({}, b"")]]
)
def test_other_tuples_in_headers_may_not(headers):
    assert find({"headers": headers})[0].startswith("message['headers']")


def test_only_the_messages_own_headers():
    assert find({"v": {"headers": [(b"a", b"b")]}})[0] == "message['v']['headers'][0]"


def test_long_values_are_cut():
    assert len(said_of("\ud800" + "x" * 1000)) < 250


def test_deep_nesting_is_no_error():
    deep: list = []
    for _ in range(5000):
        deep = [deep]
    assert find({"v": deep}) is None


def test_lazy_values_are_not_asked():
    """A query in here would fail: this test has no database."""
    assert "a QuerySet" in said_of(IntegerValue.objects.all())
    assert "a SimpleLazyObject" in said_of(SimpleLazyObject(lambda: IntegerValue.objects.get()))
