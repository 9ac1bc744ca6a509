"""Futures that threads and processes complete, told by who creates them."""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import Future

from channeltest.rest.foreign_futures import is_bridge


def bridges(create):
    """For every future that ``create`` has its loop create, whether it is a bridge."""
    told = []

    class Loop(asyncio.SelectorEventLoop):
        def create_future(self):
            told.append(is_bridge(sys._getframe(1)))
            return super().create_future()

    loop = Loop()
    try:
        create(loop)
    finally:
        loop.close()
    return told


def test_of_a_thread():
    assert bridges(lambda loop: asyncio.wrap_future(Future(), loop=loop)) == [True]


def test_of_the_loop_itself():
    assert bridges(lambda loop: loop.run_until_complete(asyncio.sleep(0.001))) == [False]


def test_of_another_process():
    async def run():
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
        await process.wait()

    assert any(bridges(lambda loop: loop.run_until_complete(run())))
