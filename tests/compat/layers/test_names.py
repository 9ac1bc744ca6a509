"""Names that were found valid."""

from __future__ import annotations

import pytest
from channeltest.compat.layers.names import ValidNames


@pytest.fixture
def checked():
    return []


def test_each_is_checked_once(checked):
    names = ValidNames(checked.append)
    for name in ("a", "b", "a"):
        names.require(name)
    assert checked == ["a", "b"]


def test_one_that_is_not_valid_is_checked_again():
    def refuse(name):
        raise TypeError(name)

    names = ValidNames(refuse)
    for _ in range(2):
        with pytest.raises(TypeError, match="a"):
            names.require("a")


def test_what_is_no_text_is_checked():
    with pytest.raises(TypeError):
        ValidNames(len).require(5)


def test_not_more_than_the_most_are_remembered(checked):
    names = ValidNames(checked.append, most=2)
    known = [f"c{number}" for number in range(9)]
    for name in known:
        names.require(name)
    checked.clear()
    for name in reversed(known):
        names.require(name)
    assert len(checked) >= 7
