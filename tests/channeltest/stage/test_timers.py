"""The timers of a loop whose time is virtual."""

from __future__ import annotations

import pytest

from channeltest.stage.timers import Timers


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


def test_jumps_to_the_next(loop, timers):
    heap = set_timers(loop, timers, 1, 2, 3)
    assert timers.jump(0.25, 9, [], heap) == 0.75
    heap[0].cancel()
    assert timers.jump(0.25, 9, [], heap) == 1.75
    assert timers.jump(7, 9, [], heap) == 0


def test_there_is_none(loop, timers):
    heap = set_timers(loop, timers, 1)
    assert timers.jump(0, 9, heap, heap) is None
    assert timers.jump(0, 9, [], []) is None
    assert heap[0].when() == 1


def test_puts_timeouts_off(loop, timers):
    one, two, three = heap = set_timers(loop, timers, 1, 2, 3)
    assert timers.jump(0.5, 9, [one], heap) == 1.5
    assert [one.when(), two.when(), three.when()] == [2.5, 2, 3]
    assert heap[0] is two


def test_not_for_a_timer_of_a_later_turn(loop, timers):
    heap = set_timers(loop, timers, 1, 2)
    one = heap[0]
    assert timers.jump(0, 1.5, [one], heap) == 2
    assert one.when() == 1
