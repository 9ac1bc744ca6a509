"""Waits on a loop that does not tell when it rests."""

from __future__ import annotations

import asyncio
import warnings

import pytest

from channeltest import ApplicationCommunicator, WebsocketCommunicator
from channeltest.communicators import BoundedWaitWarning
from channeltest.rest import detector

from ..communicators.apps import Echo, silence, stopwatch

uvloop = pytest.importorskip("uvloop")


@pytest.fixture(autouse=True)
def unwarned(monkeypatch):
    monkeypatch.setattr(detector, "_warned_of", set())


def run(coroutine):
    loop = uvloop.new_event_loop()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", BoundedWaitWarning)
            return loop.run_until_complete(coroutine)
    finally:
        loop.close()


def test_warns_once_for_each_class_of_loops():
    async def main():
        ApplicationCommunicator(silence, {"type": "lifespan"}).future.cancel()

    with pytest.warns(
        BoundedWaitWarning, match=r"uvloop\.Loop does not tell when nothing more will hap"
    ):
        loop = uvloop.new_event_loop()
        loop.run_until_complete(main())
        loop.close()
    loop = uvloop.new_event_loop()
    loop.run_until_complete(main())
    loop.close()


def test_the_warning_stands_at_who_begins():
    with pytest.warns(BoundedWaitWarning) as caught:
        detector.BoundedWaits(asyncio.AbstractEventLoop()).begin()
    assert caught[0].filename == __file__


def test_a_wait_without_a_bound():
    async def main():
        loop = asyncio.get_running_loop()
        wait = detector.Wait(loop, None, None)
        loop.call_soon(wait.end, detector.Outcome.DONE)
        return await detector.BoundedWaits(loop).wait(wait)

    assert run(main()) is detector.Outcome.DONE


def test_a_conversation():
    async def main():
        async with WebsocketCommunicator(Echo.as_asgi(), "/") as communicator:
            await communicator.send_to(text_data="a")
            assert await communicator.receive_from() == "a"
            await communicator.send_to(text_data="b")
            with stopwatch() as watch:
                assert await communicator.receive_all() == ["b"]
            assert watch.at_once
            with stopwatch() as watch:
                assert await communicator.receive_nothing()
            assert watch.took >= 0.09
            with stopwatch() as watch, pytest.raises(TimeoutError, match=r"within 0\.05 s"):
                await communicator.receive_from(0.05)
            assert watch.took >= 0.05 and watch.at_once
            with stopwatch() as watch, pytest.raises(TimeoutError):
                await communicator.receive_from(0.2)
            assert watch.took >= 0.2
            await communicator.send_to(text_data="c")
            assert await communicator.receive_from(None) == "c"

    run(main())


def test_nothing_is_left_running():
    async def main():
        communicator = WebsocketCommunicator(Echo.as_asgi(), "/")
        await communicator.connect()
        asyncio.get_running_loop().communicator = communicator
        return communicator

    assert run(main()).future.cancelled()
