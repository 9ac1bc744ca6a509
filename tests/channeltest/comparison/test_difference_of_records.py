"""A test that does not follow its record says where, in 25 lines at most."""

from __future__ import annotations

import json

import pytest

from channeltest.comparison.difference import describe
from channeltest.record.events import Event
from channeltest.record.schema import Record


def record(*frames, steps=1):
    """The record of a test with a step, and what followed."""
    step = Event("consume", "client", "Room", "websocket.receive", "Room", {"text": "x"}, step=1)
    events = [Event("frame", "Room", "client", "c", "Room", each, step=1) for each in frames]
    more = [step._replace(step=number) for number in range(2, steps + 1)]
    return Record("app.Tests.test_a", (step, *events, *more))


def lines(old, new, *ignore):
    return describe(old, new, ignore, "before.json").splitlines()


def text(**content):
    return {"text": json.dumps(content)}


def test_none():
    assert lines(record(text(a=1, b=2)), record(text(b=2, a=1))) == []


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        (
            [text(a=1), text(b={"c": [1, 2]})],
            [text(a=1), text(b={"c": [1, 3]})],
            ["client (number 2), at $.b.c[1]", "  recorded: 2", "  now:      3"],
        ),
        (
            [text(message=None)],
            [text()],
            ["client (number 1), at $.message", "  recorded: null", "  now:      (nothing)"],
        ),
        (
            [text(a=1)],
            [text(a=1, type="x")],
            ["client (number 1), at $.type", "  recorded: (nothing)", '  now:      "x"'],
        ),
        (
            [{"close": 4001}],
            [{"close": 4000}],
            ["client (number 1)", "  recorded: close 4001", "  now:      close 4000"],
        ),
        (
            [{"text": "a"}],
            [],
            ["client (number 1)", "  recorded: text 'a'", "  now:      (nothing)"],
        ),
        (
            [{"text": "a"}],
            [{"text": '"a"'}],
            ["client (number 1)", "  recorded: text 'a'", "  now:      text '\"a\"'"],
        ),
    ],
)
def test_where(old, new, where):
    found = lines(record(*old), record(*new))
    assert found[:2] == [
        "app.Tests.test_a: the consumers do not do what before.json has",
        "step 1: client -> websocket.receive {'text': 'x'}",
    ]
    assert found[2:5] == where
    assert found[5] == "(- recorded, + now):"


def test_another_number_of_steps():
    found = lines(record(), record(steps=2))
    assert found[1:5] == [
        "step 2: (before the first step)",
        "the step itself",
        "  recorded: (nothing)",
        "  now:      client -> websocket.receive {'text': 'x'}",
    ]


def test_it_is_short():
    many = [{"text": f"{number} " * 100} for number in range(200)]
    found = lines(record(*many), record(*reversed(many)))
    assert len(found) == 25
    assert found[-1].endswith("more lines)")


def test_what_is_ignored():
    assert lines(record(text(a=1)), record(text(a=2)), "frames") == []
