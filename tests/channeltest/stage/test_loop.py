"""The loop itself, where `test_stage` does not see it."""

from __future__ import annotations

import asyncio
import itertools
import socket
import threading

import pytest

from channeltest.stage.loop import StageLoop


@pytest.fixture
def loop():
    loop = StageLoop()
    yield loop
    loop.close()


def run_turn(loop, horizon=None):
    loop.begin_turn(5, horizon)
    while not loop.at_rest:
        loop.run_forever()
        loop.make_calls()


def test_at_rest_before_anything_happened(loop):
    assert loop.at_rest
    assert not loop.timed_out
    assert not loop.has_work


def test_next_turn(loop):
    done = []
    loop.call_next_turn(lambda: done.append(True))
    assert loop.has_work
    assert done == []
    run_turn(loop)
    assert done == [True]
    assert not loop.has_work


def test_what_a_later_turn_leaves_outside_the_loop(loop):
    """A bare future: something that cannot be seen may complete it."""

    async def wait(future):
        await future

    run_turn(loop)
    assert not loop.has_work
    future = loop.create_future()
    loop.begin_turn(5)
    loop.create_task(wait(future))
    while not loop.at_rest:
        loop.run_forever()
    assert loop.has_work
    future.set_result(None)
    run_turn(loop)
    assert not loop.has_work


def test_the_last_call_of_a_thread(loop, monkeypatch):
    """It comes when the loop has just found that no thread is at work."""
    done, pending = [], loop.work.pending

    def pending_and_called(*arguments):
        monkeypatch.undo()
        found = pending(*arguments)
        loop.call_soon_threadsafe(loop.call_soon, done.append, True)
        return found

    monkeypatch.setattr(loop.work, "pending", pending_and_called)
    run_turn(loop)
    assert done == [True]
    assert not loop.has_work


def test_timers_of_an_application_that_waits_outside():
    """The clock jumps over what it waits for if the test says how far, and else does not."""
    loop, done = StageLoop(patience=0.0), []
    here, there = socket.socketpair()
    with here, there:
        here.setblocking(False)
        task = loop.create_task(loop.sock_recv(here, 1))
        loop.work.applications[task] = None
        loop.call_later(0.5, done.append, True)
        run_turn(loop)
        assert done == []
        run_turn(loop, horizon=1)
        assert done == [True]
        task.cancel()
        run_turn(loop)
    loop.close()


def test_this_turn(loop):
    done = []
    loop.begin_turn(5)
    loop.call_next_turn(lambda: done.append(True))
    run_turn(loop)
    assert done == [True]


def test_the_clock_stands(loop):
    before = loop.time()
    run_turn(loop)
    assert loop.time() == before


@pytest.mark.parametrize(
    "horizon, fired", [(0, []), (None, [1]), (1, [1]), (2, [1, 2]), (86400 * 3, [1, 2, 3])]
)
def test_horizon(loop, horizon, fired):
    done = []
    for number, seconds in enumerate((1, 2, 86400 * 2), start=1):
        loop.call_later(seconds, done.append, number)
    run_turn(loop, horizon)
    assert done == fired


@pytest.mark.parametrize("seconds, passes", [(0.0001, False), (1.0, True)])
def test_only_a_long_call_in_a_thread_takes_virtual_time(loop, monkeypatch, seconds, passes):
    """The call ends when the loop looks at the clock, which goes so far between two looks."""
    clock, looked = itertools.count(step=seconds), threading.Event()

    def look():
        looked.set()
        return next(clock)

    monkeypatch.setattr("channeltest.stage.loop.real_time", look)
    before = loop.time()
    loop.run_in_executor(None, looked.wait)
    run_turn(loop)
    assert (loop.time() > before) is passes


def test_cancelled_timers_do_not_move_the_clock(loop):
    before = loop.time()
    loop.call_later(0.5, print).cancel()
    run_turn(loop)
    assert loop.time() == before


def test_timers_of_one_moment(loop):
    done = []
    moment = loop.time() + 0.5
    for number in range(50):
        loop.call_at(moment, done.append, number)
    run_turn(loop)
    assert done == list(range(50))


def test_timers_at_plain_times_too(loop):
    """Libraries compute times of their own."""
    done = []
    loop.call_at(int(loop.time()) + 1, done.append, "int")
    handle = loop.call_later(0.25, done.append, "later")
    assert handle.when() == loop.time() + 0.25
    run_turn(loop)
    assert done == ["later", "int"]


def test_stands_still(loop):
    def again():
        loop.call_soon(again)

    loop.begin_turn(0.05)
    loop.call_soon(again)
    loop.run_forever()
    assert loop.timed_out
    assert not loop.at_rest


def test_idle_tasks_wait_for_no_socket(loop):
    async def wait():
        await asyncio.Queue().get()

    loop.begin_turn(5)
    task = loop.create_task(wait())
    while not loop.at_rest:
        loop.run_forever()
    assert not loop.has_work
    task.cancel()
    run_turn(loop)


async def _queue():
    queue = asyncio.Queue()
    asyncio.get_running_loop().call_soon(queue.put_nowait, 1)
    await queue.get()


async def _cancelled():
    task = asyncio.current_task()
    asyncio.get_running_loop().call_soon(task.cancel)
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        getattr(task, "uncancel", bool)()


STEPS = {
    "yield": lambda: asyncio.sleep(0),
    "timer": lambda: asyncio.sleep(0.1),
    "task": lambda: asyncio.ensure_future(asyncio.sleep(0)),
    "gather": lambda: asyncio.gather(asyncio.sleep(0), asyncio.sleep(0.1)),
    "timeout": lambda: asyncio.wait_for(asyncio.sleep(0.1), 0.5),
    "queue": _queue,
    "cancelled": _cancelled,
    "thread": lambda: asyncio.get_running_loop().run_in_executor(None, int),
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_every_step_of_a_task_is_seen(loop, step):
    """Whatever leads to it: what the task waits for afterwards is looked at."""
    begins, bare = asyncio.Event(), []

    async def application():
        await begins.wait()
        await step()
        bare.append(asyncio.get_running_loop().create_future())
        await bare[0]

    task = loop.create_task(application())
    run_turn(loop)
    assert not loop.has_work
    begins.set()
    run_turn(loop)
    assert loop.work.pending().bare == set(bare) != set()
    bare[0].set_result(None)
    run_turn(loop)
    assert task.done() and not loop.has_work
