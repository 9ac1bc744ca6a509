"""Events as rows of text."""

from __future__ import annotations

import pytest

from channeltest.record.content import Snapshot
from channeltest.record.events import Event
from channeltest.record.text import WIDTH, as_text, is_shown, plain, row, shortened, shown, table


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (Event("error", "Room", "", "", "Room", "ValueError: x"), ("Room", "raised ValueError: x")),
        (
            Event("consume", "client", "Room", "websocket.connect", "Room", {"path": "/x/"}),
            ("client -> Room", "websocket.connect {'path': '/x/'}"),
        ),
        (Event("consume", "channel c", "Room", "c", "Room", {}), ("channel c -> Room", "")),
        (Event("receive", "client", "client", "", None, {"n": 1}), ("client takes", "{'n': 1}")),
        (
            Event("nothing", "channel c", "the test", "c"),
            ("the test <- channel c", "nothing there"),
        ),
        (
            Event("group", "Room", "group g", "g", "Room", {"n": 1}, ("client",)),
            ("Room -> group g", "(to 1) {'n': 1}"),
        ),
        (
            Event("group", "Room", "group g", "g", "Room", {"n": 1}),
            ("Room -> group g", "(to nobody) {'n': 1}"),
        ),
    ],
)
def test_rows(event, expected):
    assert row(event) == expected


def changed(kind, group, *members):
    return Event(kind, "Room", f"group {group}", group, "Room", {}, members)


@pytest.mark.parametrize(
    ("before", "groups"),
    [
        ([], ""),
        ([changed("join", "rooms", "client 1", "client 2")], "; groups: 'rooms' (2)"),
        (
            [changed("join", "a", "client 1"), changed("join", "b", "client 1")],
            "; groups: 'a' (1), 'b' (1)",
        ),
        ([changed("join", "a", "client 1"), changed("leave", "a", "client 1")], ""),
        ([changed("leave", "a", "client 1")], ""),
        (
            [changed("join", str(number), "client 1") for number in range(6)],
            "; groups: '0' (1), '1' (1), '2' (1), '3' (1), '4' (1), …",
        ),
    ],
)
def test_a_message_to_nobody_has_the_groups_there_are(before, groups):
    text = as_text([*before, changed("group", "room")], lost=False)
    assert text.splitlines()[1:] == [f"  Room -> group room  (to nobody{groups})"]


def test_who_joins_has_no_row():
    kinds = ("join", "leave", "send")
    assert [is_shown(Event(kind, "a", "b", "c")) for kind in kinds] == [False, False, True]


def test_content_without_the_usual():
    assert (
        shown({"reply_channel": "x", "headers": [], "order": 1, "path": "/", "n": 1}) == "{'n': 1}"
    )
    assert shown({"path": "/"}) == ""
    assert shown("text") == "text"


@pytest.mark.parametrize("value", ["x" * 10**6, {"text": "x" * 10**6}, ["x"] * 10**6, b"x" * 10**6])
def test_long_content_is_cut_off(value):
    assert len(shortened(value)) == WIDTH


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({3, 1, 2}, "{1, 2, 3}"),
        (frozenset("ba"), "{'a', 'b'}"),
        (set(), "set()"),
        ({"a": [{1}]}, "{'a': [{1}]}"),
        (Snapshot("auth.User", (("pk", 1),)), "<User pk=1>"),
        (object(), "<object>"),
    ],
)
def test_values_have_one_text(value, text):
    assert repr(plain(value)) == text


def test_table():
    assert table([("a", "1"), ("long", ""), ("b", "2")]) == ["a     1", "long", "b     2"]
