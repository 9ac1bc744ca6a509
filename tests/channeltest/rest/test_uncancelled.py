"""Tasks that go on although they were cancelled."""

from __future__ import annotations

import asyncio
import functools
import gc
import weakref
from contextvars import Context
from unittest import mock

import pytest
from asgiref.sync import sync_to_async

from channeltest.rest.uncancelled import describe_uncancelled, keep, lines_of, name_of
from tests.rounds import others_ran


class Stubborn:
    """A task that ends when it is allowed to, and not when it is cancelled."""

    def __init__(self):
        self.may_end = False

    async def run(self):
        while not self.may_end:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                continue

    async def end(self, task):
        self.may_end = True
        task.cancel()
        await task


def with_task(function):
    async def main():
        stubborn = Stubborn()
        task = asyncio.create_task(stubborn.run(), name="stubborn")
        await others_ran()
        task.cancel()
        await others_ran()
        try:
            return function(task)
        finally:
            await stubborn.end(task)

    return asyncio.run(main())


def test_names_the_task_and_its_line():
    line = Stubborn.run.__code__.co_firstlineno + 3
    (text,) = with_task(lambda task: lines_of([task]))
    assert text == f"  task stubborn (Stubborn.run) at {__file__}:{line} in run"


def test_tasks_stand_in_the_order_in_which_they_were_made():
    async def main():
        names = ("Task-10", "Task-9")
        tasks = [asyncio.create_task(asyncio.sleep(0), name=name) for name in names]
        lines = lines_of(tasks)
        await asyncio.gather(*tasks)
        return lines

    assert [line.split()[1] for line in asyncio.run(main())] == ["Task-9", "Task-10"]


def test_describes():
    text = with_task(lambda task: describe_uncancelled([task]))
    assert text.startswith("a task of an application goes on although it was cancelled:\n  task ")
    assert text.endswith("do not catch asyncio.CancelledError, or raise it again")


@pytest.mark.parametrize("function, is_there", [(keep, True), (bool, False)])
def test_keeps_them(function, is_there):
    async def ends():
        pass

    async def main():
        task = asyncio.create_task(ends())
        await task
        function([task] if function is keep else task)
        return weakref.ref(task)

    kept = asyncio.run(main())
    gc.collect()
    assert (kept() is not None) is is_there


@pytest.mark.parametrize(
    "thing, name",
    [(print, "print"), (functools.partial(functools.partial(print)), "print"), (7, "7")],
)
def test_name(thing, name):
    assert name_of(thing) == name


class Above(Exception):
    """Its name stands before that of Context.run in the alphabet."""


@pytest.mark.parametrize(
    "thing, name",
    [
        (functools.partial(Context().run, divmod, 7), "divmod"),
        (functools.partial(Above, 1), "Above"),
    ],
)
def test_name_of_a_call_in_a_context(thing, name):
    assert name_of(thing) == name


def test_name_of_a_call_of_asgirefs():
    """What it hands to an executor is a call of its own, which has the call as an argument."""

    async def main():
        loop = asyncio.get_running_loop()
        with mock.patch.object(loop, "run_in_executor", wraps=loop.run_in_executor) as run:
            await sync_to_async(divmod, thread_sensitive=False)(7, 2)
        return name_of(run.call_args.args[1])

    assert asyncio.run(main()) == "divmod"
