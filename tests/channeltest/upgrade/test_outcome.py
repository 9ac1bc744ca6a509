from __future__ import annotations

from channeltest.upgrade.outcome import Left, finding
from tests.channeltest.upgrade.projects import module


def test_where_a_reason_is():
    home, other = module("a", "x\ny\n"), module("tests.b", "x\n")
    left = Left(home, home.tree.body[1], "it is odd")
    assert left.within(home) == "line 2: it is odd"
    assert left.within(other) == "a.py line 2: it is odd"


def test_lines_and_columns_begin_at_1():
    found = module("a", "if x:\n    y\n")
    place = finding(found, found.tree.body[0].body[0], "CT101", "automatic", "y")
    assert (place.line, place.column, place.path) == (2, 5, found.path)
