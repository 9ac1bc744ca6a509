"""Where a task or a thread is: the innermost line of the application's own code."""

from __future__ import annotations

import asyncio
import functools
import queue
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from channeltest.rest.places import (
    callers,
    place_of_call,
    place_of_frame,
    place_of_task,
    place_of_thread,
)
from tests.rounds import others_ran


def line_of(text):
    """The place of the only line of this file that ends with a marker, without its function."""
    with open(__file__) as source:
        [number] = [n for n, line in enumerate(source, 1) if line.rstrip().endswith(f"# {text}")]
    return f"at {__file__}:{number} in "


async def application(queue):
    await queue.get()  # waits


def test_a_task_that_waits_in_the_standard_library():
    async def main():
        task = asyncio.create_task(application(asyncio.Queue()))
        await others_ran(2)
        place = place_of_task(task)
        task.cancel()
        return place

    assert asyncio.run(main()) == f"{line_of('waits')}application"


async def awaiting(awaitable):
    await awaitable


def test_a_task_that_waits_in_a_coroutine_of_another():
    async def main():
        task = asyncio.create_task(awaiting(application(asyncio.Queue())))
        await others_ran(2)
        place = place_of_task(task)
        task.cancel()
        return place

    assert asyncio.run(main()) == f"{line_of('waits')}application"


def test_a_task_that_has_ended():
    async def main():
        task = asyncio.create_task(asyncio.sleep(0))
        await task
        return place_of_task(task)

    assert asyncio.run(main()) == "ended"


def work(begun, jobs):
    begun.set()
    jobs.get()  # blocks


def test_a_thread_that_blocks():
    begun, jobs = threading.Event(), queue.SimpleQueue()
    thread = threading.Thread(target=work, args=(begun, jobs))
    thread.start()
    begun.wait()
    place = place_of_thread(thread)
    jobs.put(None)
    thread.join()
    # It has set the event, and is there or on the next line.
    assert place.endswith(" in work")
    assert place_of_thread(thread) == "ended"


def test_a_call_in_the_thread_of_a_pool():
    begun, jobs = threading.Event(), queue.SimpleQueue()
    call = functools.partial(work, begun, jobs)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(call)
        begun.wait()
        place, place_of_another = place_of_call(call), place_of_call(functools.partial(work))
        jobs.put(None)
    assert place.endswith(" in work")
    assert place_of_another == "ended"
    assert place_of_call(call) == "ended"


def test_callers_of_a_frame():
    def inner():
        return list(callers(sys._getframe()))

    names = [frame.f_code.co_name for frame in inner()]
    assert names[:2] == ["inner", "test_callers_of_a_frame"]


def test_a_frame_of_ours():
    assert place_of_frame(sys._getframe()).endswith(" in test_a_frame_of_ours")


def test_a_frame_of_channels_wherever_it_is_installed():
    module = {"__name__": "channels.somewhere", "sys": sys}
    exec(compile("def here(place): return place(sys._getframe())", "/opt/here.py", "exec"), module)
    place = module["here"](place_of_frame)
    assert place.endswith(" in test_a_frame_of_channels_wherever_it_is_installed")
