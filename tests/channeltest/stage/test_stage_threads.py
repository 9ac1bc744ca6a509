"""`stage.stage`: calls in threads, and calls that need the test's thread."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import ThreadSensitiveContext, async_to_sync, sync_to_async

from tests.stage.acting import perform, start


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
