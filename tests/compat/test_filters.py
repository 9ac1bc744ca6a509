"""The regular expressions of a route."""

from __future__ import annotations

import re

import pytest
from channeltest.compat.filters import Filters, captured

from .routed import message


@pytest.mark.parametrize("expression", ["^/a", b"^/a", re.compile("^/a")])
def test_all_kinds_of_expressions(expression):
    assert Filters({"path": expression})["path"].pattern == "^/a"


@pytest.mark.parametrize("value", ["/a/b", b"/a/b"])
def test_values_match_at_their_start(value):
    found = Filters({"path": "/a"}).matches(message(path=value))
    assert found["path"].end() == 2
    assert Filters({"path": "/b"}).matches(message(path=value)) is None


def test_a_value_that_is_missing():
    assert Filters({"path": "", "method": ""}).matches(message(path="/")) is None


def test_no_filters():
    assert Filters({}).matches(message()) == {}


def test_groups_of_all():
    filters = Filters({"path": "/(?P<a>.)(?P<b>x)?", "method": "(?P<c>.)"})
    found = filters.matches(message(path="/1", method="GET"))
    assert captured(found) == {"a": "1", "b": None, "c": "G"}


def test_in_words():
    assert str(Filters({"path": "^/a", "method": "GET"})) == "path=^/a, method=GET"
