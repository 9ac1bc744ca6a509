"""Two transcripts side by side."""

from __future__ import annotations

from channeltest.report.pairs import Pair, pairs


def test_what_is_the_same_stands_once_on_each_side():
    lines = ["client -> c", "    client <- text 'a'"]
    assert list(pairs(lines, lines)) == [
        Pair("client -> c", "client -> c", True),
        Pair("client <- text 'a'", "client <- text 'a'", False),
    ]


def test_what_differs_stands_side_by_side():
    old = ["client -> c", "    client <- text 'a'", "    client <- close 1000"]
    new = ["client -> c", "    client <- text 'b'"]
    assert list(pairs(old, new))[1:] == [
        Pair("client <- text 'a'", "client <- text 'b'", False),
        Pair("client <- close 1000", None, False),
    ]


def test_a_step_more():
    assert list(pairs(["one"], ["one", "two"])) == [
        Pair("one", "one", True),
        Pair(None, "two", True),
    ]


def test_nothing():
    assert list(pairs([], [])) == []


def test_what_does_not_show():
    [pair] = pairs(["a\u202e"], ["a\u202e"])
    assert pair.old == "a\\u202e"
