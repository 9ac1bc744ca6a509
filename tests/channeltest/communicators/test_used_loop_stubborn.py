"""Applications that do not end when they are cancelled."""

from __future__ import annotations

import asyncio
import gc
import re
import unittest
import warnings

import pytest
from django.test import SimpleTestCase

from channeltest import ApplicationCommunicator
from channeltest.communicators import used_loop
from channeltest.errors import ApplicationWarning
from tests.channeltest.helpers import run_one


async def waits(receive):
    await asyncio.Event().wait()


async def sleeps(receive):
    await asyncio.sleep(0.01)


async def spins(receive):
    await asyncio.sleep(0)


async def receives(receive):
    await receive()


KINDS = [waits, sleeps, spins, receives]


async def ignore_cancellation(step, receive):
    while True:
        try:
            await step(receive)
        except BaseException:
            continue


class Application:
    """An application that catches every cancellation, itself or in a task in the background."""

    def __init__(self, step, in_background):
        self.step, self.in_background = step, in_background

    async def __call__(self, scope, receive, send):
        await send({"type": "begun"})
        if self.in_background:
            self.task = asyncio.create_task(ignore_cancellation(self.step, receive))
            await receive()
        else:
            await ignore_cancellation(self.step, receive)


async def begin(step, in_background):
    communicator = ApplicationCommunicator(Application(step, in_background), {"type": "lifespan"})
    await communicator.receive_output()
    return communicator


@pytest.fixture(autouse=True)
def short(settings):
    # What other tests left is not logged in one of these.
    gc.collect()
    settings.CHANNELTEST = {"STAGE_BOUND": 0.2}


NAMED = r"goes on although it was cancelled:\n  task .*test_used_loop_stubborn\.py:\d+ in "


@pytest.mark.parametrize("in_background", [False, True])
@pytest.mark.parametrize("step", KINDS)
class TestNamed:
    def test_where_the_loop_is_wound_up(self, step, in_background, caplog):
        with pytest.raises(AssertionError, match=NAMED):
            asyncio.run(begin(step, in_background))
        gc.collect()
        assert caplog.records == []

    def test_in_a_test_case(self, step, in_background):
        async def body(case):
            await begin(step, in_background)

        assert re.search(NAMED, run_one(SimpleTestCase, body))

    def test_by_a_runner_whose_test_has_ended(self, step, in_background):
        """A run of unittest's own cases ends with the error; it would hang otherwise."""

        class Tests(unittest.IsolatedAsyncioTestCase):
            async def test(self):
                await begin(step, in_background)

        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            with pytest.raises(AssertionError, match=NAMED):
                Tests("test").run(unittest.TestResult())
        named = [each for each in warned if re.search(NAMED, str(each.message))]
        assert len(named) == (not in_background)


def test_a_loop_that_nobody_winds_up(monkeypatch, caplog):
    monkeypatch.setattr(used_loop, "_LAST_SECONDS", 0.01)

    def body(case):
        loop = asyncio.new_event_loop()
        loop.run_until_complete(begin(waits, False))
        loop.close()
        assert loop.is_closed()

    outcome = run_one(SimpleTestCase, body)
    assert outcome.startswith(ApplicationWarning.__name__)
    assert re.search(NAMED, outcome)
    gc.collect()
    assert caplog.records == []


def test_one_that_takes_its_time(settings):
    """What it does on its way out is waited for, and is no error."""
    settings.CHANNELTEST = {}
    done = []

    async def application(scope, receive, send):
        await send({"type": "begun"})
        try:
            await receive()
        finally:
            await asyncio.sleep(0.05)
            done.append(True)

    async def main():
        communicator = ApplicationCommunicator(application, {"type": "lifespan"})
        await communicator.receive_output()
        return communicator

    asyncio.run(main())
    assert done == [True]


def test_nothing_is_left_in_a_loop_that_goes_on():
    """A task in the background that ends when it is cancelled leaves the loop as it was."""
    loop = asyncio.new_event_loop()

    async def application(scope, receive, send):
        application.task = asyncio.create_task(asyncio.Event().wait())
        await receive()

    async def main():
        communicator = ApplicationCommunicator(application, {"type": "lifespan"})
        await communicator.receive_nothing()
        application.task.cancel()
        communicator.stop()

    loop.run_until_complete(main())
    loop.close()
    assert vars(loop).keys().isdisjoint({"close", "run_until_complete", "run_in_executor"})
