"""The stage: turns, failures, and what is left when it is closed."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import time

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from channeltest.errors import StageError
from channeltest.stage.stage import Stage
from tests.stage.acting import perform, start


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

        # It is the task's result, and ends neither the turn nor the test.
        task = start(stage, leave)
        assert isinstance(task.exception(), SystemExit)

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

    def test_what_waits_for_the_next_turn_happens_first(self, stage):
        done = []

        async def begin():
            event = asyncio.Event()

            async def wait():
                await event.wait()
                await asyncio.sleep(0.5)
                done.append("set")

            self.task = asyncio.create_task(wait())
            return asyncio.get_running_loop(), event

        loop, event = perform(stage, begin)
        loop.call_next_turn(event.set)
        stage.close()
        assert done == ["set"]

    def test_tasks_that_others_start_on_their_way_out(self, stage):
        started = []

        async def fail():
            try:
                await asyncio.Event().wait()
            finally:
                raise KeyError("on the way out")

        async def start_another():
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(10)
                started.append(asyncio.create_task(asyncio.Event().wait()))

        start(stage, fail)
        start(stage, start_another)
        stage.close()
        assert started[0].cancelled()


class TestLogs:
    def test_what_a_callback_raises(self, stage, caplog):
        async def begin():
            asyncio.get_running_loop().call_soon(lambda: 1 / 0)

        perform(stage, begin)
        assert "ZeroDivisionError" in caplog.text

    def test_not_what_freed_the_thread(self, hasty, caplog):
        def hold():
            while True:
                pass

        async def begin():
            asyncio.get_running_loop().call_soon(hold)

        with pytest.raises(StageError):
            perform(hasty, begin)
        assert caplog.records == []

    @pytest.mark.parametrize("error", [KeyError, asyncio.CancelledError])
    def test_not_how_an_application_ended(self, stage, caplog, error):
        async def end():
            raise error

        start(stage, end)
        gc.collect()
        assert caplog.records == []
