"""What a stage says of applications that do not come to rest."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import socket
import threading

import pytest
from asgiref.sync import sync_to_async

from channeltest.errors import StageError
from channeltest.stage.stage import Stage


async def wait_for_ever():
    await asyncio.Event().wait()


async def two_levels():
    await wait_for_ever()


def report_of(function, bound=0.1):
    """Let the coroutine function not come to rest; what is said of it."""
    stage = Stage(bound=bound)
    with pytest.raises(StageError) as caught:
        stage.settle(lambda: stage.run(function(), contextvars.Context()))
    return str(caught.value)


async def busy():
    while True:
        await asyncio.sleep(0)


def test_what_happened_and_what_to_do():
    report = report_of(busy)
    assert report.startswith("the applications did not come to rest within 0.1 s of real time:\n")
    assert "raise the bound (CHANNELTEST = {'STAGE_BOUND': seconds}" in report


def test_task_file_and_line():
    line = busy.__code__.co_firstlineno + 2
    assert f"(busy) at {__file__}:{line} in busy" in report_of(busy)


def test_all_tasks_are_named():
    async def several():
        self.task = asyncio.create_task(two_levels(), name="the listener")
        await busy()

    self = threading.local()
    report = report_of(several)
    assert "task the listener (two_levels) at" in report
    assert "in wait_for_ever" in report
    assert "in busy" in report


def test_application_rather_than_library():
    """The line is in the application's own code, not where asyncio waits below it."""
    assert "in two_levels" not in report_of(lambda: both(two_levels))
    assert "asyncio/locks.py" not in report_of(lambda: both(wait_for_ever))


async def both(other):
    await asyncio.gather(other(), busy())


def block(released):
    released.wait(60)


class Acting:
    @staticmethod
    def block(released):
        released.wait(60)


@pytest.mark.parametrize(
    "call",
    [
        lambda released: asyncio.to_thread(block, released),
        lambda released: sync_to_async(block, thread_sensitive=False)(released),
        lambda released: asyncio.get_running_loop().run_in_executor(None, block, released),
    ],
)
def test_call_in_a_thread(call):
    released = threading.Event()

    async def ask():
        await call(released)

    before = set(threading.enumerate())
    report = report_of(ask, bound=0.5)
    released.set()
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
    line = block.__code__.co_firstlineno + 1
    assert f"a call in a thread has not come back: block, at {__file__}:{line} in block" in report


def test_call_with_arguments_of_its_own():
    released = threading.Event()

    async def ask():
        call = functools.partial(Acting.block, released)
        await asyncio.get_running_loop().run_in_executor(None, call)

    before = set(threading.enumerate())
    report = report_of(ask, bound=0.5)
    released.set()
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
    assert "a call in a thread has not come back: Acting.block, at" in report


def test_socket():
    async def ask():
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        try:
            await reader.readline()
        finally:
            writer.close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        report = report_of(ask, bound=0.5)
    assert "1 socket(s) are open, and no answer came on one" in report
    assert "in ask" in report
