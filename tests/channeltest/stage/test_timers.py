"""The timers of a loop whose time is virtual."""

from __future__ import annotations

import asyncio

import pytest

from channeltest.stage.timers import Timers


@pytest.fixture
def loop():
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture
def timers():
    return Timers()


def set_timers(loop, timers, *moments):
    heap = [loop.call_at(timers.moment(each), print) for each in moments]
    heap.sort()
    return heap


def test_of_one_moment_the_first_is_less(timers):
    first, second, earlier = timers.moment(1), timers.moment(1), timers.moment(0.5)
    assert first < second and not second < first
    assert earlier < first and not first < earlier


def test_a_moment_is_a_number(timers):
    assert timers.moment(1) < 1.5
    assert not timers.moment(1) < 1


def test_the_next_but_some(loop, timers):
    heap = set_timers(loop, timers, 1, 2, 3)
    assert timers.next_but([], heap) == 1
    assert timers.next_but(heap[:1], heap) == 2
    heap[1].cancel()
    assert timers.next_but(heap[:1], heap) == 3
    assert timers.next_but(heap, heap) is None


def test_puts_off(loop, timers):
    one, two, three = heap = set_timers(loop, timers, 1, 2, 3)
    timers.put_off([one], 1.5, heap)
    assert [one.when(), two.when(), three.when()] == [2.5, 2, 3]
    assert heap[0] is two
