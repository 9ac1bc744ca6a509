"""For how long things outside the loop are waited for."""

from __future__ import annotations

import pytest

from channeltest.rest.patience import FOREVER, GRACE, Patience
from channeltest.rest.work import Pending


@pytest.fixture
def patience():
    return Patience(1.0, 0.25)


@pytest.mark.parametrize(
    "pending, seconds",
    [
        (Pending(calls=True), FOREVER),
        (Pending(handling={"application"}, background=True), 1.0),
        (Pending(threads={"thread"}), 1.0),
        (Pending(background=True), 0.25),
        (Pending(bare={"future"}), 0.25),
        (Pending(), 0.0),
    ],
)
def test_at_first(patience, pending, seconds):
    assert patience.left(pending, 100.0) == seconds


def test_the_background_has_a_short_grace_by_default():
    assert 0 < GRACE < 1
    assert Patience(1.0).left(Pending(background=True), 100.0) == GRACE


def test_less_than_nothing_is_never_left(patience):
    assert wait(patience, Pending(handling={"application"}, background=True), 5, 0.1) == 0.5
    assert patience.left(Pending(background=True), 100.5) == 0.0


def wait(patience, pending, times, seconds):
    """Wait as a loop does, each time for as long as it is told, or for some seconds."""
    now = 100.0
    for _ in range(times):
        left = patience.left(pending, now)
        now += min(left, patience.until_next_look(pending)) if seconds is None else seconds
    return patience.left(pending, now)


def test_passes(patience):
    pending = Pending(background=True)
    assert wait(patience, pending, 0, None) == 0.25
    patience.renew()
    assert wait(patience, pending, 4, None) == pytest.approx(0.15)
    patience.renew()
    assert wait(patience, pending, 10, None) == 0.0


@pytest.mark.parametrize(
    "pending",
    [Pending(background=True), Pending(handling={"application"}), Pending(bare={"future"})],
)
def test_a_process_that_stands_still_does_not_use_it_up(patience, pending):
    assert wait(patience, pending, 2, 3600.0) > 0
    patience.renew()
    assert wait(patience, pending, 10, 3600.0) == 0.0


def test_what_happens_between_two_waits_counts_no_more_than_a_wait(patience):
    pending = Pending(background=True)
    patience.left(pending, 100.0)
    assert patience.left(pending, 100.001) == pytest.approx(0.249)
    assert patience.left(pending, 100.201) == pytest.approx(0.224)


def test_is_renewed(patience):
    pending = Pending(background=True)
    patience.left(pending, 100.0)
    patience.renew()
    assert patience.left(pending, 200.0) == 0.25


@pytest.mark.parametrize("pending", [Pending(calls=True), Pending(threads={"thread"})])
def test_threads_are_looked_at_again_and_again(patience, pending):
    patience.left(pending, 100.0)
    first, second = patience.until_next_look(pending), patience.until_next_look(pending)
    assert second == 2 * first
    patience.renew()
    assert patience.until_next_look(pending) == first


@pytest.mark.parametrize("pending", [Pending(handling={"application"}), Pending(background=True)])
def test_what_else_is_waited_for_is_looked_at_ten_times(patience, pending):
    left = patience.left(pending, 100.0)
    assert patience.until_next_look(pending) == left / 10


def test_a_look_at_threads_comes_no_later_than_a_tenth_of_the_wait(patience):
    pending = Pending(threads={"thread"})
    patience.left(pending, 100.0)
    assert [patience.until_next_look(pending) for _ in range(12)][-1] == 0.1


def outlast(patience, pending):
    assert wait(patience, pending, 30, None) == 0.0
    patience.renew()


def test_who_outlasts_it_is_background(patience):
    pending = Pending(handling={"application"}, background=True)
    outlast(patience, pending)
    assert patience.left(pending, 200.0) == 0.25


def test_is_there_again_for_the_next_event(patience):
    pending = Pending(handling={"application"}, background=True)
    outlast(patience, pending)
    patience.left(Pending(background=True), 200.0)
    patience.renew()
    assert patience.left(pending, 300.0) == 1.0


def test_a_thread_that_outlasts_it_is_idle_where_it_is(patience):
    outlast(patience, Pending(threads={("thread", 1)}))
    assert patience.left(Pending(threads={("thread", 1)}), 200.0) == 0.0
    patience.renew()
    assert patience.left(Pending(threads={("thread", 2)}), 200.0) == 1.0


def test_a_bare_future_has_the_grace_once(patience):
    outlast(patience, Pending(bare={"future"}))
    assert patience.left(Pending(bare={"future"}), 200.0) == 0.0
    patience.renew()
    assert patience.left(Pending(bare={"future", "another"}), 200.0) == 0.25
