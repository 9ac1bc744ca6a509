"""What is pending on a loop that has no callback ready."""

from __future__ import annotations

import asyncio
import os
import threading

from channeltest.rest.work import LoopWork, Pending
from tests.rounds import others_ran


def pending(application=None, begin=int, events=None):
    """Return what is pending while an application waits, and something goes on beside it."""

    async def main():
        loop = asyncio.get_running_loop()
        work = LoopWork(loop._selector.get_map())
        if application is not None:
            work.applications[task := asyncio.ensure_future(application())] = events
            work.add(task)
        end = begin() or int
        await others_ran(3)
        try:
            return work.pending()
        finally:
            end()

    return asyncio.run(main())


def pipe():
    reading, writing = os.pipe()
    loop = asyncio.get_running_loop()
    loop.add_reader(reading, int)
    return lambda: (loop.remove_reader(reading), os.close(reading), os.close(writing))


async def event():
    await asyncio.Event().wait()


async def future():
    await asyncio.get_running_loop().create_future()


def test_nothing():
    assert pending() is None
    assert pending(event) is None
    assert pending(lambda: asyncio.sleep(9)) is None


def test_tasks_that_have_not_run_are_not_looked_at():
    async def main():
        work = LoopWork(asyncio.get_running_loop()._selector.get_map())
        work.add(task := asyncio.ensure_future(future()))
        await others_ran(2)
        assert work.pending(tasks_have_run=False) is None
        assert work.pending().bare
        task.cancel()

    asyncio.run(main())


def test_a_bare_future():
    found = pending(future)
    assert len(found.bare) == 1
    assert found == Pending(bare=found.bare)


def test_in_the_middle_of_an_event():
    for application in (event, future):
        found = pending(application, pipe)
        assert found == Pending(handling=found.handling, background=True)
        assert len(found.handling) == 1


def test_a_timer_is_nothing_outside():
    assert pending(lambda: asyncio.sleep(9), pipe) == Pending(background=True)


def test_between_events():
    events = asyncio.Queue()
    assert pending(events.get, pipe, events) == Pending(background=True)


def test_threads():
    def begin():
        timer = threading.Timer(30, int)
        timer.start()
        return lambda: (timer.cancel(), timer.join())

    found = pending(event, begin)
    assert len(found.threads) == 1
    assert len(found.handling) == 1
