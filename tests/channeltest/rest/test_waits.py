"""What can end the wait of a task."""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import Future
from types import FunctionType

import pytest
from channels.consumer import AsyncConsumer
from channels.layers import InMemoryChannelLayer
from channels.utils import await_many_dispatch

from channeltest.rest.waits import (
    Source,
    future_of,
    futures_awaited_by,
    is_between_events,
    is_call,
    is_dispatching,
    is_group_of,
    is_plainly_inside,
    moved,
    queue_of,
    source_of,
)
from tests.rounds import others_ran


async def locked():
    lock = asyncio.Lock()
    await lock.acquire()
    await lock.acquire()


async def condition():
    one = asyncio.Condition()
    async with one:
        await one.wait()


async def nested():
    await asyncio.wait_for(asyncio.gather(asyncio.sleep(9), asyncio.sleep(9)), 9)


async def generator():
    while True:
        await asyncio.sleep(9)
        yield


async def iterate():
    async for _ in generator():
        pass


async def future():
    await asyncio.get_running_loop().create_future()


async def iterate_outside():
    async def outside():
        await future()
        yield

    async for _ in outside():
        pass


async def group():
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(asyncio.sleep(9))


async def task():
    await asyncio.ensure_future(future())


async def wait_for():
    # It has the name of a function of asyncio's, and nothing else of it.
    await asyncio.get_running_loop().create_future()


# Its module stands before asyncio's in the alphabet, and that of the tests behind.
first_wait_for = FunctionType(wait_for.__code__, {"__name__": "aa", "asyncio": asyncio})


async def receive():
    await InMemoryChannelLayer().receive("c!d")


async def dispatch(handler, *events):
    queue = asyncio.Queue()
    for event in events:
        queue.put_nowait(event)
    await await_many_dispatch([queue.get], handler)


async def handled_by_a_future(event):
    await asyncio.get_running_loop().create_future()


SOURCES = {
    "sleep": (lambda: asyncio.sleep(9), Source.TIMER),
    "event": (lambda: asyncio.Event().wait(), Source.PRIMITIVE),
    "queue": (lambda: asyncio.Queue().get(), Source.PRIMITIVE),
    "lock": (locked, Source.PRIMITIVE),
    "condition": (condition, Source.PRIMITIVE),
    "nested": (nested, Source.TASKS),
    "generator": (iterate, Source.TIMER),
    "task": (task, Source.TASKS),
    "bare future": (future, Source.OUTSIDE),
    "asyncio.Future": (lambda: asyncio.wait_for(asyncio.Future(), 9), Source.OUTSIDE),
    "bare future in a generator": (iterate_outside, Source.OUTSIDE),
    "bare future behind a name of asyncio's": (wait_for, Source.OUTSIDE),
    "bare future behind such a name in another module": (first_wait_for, Source.OUTSIDE),
    "layer in a coroutine": (receive, Source.TEST),
    "dispatcher": (lambda: dispatch(None), Source.TASKS),
    "bare future in a handler": (lambda: dispatch(handled_by_a_future, "event"), Source.OUTSIDE),
    "bare future in wait": (lambda: asyncio.wait([asyncio.Future()]), Source.OUTSIDE),
    "layer": (lambda: InMemoryChannelLayer().receive("c!d"), Source.TEST),
}
if sys.version_info >= (3, 11):
    SOURCES["task group"] = (group, Source.TASKS)


def resting(coroutine_function, look):
    """Return what ``look`` finds out of a task that rests."""

    async def main():
        task = asyncio.ensure_future(coroutine_function())
        await others_ran(5)
        try:
            return look(task)
        finally:
            task.cancel()

    return asyncio.run(main())


@pytest.mark.parametrize("name", SOURCES)
def test_sources(name):
    function, source = SOURCES[name]
    assert resting(function, source_of) is source


@pytest.mark.parametrize("name", ["sleep", "event", "queue", "lock", "condition", "dispatcher"])
def test_one_look_is_enough(name):
    assert resting(SOURCES[name][0], is_plainly_inside)


@pytest.mark.parametrize("name", [name for name in SOURCES if name.startswith(("bare", "asyncio"))])
def test_one_look_does_not_say_too_much(name):
    assert not resting(SOURCES[name][0], is_plainly_inside)


@pytest.mark.parametrize("function", [wait_for, first_wait_for])
def test_a_name_of_asyncios_in_another_module(function):
    (awaited,) = resting(function, futures_awaited_by)
    assert not isinstance(awaited, asyncio.Task)


def test_a_task_that_has_not_begun():
    async def main():
        task = asyncio.ensure_future(future())
        try:
            return source_of(task)
        finally:
            task.cancel()

    assert asyncio.run(main()) is Source.TASKS


def test_shield_waits_for_what_it_shields():
    async def shielded():
        await asyncio.shield(asyncio.create_task(asyncio.sleep(9)))

    assert resting(shielded, source_of) is Source.TASKS
    assert isinstance(resting(shielded, futures_awaited_by)[0], asyncio.Task)


def test_shield_of_a_future():
    async def shielded():
        await asyncio.shield(asyncio.get_running_loop().create_future())

    assert resting(shielded, source_of) is Source.OUTSIDE


def test_calls():
    async def call():
        await asyncio.shield(asyncio.wrap_future(Future()))

    assert resting(call, lambda task: [is_call(each) for each in futures_awaited_by(task)]) == [
        True
    ]


def test_no_call():
    assert resting(future, lambda task: is_call(*futures_awaited_by(task))) is False


def test_queue():
    queue = []

    async def get():
        queue.append(asyncio.Queue())
        await queue[0].get()

    assert resting(get, lambda task: queue_of(task) is queue[0])
    assert resting(future, queue_of) is None


class Consumer(AsyncConsumer):
    async def handle(self, message):
        await asyncio.Event().wait()


def consumer(*events):
    async def run():
        queue = asyncio.Queue()
        for event in events:
            queue.put_nowait(event)
        await Consumer()({"type": "test"}, queue.get, None)

    return run


def test_consumers_between_events(layer):
    assert resting(consumer(), is_between_events)
    assert not resting(consumer(), is_dispatching)
    assert resting(consumer(), source_of) is Source.TASKS


def test_consumers_in_an_event(layer):
    assert not resting(consumer({"type": "handle"}), is_between_events)
    assert resting(consumer({"type": "handle"}), is_dispatching)


def test_a_dispatcher_between_events():
    assert resting(lambda: dispatch(None), is_between_events)


def test_an_event_whose_handler_waits_itself():
    def run():
        return dispatch(handled_by_a_future, "event")

    assert resting(run, is_dispatching)
    assert not resting(run, is_between_events)


def test_ended():
    async def nothing():
        pass

    assert resting(nothing, futures_awaited_by) == []


def test_tasks_that_have_moved_wait_for_another_future_or_none():
    async def scenario():
        turn = asyncio.Event()

        async def twice():
            await turn.wait()
            await asyncio.Event().wait()

        async def once():
            await turn.wait()

        waiting, moving, ending = (
            asyncio.create_task(each) for each in (locked(), twice(), once())
        )
        await others_ran()
        seen = {task: future_of(task) for task in (waiting, moving, ending)}
        assert moved(seen) == []
        turn.set()
        await others_ran()
        assert moved(seen) == [moving, ending]
        for task in (waiting, moving):
            task.cancel()

    asyncio.run(scenario())


class TestGroups:
    """What the end of ``asyncio.run`` waits for."""

    def check(self, function):
        async def main():
            tasks = [asyncio.create_task(asyncio.sleep(9)) for _ in range(2)]
            groups = [asyncio.gather(*tasks), asyncio.gather(tasks[0])]
            try:
                return function(*groups, tasks)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*groups, return_exceptions=True)

        return asyncio.run(main())

    def test_of_all(self):
        assert self.check(lambda every, first, tasks: is_group_of(every, tasks))
        assert self.check(lambda every, first, tasks: is_group_of(every, tasks[:1]))

    def test_of_some(self):
        assert not self.check(lambda every, first, tasks: is_group_of(first, tasks))

    def test_of_none(self):
        assert not self.check(lambda every, first, tasks: is_group_of(every, []))

    def test_no_group(self):
        assert not self.check(lambda every, first, tasks: is_group_of(tasks[0], tasks[:1]))
