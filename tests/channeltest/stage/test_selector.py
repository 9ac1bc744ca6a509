"""The selector asks the loop instead of waiting."""

from __future__ import annotations

import os

import pytest

from channeltest.stage.selector import RestSelector


class Loop:
    def __init__(self):
        self.asked = []

    def look(self, real):
        self.asked.append("look")
        return real.select(0)

    def rest(self, real, timeout):
        self.asked.append(("rest", timeout))
        return ()


@pytest.fixture
def loop():
    return Loop()


@pytest.fixture
def selector(loop):
    selector = RestSelector(loop)
    yield selector
    selector.close()


@pytest.mark.parametrize("timeout", [None, 3])
def test_without_ready_callbacks(loop, selector, timeout):
    assert selector.select(timeout) == ()
    assert loop.asked == [("rest", timeout)]


def test_with_ready_callbacks(loop, selector):
    reading, writing = os.pipe()
    key = selector.register(reading, 1)
    for _ in range(255):
        selector.select(0)
    assert loop.asked == []
    selector.select(0)
    assert loop.asked == ["look"]
    assert selector.get_key(reading) == key
    other = selector.register(writing, 2)
    assert [found for found, _ in selector.select(0)] == [other]
    selector.unregister(writing)
    assert dict(selector.get_map()) == {reading: key}
    os.close(reading)
    os.close(writing)
