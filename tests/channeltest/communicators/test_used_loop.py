"""Synchronous calls that want the loop of a test that is over."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import random
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import SyncToAsync, async_to_sync, markcoroutinefunction
from channels.generic.websocket import WebsocketConsumer
from django.test import SimpleTestCase

from channeltest import WebsocketCommunicator
from channeltest.communicators.used_loop import UsedLoop
from tests.channeltest.helpers import run_one
from tests.rounds import others_ran

# asyncio cancels a coroutine before its first line, and then says that it was never awaited.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine '.*' was never awaited:RuntimeWarning")


WAITED = r"waited for the event loop, which does not run again; it was .*_loop\.py:\d+ in receive"


async def begun(consumer):
    """A communicator whose consumer has begun to receive."""
    communicator = WebsocketCommunicator(consumer, "/")
    await communicator.connect()
    await communicator.send_to(text_data="x")
    assert await communicator.receive_from() == "begun"
    return communicator


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_end_does_not_wait_for_a_loop_that_has_ended():
    """The call begins at about the end of the loop: before it, while it cancels, or after."""

    outcomes = set()
    for _ in range(200):
        calls, ended = threading.Event(), []

        def back(calls=calls):
            calls.set()
            return asyncio.sleep(0)

        class Consumer(WebsocketConsumer):
            def receive(self, text_data=None, bytes_data=None, back=back, ended=ended):
                self.send(text_data="begun")
                try:
                    async_to_sync(markcoroutinefunction(back))()
                    async_to_sync(asyncio.sleep)(0)
                finally:
                    ended.append(True)

        async def body(case, consumer=Consumer, calls=calls):
            await begun(consumer)
            for _ in range(random.randrange(3)):
                await asyncio.sleep(0)
            calls.wait(10)

        outcomes.add(run_one(SimpleTestCase, body))
        assert ended
    outcomes.discard("ok")
    assert all(re.search(WAITED, outcome) for outcome in outcomes)
    # What was never awaited is collected here, and not in another test.
    del body, Consumer
    gc.collect()


def test_a_call_that_the_end_has_to_release():
    """It calls into the loop when the loop does not run any more; nothing else would end it."""
    may_call, ended = threading.Event(), []

    class Late(WebsocketConsumer):
        def receive(self, text_data=None, bytes_data=None):
            self.send(text_data="begun")
            may_call.wait()
            try:
                async_to_sync(asyncio.Event().wait)()
            finally:
                ended.append(True)

    loop = asyncio.SelectorEventLoop()
    loop.run_until_complete(begun(Late))
    may_call.set()
    with pytest.raises(AssertionError, match=WAITED):
        loop.close()
    assert ended == [True]
    assert loop.is_closed()


def test_a_call_that_has_to_be_released_again(settings):
    """It calls into the loop three times, whatever the calls raise."""
    settings.CHANNELTEST = {"STAGE_BOUND": 0.1}
    may_call = threading.Event()

    class Persistent(WebsocketConsumer):
        def receive(self, text_data=None, bytes_data=None):
            self.send(text_data="begun")
            may_call.wait()
            for _ in range(3):
                with contextlib.suppress(BaseException):
                    async_to_sync(asyncio.Event().wait)()

    loop = asyncio.SelectorEventLoop()
    loop.run_until_complete(begun(Persistent))
    may_call.set()
    with pytest.raises(AssertionError, match=WAITED):
        loop.close()


@pytest.mark.filterwarnings("ignore::channeltest.BoundedWaitWarning")
def test_a_loop_whose_rest_cannot_be_detected():
    uvloop = pytest.importorskip("uvloop")

    class Consumer(WebsocketConsumer):
        def receive(self, text_data=None, bytes_data=None):
            self.send(text_data="begun")

    loop = uvloop.new_event_loop()
    loop.run_until_complete(begun(Consumer))
    loop.close()
    assert loop.is_closed()


def test_a_call_that_does_not_come_back(settings):
    """It waits for something else than the loop."""
    settings.CHANNELTEST = {"STAGE_BOUND": 0.1}
    released = threading.Event()

    class Blocked(WebsocketConsumer):
        def receive(self, text_data=None, bytes_data=None):
            self.send(text_data="begun")
            released.wait()

    loop = asyncio.SelectorEventLoop()
    loop.run_until_complete(begun(Blocked))
    try:
        with pytest.raises(AssertionError, match=r"test_used_loop\.py:\d+ in receive"):
            loop.close()
    finally:
        released.set()
    assert loop.is_closed()


@contextlib.contextmanager
def blocked(made_in=None):
    """A used loop with a call that waits to be released, and what releases it."""
    loop = asyncio.SelectorEventLoop()
    begun, released = threading.Event(), threading.Event()

    def wait():
        begun.set()
        released.wait()

    with ThreadPoolExecutor(1) as thread:
        make = functools.partial(UsedLoop, loop, UsedLoop.end)
        used = make() if made_in is None else thread.submit(make).result()

        async def call():
            loop.run_in_executor(SyncToAsync.single_thread_executor, wait)

        loop.run_until_complete(call())
        begun.wait()
        try:
            yield used, released, thread
        finally:
            released.set()
            loop.close()


class TestFinishCalls:
    @pytest.mark.parametrize("made_in", [None, "thread"])
    def test_in_another_thread_than_the_loop(self, made_in):
        rounds = []
        with blocked(made_in) as (used, _, thread):
            used.loop.call_soon(rounds.append, 1)
            if made_in is None:
                thread.submit(used.finish_calls).result()
            else:
                used.finish_calls()
            assert rounds == []

    def test_while_the_loop_runs(self):
        with blocked() as (used, _, _):

            async def main():
                used.finish_calls()

            used.loop.run_until_complete(main())

    def test_a_call_goes_on_that_does_not_come_back(self, settings):
        settings.CHANNELTEST = {"STAGE_BOUND": 0.05}
        with blocked() as (used, released, _):
            used.finish_calls()
            assert used.rest.sensitive_calls
            released.set()
            settings.CHANNELTEST = {}
            used.finish_calls()
            assert not used.rest.sensitive_calls


class TestEnd:
    def test_nothing_is_left_replaced(self):
        loop = asyncio.SelectorEventLoop()

        async def main():
            return UsedLoop(loop, UsedLoop.end)

        loop.run_until_complete(main()).end()
        assert vars(loop).keys().isdisjoint({"close", "run_until_complete", "run_in_executor"})
        loop.close()

    def test_of_a_loop_that_runs_in_another_thread(self):
        loop, begun = asyncio.SelectorEventLoop(), threading.Event()
        used = UsedLoop(loop, UsedLoop.end)

        async def main():
            task = asyncio.ensure_future(asyncio.Event().wait())
            used.add(task, asyncio.Queue())
            begun.set()
            await asyncio.wait([task])
            return task.cancelled()

        with ThreadPoolExecutor(1) as thread:
            found = thread.submit(loop.run_until_complete, main())
            begun.wait()
            used.end()
            assert found.result(10)
        loop.close()

    def test_once(self, monkeypatch):
        monkeypatch.setattr("channeltest.communicators.used_loop._LAST_SECONDS", 0.01)
        loop, released = asyncio.SelectorEventLoop(), []
        used = UsedLoop(loop, UsedLoop.end)

        async def stubborn():
            while not released:
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.Event().wait()

        task = loop.create_task(stubborn())
        used.add(task, asyncio.Queue())
        # A task that is cancelled before it begins never runs.
        loop.run_until_complete(others_ran())
        used.end()
        used.end()
        assert len(used.failures()) == 1
        released.append(True)
        task.cancel()
        loop.run_until_complete(task)
        loop.close()
