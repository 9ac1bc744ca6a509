"""Transcripts are read step by step."""

from __future__ import annotations

import pytest

from channeltest.comparison.steps import blocks, heading_of, place_of

BEFORE = ["    group g: client"]
FIRST = ["client -> c {}", "    client <- accept", "    group g: client"]
SECOND = ["client -> d {}"]


def test_blocks():
    assert list(blocks([*BEFORE, *FIRST, *SECOND])) == [BEFORE, FIRST, SECOND]
    assert list(blocks([])) == []


def test_headings():
    assert [heading_of(each) for each in (BEFORE, FIRST, [])] == ["", "client -> c {}", ""]


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("    client 1 <- text 'a: b'", "client 1"),
        ("    group g: client", "group g"),
        ("    ! raised ValueError: <- no", "!"),
    ],
)
def test_places(line, place):
    assert place_of(line) == place
