"""The calls that wait for the test's thread, by themselves."""

from __future__ import annotations

import gc
import weakref
from concurrent.futures import Future

import pytest
from asgiref.sync import SyncToAsync
from channels.exceptions import StopConsumer

from channeltest.stage.thread_sensitive import ThreadSensitiveCalls


@pytest.fixture
def jobs(loop):
    return ThreadSensitiveCalls(loop, Future, lambda: None)


def made(jobs, loop, call):
    """The future of one call, after it was made."""
    future = loop.create_future()
    jobs.add(future, call)
    assert jobs.are_due
    jobs.run(came_back=lambda _: None)
    assert not jobs.are_due
    return future


def raise_(error):
    raise error


def test_result(jobs, loop):
    assert made(jobs, loop, lambda: 7).result() == 7


def test_a_call_has_come_back_before_its_result_is_there(jobs, loop):
    """Whoever gets the result finds the call no more among those that have not come back."""
    seen, future = [], loop.create_future()
    jobs.add(future, lambda: 7)
    jobs.run(came_back=lambda each: seen.append((each, each.done())))
    assert seen == [(future, False)]
    assert future.result() == 7


def test_exception(jobs, loop):
    with pytest.raises(LookupError, match="lost") as caught:
        made(jobs, loop, lambda: raise_(LookupError("lost"))).result()
    assert caught.traceback[-1].name == "raise_"


def test_stop_iteration_is_no_result_of_a_future(jobs, loop):
    with pytest.raises(RuntimeError, match="StopIteration"):
        made(jobs, loop, lambda: raise_(StopIteration())).result()


def test_calls_know_their_loop(jobs, loop):
    assert made(jobs, loop, lambda: SyncToAsync.threadlocal.main_event_loop).result() is loop
    assert getattr(SyncToAsync.threadlocal, "main_event_loop", None) is not loop


def test_nobody_waits_any_more(jobs, loop):
    future = loop.create_future()
    jobs.add(future, lambda: 7)
    future.cancel()
    jobs.run(came_back=lambda _: None)
    assert future.cancelled()


def test_dropped(jobs, loop):
    jobs.add(loop.create_future(), lambda: raise_(AssertionError("made")))
    jobs.drop()
    assert not jobs.are_due


def test_a_consumer_that_ends_is_no_garbage(jobs, loop):
    class Frame:
        """Something that only a frame below the call refers to."""

    seen = []

    def stop():
        local = Frame()
        seen.append(weakref.ref(local))
        raise StopConsumer

    gc.disable()
    try:
        future = made(jobs, loop, stop)
        assert isinstance(future.exception(), StopConsumer)
        assert seen[0]() is None
    finally:
        gc.enable()
