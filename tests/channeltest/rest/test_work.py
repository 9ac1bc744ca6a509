"""What is pending on a loop that has no callback ready."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from concurrent.futures import Future

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.utils import await_many_dispatch

from channeltest.rest.threads import calls_that_wait_for_a_loop
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


def test_a_task_that_has_not_run_is_not_looked_at_again():
    async def main():
        stepped = set()
        work = LoopWork(asyncio.get_running_loop()._selector.get_map(), stepped)
        outside = asyncio.get_running_loop().create_future()
        begins = asyncio.Event()

        async def application():
            await begins.wait()
            await outside

        work.add(task := asyncio.ensure_future(application()))
        assert work.pending() is None and stepped == {task}, "its first step is to be made"
        await others_ran(2)
        assert work.pending() is None and not stepped
        begins.set()
        stepped.add(task)
        assert work.pending() is None and stepped == {task}, "its next step is to be made"
        await others_ran(2)
        assert work.pending().bare == work.pending().bare == {outside}
        outside.set_result(None)
        stepped.add(task)
        await others_ran(2)
        assert work.pending() is None and not stepped

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


def test_a_stream_that_only_keeps_what_comes():
    async def main():
        work = LoopWork(asyncio.get_running_loop()._selector.get_map())
        ours, theirs = socket.socketpair()
        _, writer = await asyncio.open_connection(sock=ours)
        try:
            return work.descriptors, work.pending()
        finally:
            writer.transport.abort()
            theirs.close()
            await others_ran()

    assert asyncio.run(main()) == (1, None)


def test_a_consumer_between_events():
    queue = asyncio.Queue()
    assert pending(lambda: await_many_dispatch([queue.get], int), pipe) == Pending(background=True)


def test_tasks_that_wait_for_the_same():
    async def application():
        async def waiting():
            await slept

        slept = asyncio.ensure_future(asyncio.sleep(9))
        await asyncio.gather(waiting(), waiting())

    assert pending(application, pipe) == Pending(background=True)


def test_calls_are_no_bare_futures():
    async def main():
        work = LoopWork(asyncio.get_running_loop()._selector.get_map())
        calls = [asyncio.wrap_future(Future()) for _ in range(2)]

        async def application():
            await calls[0]

        work.add(task := asyncio.ensure_future(application()))
        work.add_call(calls[1])
        await others_ran()
        assert list(work.tasks) == [task]
        return work.pending()

    assert asyncio.run(main()) == Pending(calls=True)


@pytest.mark.parametrize("others", [0, 1])
def test_a_call_that_waits_for_the_loop_is_not_at_work(others):
    """Whether other threads wait for it too, of which no future is here."""

    async def main():
        work = LoopWork(asyncio.get_running_loop()._selector.get_map())
        released = asyncio.Event()
        call = sync_to_async(async_to_sync(released.wait), thread_sensitive=False)
        tasks = [asyncio.ensure_future(call()) for _ in range(1 + others)]
        work.add(tasks[0])
        while calls_that_wait_for_a_loop() < len(tasks):
            await others_ran()
        try:
            return work.pending()
        finally:
            released.set()
            await asyncio.gather(*tasks)

    assert asyncio.run(main()) is None


def test_threads():
    def begin():
        timer = threading.Timer(30, int)
        timer.start()
        return lambda: (timer.cancel(), timer.join())

    found = pending(event, begin)
    assert len(found.threads) == 1
    assert len(found.handling) == 1
