"""`stage.stage`: what does not come to rest within its bound is named and ended."""

from __future__ import annotations

import asyncio
import itertools
import os
import threading
import time

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from channeltest.database.sharing import KEEP_OPEN
from channeltest.errors import StageError
from channeltest.rest.executor import HeldThread, withdraw
from channeltest.rest.patience import GRACE
from channeltest.stage.stage import Stage
from tests.stage.acting import perform, start


class TestBounds:
    def test_loop_that_awaits(self, hasty):
        async def busy():
            while True:
                await asyncio.sleep(0)

        with pytest.raises(StageError, match=r"\(.*busy\) at .*test_stage_bounds\.py:\d+ in busy"):
            start(hasty, busy)

    def test_loop_that_does_not_await(self, hasty):
        async def busy():
            while True:
                pass

        with pytest.raises(
            StageError, match=r"held the test's thread at .*test_stage_bounds.py:\d+ in b"
        ):
            start(hasty, busy)

    def test_coroutine_that_sleeps_for_real(self, hasty):
        async def sleepy():
            time.sleep(60)

        with pytest.raises(
            StageError, match=r"held the test's thread at .*_stage_bounds.py:\d+ in sleep"
        ):
            start(hasty, sleepy)

    def test_thread_that_is_freed_again_while_the_turn_ends(self, hasty, monkeypatch):
        """As happens to one that gets no time of the processor."""
        outcomes = itertools.cycle([HeldThread, None])

        def withdraw_late():
            if outcome := next(outcomes):
                raise outcome
            withdraw()

        async def sleepy():
            time.sleep(60)

        monkeypatch.setattr("channeltest.stage.watchdog.withdraw", withdraw_late)
        with pytest.raises(StageError, match="held the test's thread"):
            start(hasty, sleepy)

    def test_thread(self, hasty):
        def block():
            released.wait(60)

        released = threading.Event()

        async def call():
            await asyncio.to_thread(block)

        with pytest.raises(
            StageError, match=r"not come back: .*block, at .*_stage_bounds.py:\d+ in bl"
        ):
            start(hasty, call)
        released.set()
        for thread in threading.enumerate():
            if thread.name == "channeltest-thread":
                thread.join(5)

    @pytest.mark.parametrize("block", [time.sleep, threading.Event().wait])
    def test_thread_sensitive_call(self, hasty, block):
        def call():
            block(60)

        async def ask():
            await sync_to_async(call)()

        with pytest.raises(
            StageError, match=r"held the test's thread at .*_stage_bounds.py:\d+ in call"
        ):
            start(hasty, ask)

    def test_job_that_waits_for_the_loop_in_vain(self, hasty):
        async def never():
            await asyncio.Event().wait()

        async def ask():
            await sync_to_async(lambda: async_to_sync(never)())()

        with pytest.raises(StageError, match=r"at .*_stage_bounds\.py:\d+ in never"):
            start(hasty, ask)

    def test_loop_that_does_not_await_while_a_job_waits(self, hasty):
        async def busy():
            while True:
                pass

        async def ask():
            await sync_to_async(lambda: async_to_sync(busy)())()

        with pytest.raises(StageError, match="did not come to rest"):
            start(hasty, ask)

    def test_cancellation_refused(self, hasty):
        async def stubborn():
            while True:
                try:
                    await asyncio.sleep(0)
                except asyncio.CancelledError:
                    continue

        with pytest.raises(StageError, match="in stubborn"):
            start(hasty, stubborn)

    def test_cancellation_refused_at_the_end(self, hasty):
        async def stubborn():
            while True:
                try:
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    continue

        start(hasty, stubborn)
        with pytest.raises(
            StageError, match=r"goes on although it was cancelled:\n.*stubborn\) at .*in stubborn\n"
        ):
            hasty.close()

    def test_the_next_stage_is_untouched(self, hasty):
        async def busy():
            while True:
                await asyncio.sleep(0)

        with pytest.raises(StageError):
            start(hasty, busy)
        assert hasty.closed
        other = Stage(bound=5)
        assert perform(other, asyncio.to_thread, lambda: "well") == "well"
        other.close()

    def test_a_stage_that_is_abandoned_leaves_nothing(self, hasty):
        async def busy():
            hasty.failures.append(KeyError("of another application"))
            while True:
                await asyncio.sleep(0)

        assert all(patch.is_active for patch in KEEP_OPEN)
        with pytest.raises(StageError):
            start(hasty, busy)
        assert not hasty.failures
        assert not any(patch.is_active for patch in KEEP_OPEN)
        hasty.abandon()
        hasty.close()

    def test_each_turn_has_the_grace_anew(self, stage):
        """An idle listener costs each turn the grace, so that what comes meanwhile is seen."""

        async def listen():
            reading, writing = os.pipe()
            asyncio.get_running_loop().add_reader(reading, int)
            try:
                await asyncio.Event().wait()
            finally:
                asyncio.get_running_loop().remove_reader(reading)
                os.close(reading)
                os.close(writing)

        start(stage, listen)
        stage.settle()
        for _ in range(3):
            began = time.monotonic()
            stage.settle()
            assert time.monotonic() - began > GRACE * 0.9

    def test_work_within_the_bound(self):
        # All of them take longer than the bound, each much less, also on a busy machine.
        stage = Stage(bound=0.5)
        for _ in range(30):
            perform(stage, asyncio.to_thread, time.sleep, 0.02)
        stage.close()

    def test_the_tests_own_work_does_not_count(self, hasty):
        perform(hasty, asyncio.sleep, 0)
        time.sleep(0.6)
        perform(hasty, asyncio.sleep, 0)
