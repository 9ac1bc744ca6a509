"""The stage: turns, time, bounds, failures, and what is left when it is closed."""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import ThreadSensitiveContext, async_to_sync, sync_to_async

from channeltest.database.sharing import KEEP_OPEN
from channeltest.errors import StageError
from channeltest.rest.patience import GRACE
from channeltest.stage.stage import Stage
from tests.stage.acting import nothing_left_behind, perform, start


@pytest.fixture
def stage():
    with nothing_left_behind():
        stage = Stage(bound=5)
        yield stage
        stage.close()


@pytest.fixture
def hasty():
    """A stage that soon loses its patience."""
    with nothing_left_behind():
        stage = Stage(bound=0.2)
        yield stage
        if not stage.closed:
            stage.close()


class TestSettling:
    def test_nothing_to_do(self, stage):
        stage.settle()

    def test_actions_run_in_order(self, stage):
        done = []
        stage.settle(lambda: done.append(1), lambda: done.append(2))
        assert done == [1, 2]

    def test_what_follows_has_happened(self, stage):
        async def chain(depth):
            return depth and 1 + await asyncio.create_task(chain(depth - 1))

        assert perform(stage, chain, 50) == 50

    def test_tasks_left_running(self, stage):
        done = []

        async def later(number):
            for _ in range(number):
                await asyncio.sleep(0)
            done.append(number)

        async def parent():
            self.tasks = [asyncio.create_task(later(n)) for n in (30, 10, 20)]

        perform(stage, parent)
        assert done == [10, 20, 30]

    def test_gather(self, stage):
        async def both():
            return await asyncio.gather(
                asyncio.sleep(0.2, "slept"), asyncio.to_thread(lambda: "thread")
            )

        assert perform(stage, both) == ["slept", "thread"]

    @pytest.mark.skipif(not hasattr(asyncio, "TaskGroup"), reason="from Python 3.11 on")
    def test_task_group(self, stage):
        async def group():
            async with asyncio.TaskGroup() as tasks:
                one = tasks.create_task(asyncio.sleep(0.5, 1))
                two = tasks.create_task(sync_to_async(lambda: 2)())
            return one.result() + two.result()

        assert perform(stage, group) == 3

    def test_queue(self, stage):
        async def both():
            queue = asyncio.Queue(maxsize=1)

            async def produce():
                for number in range(10):
                    await queue.put(number)
                await queue.put(None)

            task, got = asyncio.create_task(produce()), []
            while (number := await queue.get()) is not None:
                got.append(number)
            await task
            return got

        assert perform(stage, both) == list(range(10))

    def test_lock(self, stage):
        order = []

        async def work(lock, number):
            async with lock:
                order.append(number)
                await asyncio.to_thread(time.sleep, 0.001)
                order.append(number)

        async def all_of_them():
            lock = asyncio.Lock()
            await asyncio.gather(*(work(lock, number) for number in range(4)))

        perform(stage, all_of_them)
        assert order[::2] == order[1::2]
        assert sorted(order) == [0, 0, 1, 1, 2, 2, 3, 3]

    def test_condition(self, stage):
        async def both():
            condition, ready = asyncio.Condition(), []

            async def wait():
                async with condition:
                    await condition.wait_for(lambda: ready)
                    return ready

            task = asyncio.create_task(wait())
            await asyncio.sleep(0.1)
            async with condition:
                ready.append(True)
                condition.notify_all()
            return await task

        assert perform(stage, both) == [True]

    def test_what_waits_for_ever_rests(self, stage):
        async def wait():
            await asyncio.Event().wait()

        assert not start(stage, wait).done()

    def test_from_an_application(self, stage):
        async def nested():
            stage.settle()

        with pytest.raises(RuntimeError, match="used a test's client"):
            perform(stage, nested)

    def test_empty_context(self, stage):
        variable = contextvars.ContextVar("variable")
        variable.set("the test's")

        async def look():
            return variable.get("nothing")

        assert perform(stage, look) == "nothing"


class TestThreads:
    def test_any_thread(self, stage):
        async def ask():
            return await asyncio.to_thread(threading.get_ident)

        assert perform(stage, ask) != threading.get_ident()

    def test_not_thread_sensitive(self, stage):
        async def ask():
            return await sync_to_async(threading.get_ident, thread_sensitive=False)()

        assert perform(stage, ask) != threading.get_ident()

    def test_thread_sensitive_calls_run_in_the_tests_thread(self, stage):
        async def ask():
            return await sync_to_async(threading.get_ident)()

        assert perform(stage, ask) == threading.get_ident()

    def test_thread_sensitive_context_of_a_request(self, stage):
        async def ask():
            async with ThreadSensitiveContext():
                return await sync_to_async(threading.get_ident)()

        assert perform(stage, ask) == threading.get_ident()

    def test_any_thread_in_the_context_of_a_request(self, stage):
        async def ask():
            async with ThreadSensitiveContext():
                await sync_to_async(threading.get_ident)()
                return await asyncio.to_thread(threading.get_ident)

        assert perform(stage, ask) != threading.get_ident()

    def test_executor_of_an_applications_own(self, stage):
        async def ask():
            with ThreadPoolExecutor(1) as pool:
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(pool, lambda: time.sleep(0.01) or "done")

        assert perform(stage, ask) == "done"

    def test_future_of_another_thread(self, stage):
        async def ask():
            with ThreadPoolExecutor(1) as pool:
                return await asyncio.wrap_future(pool.submit(lambda: time.sleep(0.01) or "done"))

        assert perform(stage, ask) == "done"

    def test_back_into_the_loop_and_again(self, stage):
        """Every level runs where a server has it: loop, test's thread, loop, test's thread…"""
        seen = []

        def sync(depth):
            seen.append(threading.get_ident())
            return 1 + async_to_sync(coroutine)(depth) if depth else 0

        async def coroutine(depth):
            await asyncio.sleep(0)
            return await sync_to_async(sync)(depth - 1)

        assert perform(stage, coroutine, 6) == 5
        assert set(seen) == {threading.get_ident()}

    def test_back_into_the_loop_from_any_thread(self, stage):
        async def answer():
            await asyncio.sleep(0)
            return asyncio.get_running_loop()

        async def ask():
            function = sync_to_async(lambda: async_to_sync(answer)(), thread_sensitive=False)
            return await function() is asyncio.get_running_loop()

        assert perform(stage, ask) is True

    def test_coroutine_handed_in_by_a_thread(self, stage):
        async def ask():
            loop = asyncio.get_running_loop()
            call = asyncio.run_coroutine_threadsafe
            return await asyncio.to_thread(lambda: call(asyncio.sleep(0, "there"), loop).result())

        assert perform(stage, ask) == "there"

    def test_others_go_on_while_a_job_waits_for_the_loop(self, stage):
        async def ping(event, other):
            event.set()
            await other.wait()
            return "both"

        async def ask():
            one, two = asyncio.Event(), asyncio.Event()
            task = asyncio.create_task(ping(two, one))
            return await sync_to_async(lambda: async_to_sync(ping)(one, two))(), await task

        assert perform(stage, ask) == ("both", "both")

    def test_exception_in_a_thread(self, stage):
        def fail():
            raise KeyError("lost")

        async def ask(function):
            with pytest.raises(KeyError, match="lost"):
                await function(fail)
            return "caught"

        assert perform(stage, ask, asyncio.to_thread) == "caught"
        assert perform(stage, ask, lambda function: sync_to_async(function)()) == "caught"

    def test_stop_iteration_in_the_tests_thread(self, stage):
        async def ask():
            await sync_to_async(next)(iter(()))

        with pytest.raises(RuntimeError, match="StopIteration"):
            perform(stage, ask)

    def test_cancelled_call_is_waited_for(self, stage):
        """What a thread does after its caller lost interest happens before the turn ends."""
        done = []

        async def ask():
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(
                    asyncio.to_thread(lambda: time.sleep(0.1) or done.append(True)), 0.01
                )

        perform(stage, ask)
        assert done == [True]

    def test_the_tests_own_async_to_sync_after_a_turn(self, stage):
        """It must not wait for the stage's loop, which rests."""

        async def ask():
            await sync_to_async(lambda: None)()

        perform(stage, ask)
        assert async_to_sync(asyncio.sleep)(0.001, "slept") == "slept"

    def test_callback_from_a_thread_nobody_counts(self, stage):
        """It waits for the next turn, which `has_work` announces."""
        event = []

        async def wait():
            loop, future = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()
            event.append(lambda: loop.call_soon_threadsafe(future.set_result, "called"))
            return await future

        task = start(stage, wait)
        thread = threading.Thread(target=event[0])
        thread.start()
        thread.join()
        assert not task.done()
        assert stage.has_work
        stage.settle()
        assert task.result() == "called"
        assert not stage.has_work


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
        assert time.monotonic() - began < 1

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


class TestBounds:
    def test_loop_that_awaits(self, hasty):
        async def busy():
            while True:
                await asyncio.sleep(0)

        with pytest.raises(StageError, match=r"\(.*busy\) at .*test_stage\.py:\d+ in busy"):
            start(hasty, busy)

    def test_loop_that_does_not_await(self, hasty):
        async def busy():
            while True:
                pass

        with pytest.raises(StageError, match=r"held the test's thread at .*test_stage.py:\d+ in b"):
            start(hasty, busy)

    def test_coroutine_that_sleeps_for_real(self, hasty):
        async def sleepy():
            time.sleep(60)

        with pytest.raises(StageError, match=r"held the test's thread at .*_stage.py:\d+ in sleep"):
            start(hasty, sleepy)

    def test_thread(self, hasty):
        def block():
            released.wait(60)

        released = threading.Event()

        async def call():
            await asyncio.to_thread(block)

        with pytest.raises(StageError, match=r"not come back: .*block, at .*_stage.py:\d+ in bl"):
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

        with pytest.raises(StageError, match=r"held the test's thread at .*_stage.py:\d+ in call"):
            start(hasty, ask)

    def test_job_that_waits_for_the_loop_in_vain(self, hasty):
        async def never():
            await asyncio.Event().wait()

        async def ask():
            await sync_to_async(lambda: async_to_sync(never)())()

        with pytest.raises(StageError, match=r"at .*_stage\.py:\d+ in never"):
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

    def test_work_within_the_bound(self, hasty):
        # All of them take longer than the bound, each much less.
        for _ in range(30):
            perform(hasty, asyncio.to_thread, time.sleep, 0.01)

    def test_the_tests_own_work_does_not_count(self, hasty):
        perform(hasty, asyncio.sleep, 0)
        time.sleep(0.6)
        perform(hasty, asyncio.sleep, 0)


class TestFailures:
    def test_others_are_told_with_the_first(self, stage):
        stage.failures += [KeyError("first"), OSError("second"), OSError("third")]
        with pytest.raises(KeyError) as caught:
            stage.settle()
        assert caught.value.__notes__ == ["2 more application(s) failed in the same turn: OSError"]
        stage.settle()

    def test_system_exit(self, stage):
        async def leave():
            raise SystemExit(3)

        with pytest.raises(SystemExit):
            perform(stage, leave)

    def test_system_exit_under_a_job(self, stage):
        async def leave():
            raise SystemExit(3)

        async def ask():
            await sync_to_async(lambda: async_to_sync(leave)())()

        with pytest.raises(SystemExit):
            perform(stage, ask)
        perform(stage, asyncio.sleep, 0)


class TestClosing:
    def test_twice(self, stage):
        stage.close()
        stage.close()

    def test_tasks_are_cancelled(self, stage):
        ended = []

        async def wait():
            try:
                await asyncio.sleep(3600)
            finally:
                await asyncio.to_thread(lambda: ended.append("thread"))
                await sync_to_async(lambda: ended.append("job"))()
                await asyncio.sleep(60)
                ended.append("slept")

        start(stage, wait)
        stage.close()
        assert ended == ["thread", "job", "slept"]

    def test_asynchronous_generators(self, stage):
        ended = []

        async def numbers():
            try:
                yield 1
            finally:
                ended.append(True)

        async def first():
            self.generator = numbers()
            return await self.generator.__anext__()

        assert perform(stage, first) == 1
        stage.close()
        assert ended == [True]

    def test_two_stages(self, stage):
        other = Stage(bound=5)
        perform(other, asyncio.to_thread, time.sleep, 0.001)
        other.close()
        assert perform(stage, asyncio.to_thread, lambda: "still there") == "still there"
