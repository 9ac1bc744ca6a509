"""For how long things outside the loop are waited for."""

from __future__ import annotations

import pytest

from channeltest.rest.patience import FOREVER, Patience
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


def test_passes(patience):
    pending = Pending(background=True)
    assert patience.left(pending, 100.0) == 0.25
    assert patience.left(pending, 100.125) == 0.125
    assert patience.left(pending, 100.5) == 0.0


def test_is_renewed(patience):
    pending = Pending(background=True)
    patience.left(pending, 100.0)
    patience.renew()
    assert patience.left(pending, 200.0) == 0.25


@pytest.mark.parametrize("pending", [Pending(calls=True), Pending(threads={"thread"})])
def test_threads_are_looked_at_again_and_again(patience, pending):
    first, second = patience.until_next_look(pending), patience.until_next_look(pending)
    assert second == 2 * first
    patience.renew()
    assert patience.until_next_look(pending) == first


@pytest.mark.parametrize("pending", [Pending(handling={"application"}), Pending(background=True)])
def test_events_end_what_else_is_waited_for(patience, pending):
    assert patience.until_next_look(pending) == FOREVER


def outlast(patience, pending):
    patience.left(pending, 100.0)
    assert patience.left(pending, 101.0) == 0.0
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
