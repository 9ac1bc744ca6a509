"""`stage.stage`: virtual time, timers and timeouts."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.stage.acting import perform, start


class TestTime:
    def test_short_sleeps_are_over_at_once(self, stage):
        perform(stage, asyncio.sleep, 0.9)

    def test_long_sleeps_wait(self, stage):
        began = time.monotonic()
        task = start(stage, asyncio.sleep, 3600)
        stage.advance(3599)
        assert not task.done()
        stage.advance(1)
        assert task.done()
        assert time.monotonic() - began < 60

    def test_heartbeat(self, stage):
        beats = []

        async def beat():
            while True:
                await asyncio.sleep(10)
                beats.append(round(asyncio.get_running_loop().time() - began))

        began = stage.time()
        start(stage, beat)
        stage.advance(3600)
        assert beats == list(range(10, 3601, 10))

    @pytest.mark.parametrize("interval", [0.1, 0.3, 1 / 3])
    def test_heartbeats_of_odd_lengths(self, stage, interval):
        beats = []

        async def beat():
            while True:
                await asyncio.sleep(interval)
                beats.append(None)

        stage.settle(horizon=0)
        stage._loop.horizon = 0
        start(stage, beat)
        stage.advance(interval * 1000)
        assert len(beats) == 1000

    def test_heartbeats_that_use_threads(self, stage):
        """The real time that a call takes does not take beats away."""
        beats = []

        async def beat():
            while True:
                await asyncio.sleep(10)
                await asyncio.to_thread(time.sleep, 0.02)
                beats.append(None)

        start(stage, beat)
        stage.advance(100)
        assert len(beats) == 10

    def test_time_does_not_depend_on_quick_calls(self, stage):
        async def call():
            await asyncio.to_thread(lambda: None)

        before = stage.time()
        perform(stage, call)
        assert stage.time() == before

    def test_order_of_timers(self, stage):
        order = []

        async def sleep(seconds):
            await asyncio.sleep(seconds)
            order.append(seconds)

        async def all_of_them():
            await asyncio.gather(*(sleep(seconds) for seconds in (0.5, 0.1, 0.9, 0.3)))

        perform(stage, all_of_them)
        assert order == [0.1, 0.3, 0.5, 0.9]

    def test_timers_for_the_same_moment_fire_as_they_were_set(self, stage):
        order = []

        async def all_of_them():
            loop = asyncio.get_running_loop()
            for number in range(100):
                loop.call_at(0.5, order.append, number)

        perform(stage, all_of_them)
        assert order == list(range(100))

    def test_timeout(self, stage):
        async def wait():
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(asyncio.Event().wait(), 30)
            return "in time"

        task = start(stage, wait)
        stage.advance(30)
        assert task.result() == "in time"

    def test_timeout_around_a_thread_is_real(self, stage):
        async def wait():
            await asyncio.wait_for(asyncio.to_thread(time.sleep, 0.3), 0.05)

        began = time.monotonic()
        with pytest.raises(asyncio.TimeoutError):
            perform(stage, wait)
        assert time.monotonic() - began < 1

    def test_timeout_that_a_thread_does_not_need(self, stage):
        async def wait():
            return await asyncio.wait_for(asyncio.to_thread(lambda: "quick"), 60)

        before = stage.time()
        assert perform(stage, wait) == "quick"
        assert stage.time() - before < 1

    def test_a_sleep_after_a_slow_thread_still_fits(self, stage):
        async def wait():
            await asyncio.to_thread(time.sleep, 0.2)
            await asyncio.sleep(0.95)

        perform(stage, wait)

    def test_time_goes_on_exactly(self, stage):
        before = stage.time()
        stage.advance(12.5)
        assert stage.time() - before == 12.5

    def test_not_backwards(self, stage):
        with pytest.raises(ValueError, match="forward only"):
            stage.advance(-1)

    def test_parts_of_a_second(self, stage):
        for seconds in (0.5, 0, 0.25):
            stage.advance(seconds)
        assert stage.time() == 0.75
