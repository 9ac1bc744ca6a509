"""Names that were found valid."""

from __future__ import annotations

import gc
import weakref

import pytest
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.layers.names import ValidNames


@pytest.fixture
def checked():
    return []


def test_each_is_checked_once(checked):
    names = ValidNames()
    for name in ("a", "b", "a"):
        names.require(name, checked.append)
    assert checked == ["a", "b"]


def test_one_that_is_not_valid_is_checked_again():
    def refuse(name):
        raise TypeError(name)

    names = ValidNames()
    for _ in range(2):
        with pytest.raises(TypeError, match="a"):
            names.require("a", refuse)


def test_what_is_no_text_is_checked():
    with pytest.raises(TypeError):
        ValidNames().require(5, len)


def test_the_memory_of_them_is_bounded(checked):
    names = ValidNames()
    for number in range(20_000):
        names.require(f"c{number}", checked.append)
    assert len(names) <= 5000


def test_a_layer_that_is_dropped_is_no_work_for_the_garbage_collector():
    layer = ChannelLayer()
    layer.send("a", {})
    dropped = weakref.ref(layer)
    gc.disable()
    try:
        del layer
        assert dropped() is None
    finally:
        gc.enable()
