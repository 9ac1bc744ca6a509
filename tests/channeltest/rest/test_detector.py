"""When a loop that is not ours rests."""

from __future__ import annotations

import asyncio
import concurrent.futures
import multiprocessing
import operator
import socket
import threading
import time
from types import SimpleNamespace

import pytest
from asgiref.sync import SyncToAsync, sync_to_async

from channeltest import ApplicationCommunicator
from channeltest.rest.detector import Outcome, RestDetector, Wait, is_selector_loop
from channeltest.rest.patience import Patience
from tests.rounds import others_ran

from ..communicators.apps import silence, stopwatch

PATCHED = ("run_in_executor", "close")


def patched(loop, selector):
    return [name for name in PATCHED if name in vars(loop)] + [*vars(selector).keys() & {"select"}]


async def outcome(bound=0.3, ahead=None, rest=None):
    """How a wait ends that nobody ends."""
    loop = asyncio.get_running_loop()
    mine = rest or RestDetector(loop)
    if rest is None:
        mine.begin()
    try:
        return await mine.wait(Wait(loop, bound, bound if ahead is None else ahead))
    finally:
        if rest is None:
            mine.end()


async def check(begin, wanted=Outcome.LATE, bound=0.05):
    """Check how a wait ends while something is going on."""
    loop = asyncio.get_running_loop()
    rest = RestDetector(loop)
    rest.begin()
    try:
        end = await begin(loop)
        assert await outcome(bound, rest=rest) is wanted
        if end is not None:
            await end()
        assert await outcome(bound, rest=rest) is Outcome.REST
    finally:
        rest.end()


def test_at_rest():
    with stopwatch() as watch:
        assert asyncio.run(outcome(10)) is Outcome.REST
    assert watch.at_once


def test_late_as_soon_as_its_time_is_up():
    released = threading.Event()

    async def main():
        task = asyncio.ensure_future(asyncio.to_thread(released.wait))
        with stopwatch() as watch:
            assert await outcome(0.05) is Outcome.LATE
        released.set()
        await task
        assert watch.at_once

    asyncio.run(main())


def test_without_a_bound():
    released = threading.Event()

    async def main():
        task = asyncio.ensure_future(asyncio.to_thread(released.wait))
        threading.Timer(0.05, released.set).start()
        assert await outcome(None) is Outcome.REST
        assert task.done()

    asyncio.run(main())


def test_every_event_from_outside_renews_the_patience():
    ours, theirs = socket.socketpair()
    received = []

    def send():
        for _ in range(8):
            threading.Event().wait(0.05)
            theirs.send(b"x")

    async def main():
        loop = asyncio.get_running_loop()
        thread = threading.Thread(target=send)
        thread.start()
        rest = RestDetector(loop)
        rest.begin()
        loop.add_reader(ours, lambda: received.append(ours.recv(1)))
        try:
            return await rest.wait(Wait(loop, 5, None, Patience(0.2, 0.2)))
        finally:
            loop.remove_reader(ours)
            rest.end()
            thread.join()

    with ours, theirs:
        assert asyncio.run(main()) is Outcome.REST
    assert len(received) == 8


def test_waits_for_calls_that_need_one_thread():
    released = threading.Event()

    async def main():
        rest = RestDetector(asyncio.get_running_loop())
        rest.begin()
        try:
            assert await rest.wait_for_sensitive_calls(1)
            task = asyncio.ensure_future(sync_to_async(released.wait)())
            while not rest.sensitive_calls:
                await others_ran()
            assert not await rest.wait_for_sensitive_calls(0.05)
            threading.Timer(0.05, released.set).start()
            assert await rest.wait_for_sensitive_calls(5)
            await task
        finally:
            rest.end()

    asyncio.run(main())


def test_nothing_is_left_patched():
    async def main():
        loop = asyncio.get_running_loop()
        selector = loop._selector
        rest = RestDetector(loop)
        rest.begin()
        assert patched(loop, selector) == ["run_in_executor", "select"]
        rest.end()
        rest.end()
        assert patched(loop, selector) == []

    asyncio.run(main())


class TestTimers:
    def test_due_in_time(self):
        async def main():
            task = asyncio.create_task(asyncio.sleep(0.02))
            assert await outcome(0.5) is Outcome.REST
            assert task.done()

        asyncio.run(main())

    def test_due_later(self):
        async def main():
            task = asyncio.create_task(asyncio.sleep(5))
            with stopwatch() as watch:
                assert await outcome(1) is Outcome.REST
            assert watch.at_once and not task.done()

        asyncio.run(main())

    def test_due_while_nobody_looks_ahead(self):
        async def main():
            task = asyncio.create_task(asyncio.sleep(0.02))
            assert await outcome(1, ahead=0) is Outcome.REST
            assert not task.done()

        asyncio.run(main())

    def test_cancelled(self):
        async def main():
            asyncio.get_running_loop().call_later(0.9, print).cancel()
            with stopwatch() as watch:
                assert await outcome(1) is Outcome.REST
            assert watch.at_once

        asyncio.run(main())

    def test_again_and_again(self):
        async def main():
            async def heartbeat():
                while True:
                    await asyncio.sleep(0.01)

            task = asyncio.create_task(heartbeat())
            with stopwatch() as watch:
                await outcome(0.05)
            assert 0.03 < watch.took < 5
            task.cancel()

        asyncio.run(main())

    def test_one_that_never_rests(self):
        async def main():
            async def busy():
                while True:
                    await asyncio.sleep(0)

            task = asyncio.create_task(busy())
            assert await outcome(0.02) is Outcome.LATE
            task.cancel()

        asyncio.run(main())


class TestThreads:
    """`check` with calls that come back when the test lets them."""

    def blocked(self, start):
        async def begin(loop):
            event = threading.Event()
            job = asyncio.ensure_future(start(event.wait))

            async def end():
                event.set()
                await asyncio.wait([job])

            await others_ran()
            return end

        return begin

    @pytest.mark.parametrize(
        "start",
        [
            asyncio.to_thread,
            sync_to_async(lambda wait: wait()),
            sync_to_async(lambda wait: wait(), thread_sensitive=False),
        ],
    )
    def test_calls_in_threads(self, start):
        asyncio.run(check(self.blocked(start)))

    def test_calls_in_an_executor_of_the_tests(self):
        with concurrent.futures.ThreadPoolExecutor() as pool:

            async def start(wait):
                await asyncio.get_running_loop().run_in_executor(pool, wait)

            asyncio.run(check(self.blocked(start)))

    def test_bridged_futures(self):
        async def begin(loop):
            job = concurrent.futures.Future()

            async def wait():
                await asyncio.wrap_future(job)

            waiting = asyncio.create_task(wait())

            async def end():
                job.set_result(None)
                await waiting

            return end

        asyncio.run(check(begin))

    def test_a_cancelled_call_is_at_work_until_it_ends(self):
        async def begin(loop):
            event, began = threading.Event(), threading.Event()

            def work():
                began.set()
                event.wait()

            future = loop.run_in_executor(None, work)
            began.wait()
            future.cancel()

            async def end():
                event.set()
                await loop.shutdown_default_executor()

            return end

        asyncio.run(check(begin))

    def test_a_call_that_was_cancelled_before_it_began(self):
        async def begin(loop):
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                event = threading.Event()
                first = loop.run_in_executor(pool, event.wait)
                second = loop.run_in_executor(pool, event.wait)
                second.cancel()
                event.set()
                await first

        asyncio.run(check(begin, Outcome.REST))

    def test_a_cancelled_call_that_does_not_end_is_no_work_behind_the_wait_for_it(self):
        async def main():
            rest = RestDetector(asyncio.get_running_loop())
            rest.begin()
            rest.sensitive_calls.append(SimpleNamespace(is_cancelled=True))
            assert not await rest.wait_for_sensitive_calls(0.01)
            rest.sensitive_calls.clear()
            await others_ran()
            assert rest.work.pending() is None
            rest.end()

        asyncio.run(main())

    def test_a_cancelled_call_is_waited_for(self):
        begun, released = threading.Event(), threading.Event()
        pool = SyncToAsync.single_thread_executor
        # A thread that was there before does not count as one of the application's.
        pool.submit(int).result()

        def call():
            begun.set()
            released.wait()

        async def main():
            loop = asyncio.get_running_loop()
            select, calls = loop._selector.select, []

            def select_and_release(timeout=None):
                if calls and timeout != 0:
                    released.set()
                return select(timeout)

            loop._selector.select = select_and_release
            rest = RestDetector(loop)
            rest.begin()
            calls.append(loop.run_in_executor(pool, call))
            begun.wait()
            calls[0].cancel()
            assert await rest.wait_for_sensitive_calls(5)
            rest.end()

        try:
            asyncio.run(main())
        finally:
            released.set()

    def test_calls_in_processes(self):
        async def main():
            loop = asyncio.get_running_loop()
            rest = RestDetector(loop)
            rest.begin()
            context = multiprocessing.get_context("spawn")
            with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
                assert await loop.run_in_executor(pool, operator.add, 1, 2) == 3
            rest.end()

        asyncio.run(main())

    @pytest.mark.parametrize("daemon", [False, True])
    def test_a_thread_of_the_tests(self, daemon):
        async def begin(loop):
            event = threading.Event()
            thread = threading.Thread(target=event.wait, daemon=daemon)
            thread.start()

            async def end():
                event.set()
                thread.join()

            return end

        asyncio.run(check(begin))

    def test_a_thread_that_calls_into_the_loop(self):
        async def main():
            loop = asyncio.get_running_loop()
            communicator = ApplicationCommunicator(silence, {"type": "lifespan"})
            future = communicator.future
            assert not future.done()
            event = threading.Event()

            def post():
                event.wait()
                loop.call_soon_threadsafe(communicator.output_queue.put_nowait, "posted")

            thread = threading.Thread(target=post)
            thread.start()
            loop.call_later(0.01, event.set)
            assert await communicator.receive_output() == "posted"
            thread.join()

        asyncio.run(main())

    def test_a_wait_is_over_soon_after_the_thread(self):
        async def main():
            thread = threading.Timer(0.01, int)
            thread.start()
            with stopwatch() as watch:
                assert await outcome(5) is Outcome.REST
            assert watch.took < 1
            thread.join()

        asyncio.run(main())

    def test_daemons_that_were_there_before_do_not_count(self):
        event = threading.Event()
        thread = threading.Thread(target=event.wait, daemon=True)
        thread.start()
        assert asyncio.run(outcome()) is Outcome.REST
        event.set()
        thread.join()

    def test_a_pool_counts_while_it_works(self):
        async def begin(loop):
            event = threading.Event()
            pool = concurrent.futures.ThreadPoolExecutor(1)
            job = pool.submit(event.wait)

            async def end():
                event.set()
                job.result()
                pool.shutdown()

            return end

        asyncio.run(check(begin))

    def test_an_idle_pool_does_not_count(self):
        async def main():
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                pool.submit(int).result()
                with stopwatch() as watch:
                    assert await outcome(1) is Outcome.REST
                assert watch.at_once

        asyncio.run(main())


class TestSockets:
    def test_a_server_that_listens_is_idle_after_the_grace(self):
        async def main():
            rest = RestDetector(asyncio.get_running_loop())
            rest.begin()
            server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
            serving = asyncio.create_task(server.serve_forever())
            await others_ran()
            wait = Wait(asyncio.get_running_loop(), 5, 5, Patience(5))
            with stopwatch() as watch:
                assert await rest.wait(wait) is Outcome.REST
            assert watch.took < 1
            assert await outcome(0.03, rest=rest) is Outcome.LATE
            serving.cancel()
            server.close()
            rest.end()

        asyncio.run(main())

    def test_an_answer_that_is_waited_for(self):
        async def main():
            rest = RestDetector(asyncio.get_running_loop())
            rest.begin()
            ours, theirs = socket.socketpair()
            reader, writer = await asyncio.open_connection(sock=ours)
            reading = asyncio.create_task(reader.readline())
            assert await outcome(0.03, rest=rest) is Outcome.LATE
            theirs.sendall(b"answer\n")
            await reading
            assert await outcome(rest=rest) is Outcome.REST
            writer.close()
            await writer.wait_closed()
            theirs.close()
            rest.end()

        asyncio.run(main())

    def test_one_that_was_there_before(self):
        async def main():
            ours, theirs = socket.socketpair()
            reader, writer = await asyncio.open_connection(sock=ours)
            assert await outcome() is Outcome.REST
            reading = asyncio.create_task(reader.readline())
            assert await outcome(0.03) is Outcome.LATE
            theirs.sendall(b"answer\n")
            await reading
            writer.close()
            await writer.wait_closed()
            assert await outcome() is Outcome.REST
            theirs.close()

        asyncio.run(main())

    def test_an_event_without_a_bound(self):
        ours, theirs = socket.socketpair()

        async def main():
            loop = asyncio.get_running_loop()
            rest = RestDetector(loop)
            rest.begin()
            wait = Wait(loop, None, None)
            loop.add_reader(ours, wait.end, Outcome.DONE)
            theirs.send(b"x")
            try:
                return await rest.wait(wait)
            finally:
                loop.remove_reader(ours)
                rest.end()

        with ours, theirs:
            assert asyncio.run(main()) is Outcome.DONE


class TestTime:
    def test_held_by_a_call_is_no_waiting(self, monkeypatch):
        monkeypatch.setattr("channeltest.rest.detector._HELD", 0.02)

        async def main():
            async def slow():
                time.sleep(0.05)
                await asyncio.sleep(0.01)
                return True

            loop = asyncio.get_running_loop()
            rest = RestDetector(loop)
            rest.begin()
            wait = Wait(loop, 0.04, 0.04)
            task = asyncio.create_task(slow())
            task.add_done_callback(lambda _: wait.end(Outcome.DONE))
            assert await rest.wait(wait) is Outcome.DONE
            rest.end()

        asyncio.run(main())

    @pytest.mark.parametrize(("held", "longer"), [(0.4, 0.0), (0.6, 0.6)])
    def test_only_a_call_that_holds_the_loop_for_long_puts_a_wait_off(
        self, monkeypatch, held, longer
    ):
        clock = [1000.0]
        monkeypatch.setattr("channeltest.rest.detector.real_time", lambda: clock[0])

        async def main():
            loop = asyncio.get_running_loop()
            rest = RestDetector(loop)
            rest.begin()
            wait = Wait(loop, 1, 1)
            loop.call_soon(lambda: clock.append(clock.pop() + held))
            assert await rest.wait(wait) is Outcome.REST
            rest.end()
            return wait.ends - wait.began

        assert asyncio.run(main()) == pytest.approx(1 + longer)

    def test_the_selector_waits_no_longer_than_the_bound(self):
        released = threading.Event()
        asked = []

        async def main():
            loop = asyncio.get_running_loop()
            select = loop._selector.select
            loop._selector.select = lambda timeout=None: asked.append(timeout) or select(timeout)
            rest = RestDetector(loop)
            rest.begin()
            call = loop.run_in_executor(None, released.wait)
            del asked[:]
            assert await rest.wait(Wait(loop, 0.05, 0.05)) is Outcome.LATE
            assert asked and max(asked) <= 0.05
            released.set()
            await call
            rest.end()

        asyncio.run(main())

    def test_the_first_whose_time_is_up_ends_alone(self):
        async def main():
            loop = asyncio.get_running_loop()
            rest = RestDetector(loop)
            rest.begin()
            long, short = Wait(loop, 5, 5), Wait(loop, 1, 1)

            async def wait_short():
                assert await rest.wait(short) is Outcome.REST
                assert not long.over.done()
                long.end(Outcome.DONE)

            found = await asyncio.gather(rest.wait(long), wait_short())
            assert found == [Outcome.DONE, None]
            rest.end()

        asyncio.run(main())


def test_open_loops():
    loop = asyncio.SelectorEventLoop()
    assert is_selector_loop(loop)
    loop.close()
    assert not is_selector_loop(object())


def test_a_loop_that_is_only_half_of_asyncio():
    loop = asyncio.SelectorEventLoop()
    selector, loop._selector = loop._selector, object()
    assert not is_selector_loop(loop)
    loop._selector = selector
    assert not is_selector_loop(SimpleNamespace(_selector=selector))
    loop.close()
