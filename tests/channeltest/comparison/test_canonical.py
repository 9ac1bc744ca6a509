"""One form for what is equal, and two for what is not."""

from __future__ import annotations

import datetime
import decimal

import pytest

from channeltest.comparison.canonical import canonical, canonical_headers
from channeltest.record.content import Snapshot

UTC = datetime.timezone.utc


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ((1, 2), [1, 2]),
        ('{"b": 1,"a": 2}', '{"a": 2, "b": 1}'),
        (' \n{"a":1}', '{"a": 1}'),
        (b'{"b": 1,"a": 2}', b'{"a": 2, "b": 1}'),
        ('"\\u0061"', '"a"'),
        ('{"a": "{\\"b\\":1}"}', '{"a": "{\\"b\\": 1}"}'),
        ({1, 2, 3}, {3, 2, 1}),
        ({"a", "b", "c"}, {"c", "b", "a"}),
        (Snapshot("C", (("a", {"x", "y"}),)), Snapshot("C", (("a", {"y", "x"}),))),
    ],
)
def test_equal(one, other):
    assert repr(canonical(one)) == repr(canonical(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1", 1),
        ("1.0", "1"),
        (b"a", "a"),
        ('{"a": 1, "a": 2}', '{"a": 2}'),
        ('{"a": 1, "a": 2}', '{"a": 2, "a": 1}'),
        ('{"duplicate keys": [["a", 1], ["a", 2]]}', '{"a": 1, "a": 2}'),
        ('{"b": "{\\"a\\": 1, \\"a\\": 2}"}', '{"b": "{\\"a\\": 2}"}'),
        ({1}, [1]),
        (decimal.Decimal("1.0"), decimal.Decimal("1.00")),
        (
            datetime.datetime(2020, 1, 1),
            datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc),
        ),
        (datetime.timedelta(1), datetime.timedelta(2)),
        (Snapshot("auth.User", (("pk", 1),)), Snapshot("auth.User", (("pk", 2),))),
        (True, 1),
        (None, "None"),
    ],
)
def test_different(one, other):
    assert repr(canonical(one)) != repr(canonical(other))


@pytest.mark.parametrize(
    "text", ["{no json", "[" * 100_000, '{"a": ' * 100_000, "", "  ", b"\xff{"]
)
def test_what_is_no_json_is_left_alone(text):
    assert canonical(text) == text


def test_headers():
    one = canonical_headers([(b"B", b"1"), ("a", "2")])
    assert one == canonical_headers({"A": b"2", b"b": "1"}) == [("a", "2"), ("b", "1")]
