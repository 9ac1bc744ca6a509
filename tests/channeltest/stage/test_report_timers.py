"""`stage.report`: the timers that applications wait for."""

from __future__ import annotations

import asyncio

import pytest

from channeltest.stage.stage import Stage
from tests.stage.acting import start


@pytest.fixture
def stage():
    stage = Stage(bound=5)
    yield stage
    stage.close()


async def sleep(seconds):
    await asyncio.sleep(seconds)


def test_a_task_that_sleeps(stage):
    start(stage, sleep, 30)
    line = sleep.__code__.co_firstlineno + 1
    text = stage.waiting_timers()
    assert "\n  in 30 s: task " in text
    assert f"(sleep) at {__file__}:{line} in sleep\n" in text
    assert "advance(seconds)" in text


def test_a_timeout(stage):
    async def within():
        await asyncio.wait_for(asyncio.Event().wait(), 7)

    start(stage, within)
    assert "in 7 s: task" in stage.waiting_timers()


def test_the_first_ones_in_order(stage):
    for seconds in 50, 20, 30, 10, 20:
        start(stage, sleep, seconds)
    lines = stage.waiting_timers().splitlines()[1:-1]
    assert [line.split(":")[0] for line in lines] == ["  in 10 s", "  in 20 s", "  in 20 s"]


def test_none(stage):
    async def call_later():
        asyncio.get_running_loop().call_later(30, print)
        asyncio.get_running_loop().call_later(30, print).cancel()
        await asyncio.Event().wait()

    assert stage.waiting_timers() == ""
    start(stage, call_later)
    assert stage.waiting_timers() == ""


def test_when_closed():
    stage = Stage(bound=5)
    start(stage, sleep, 30)
    stage.close()
    assert stage.waiting_timers() == ""
