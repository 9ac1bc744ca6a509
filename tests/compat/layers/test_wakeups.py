"""Calls at the next send to a channel."""

from __future__ import annotations

from channeltest.compat.layers.wakeups import WakeUps


def first():
    pass


def second():
    pass


def test_taken_once():
    wake_ups = WakeUps()
    wake_ups.add("a", first)
    wake_ups.add("a", second)
    wake_ups.add("b", first)
    assert wake_ups.take(["a", "c"]) == [first, second]
    assert wake_ups.take(["a"]) == []
    assert wake_ups


def test_taken_back():
    wake_ups = WakeUps()
    wake_ups.add("a", first)
    for _ in range(2):
        wake_ups.discard("a", first)
    assert not wake_ups
    assert wake_ups.take(["a"]) == []


def test_one_of_two_taken_back():
    wake_ups = WakeUps()
    wake_ups.add("a", first)
    wake_ups.add("a", second)
    wake_ups.discard("a", first)
    assert wake_ups.take(["a"]) == [second]
