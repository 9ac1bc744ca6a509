"""Which timers end a wait for something outside the loop."""

from __future__ import annotations

import asyncio

import anyio
import pytest

from channeltest.rest.timeouts import task_of, timeouts_in
from tests.rounds import others_ran


async def outside():
    await asyncio.get_running_loop().create_future()


async def within_timeout(awaitable):
    try:
        return await asyncio.wait_for(awaitable, 9)
    except asyncio.TimeoutError:
        return None


async def within_wait():
    await asyncio.wait([asyncio.ensure_future(outside())], timeout=9)


async def within_a_scope():
    with anyio.move_on_after(9):
        await outside()


async def around_a_group():
    await within_timeout(asyncio.gather(outside(), asyncio.Event().wait()))


async def around_a_task_that_is_shielded():
    await within_timeout(asyncio.shield(asyncio.ensure_future(outside())))


async def in_a_race():
    tasks = [asyncio.ensure_future(each) for each in (outside(), asyncio.sleep(9))]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)


async def by_a_callback():
    task = asyncio.ensure_future(outside())
    asyncio.get_running_loop().call_later(9, task.cancel)
    await task


class Deadline:
    """As libraries have them: it cancels the tasks it was given, by way of another object."""

    def __init__(self, *tasks):
        self.callbacks = [(self.cancel, ())]
        self.tasks = {*tasks}

    def cancel(self):
        for task in self.tasks:
            task.cancel()

    def passed(self):
        for callback, args in self.callbacks:
            callback(*args)


async def by_an_object():
    task = asyncio.ensure_future(outside())
    asyncio.get_running_loop().call_later(9, Deadline(task).passed)
    await task


async def by_an_object_in_a_circle():
    deadline = Deadline(asyncio.ensure_future(outside()))
    deadline.tasks = [*deadline.tasks]
    deadline.tasks.append(deadline.tasks)
    asyncio.get_running_loop().call_later(9, deadline.cancel)
    await deadline.tasks[0]


class Slotted:
    __slots__ = "task"

    def __init__(self, task):
        self.task = task

    def end(self):
        self.task.cancel()


async def by_an_object_with_slots():
    task = asyncio.ensure_future(outside())
    asyncio.get_running_loop().call_later(9, Slotted(task).end)
    await task


async def slept():
    await asyncio.sleep(9)


async def around_a_primitive():
    await within_timeout(asyncio.Queue().get())


async def by_a_function():
    asyncio.get_running_loop().call_later(9, print)
    await asyncio.Event().wait()


class Debounced:
    def flush(self):
        pass


async def by_a_method():
    asyncio.get_running_loop().call_later(9, Debounced().flush)
    await asyncio.Event().wait()


def found(*functions):
    """How many of the timers that these set are timeouts, and how many there are."""

    async def main():
        loop = asyncio.get_running_loop()
        tasks = [asyncio.ensure_future(function()) for function in functions]
        await others_ran(3)
        timers = [each for each in loop._scheduled if not each.cancelled()]
        every = asyncio.all_tasks() - {asyncio.current_task()}
        counted = len(timeouts_in(timers, every)), len(timers)
        for task in every:
            task.cancel()
        await asyncio.gather(*every, *tasks, return_exceptions=True)
        return counted

    return asyncio.run(main())


@pytest.mark.parametrize(
    "function",
    [
        lambda: within_timeout(outside()),
        within_wait,
        within_a_scope,
        around_a_group,
        around_a_task_that_is_shielded,
        in_a_race,
        by_a_callback,
        by_an_object,
        by_an_object_in_a_circle,
        by_an_object_with_slots,
    ],
)
def test_around_a_wait_for_something_outside(function):
    assert found(function) == (1, 1)
    assert found(function, slept, around_a_primitive) == (1, 3)


@pytest.mark.parametrize("function", [slept, around_a_primitive, by_a_function, by_a_method])
def test_others(function):
    assert found(function) == (0, 1)
    assert found(function, outside) == (0, 1)


def test_a_timer_that_was_cancelled():
    async def main():
        task = asyncio.ensure_future(outside())
        timer = asyncio.get_running_loop().call_later(9, task.cancel)
        await others_ran()
        found = timeouts_in([timer], [task])
        timer.cancel()
        assert (found, timeouts_in([timer], [task])) == ([timer], [])
        task.cancel()

    asyncio.run(main())


def test_the_task_of_a_timer():
    async def main():
        loop = asyncio.get_running_loop()
        other, sleeping, cancelled = (
            asyncio.ensure_future(each) for each in (outside(), slept(), outside())
        )
        await others_ran(2)
        (timer,) = loop._scheduled
        tasks = [other, sleeping, cancelled]
        assert task_of(timer, tasks) is sleeping
        assert task_of(loop.call_later(9, cancelled.cancel), tasks) is cancelled
        assert task_of(loop.call_later(9, print), tasks) is None
        for task in tasks:
            task.cancel()

    asyncio.run(main())
