"""Which threads are at work."""

from __future__ import annotations

import _thread
import asyncio
import gc
import os
import threading
from concurrent.futures import CancelledError, ThreadPoolExecutor
from concurrent.futures import thread as pools

import pytest
from asgiref.sync import SyncToAsync, async_to_sync, sync_to_async

from channeltest.patching import Patches
from channeltest.rest.threads import (
    NewThreads,
    SensitiveCall,
    calls_that_wait_for_a_loop,
    noting_new_threads,
    set_resting,
)


@pytest.fixture
def held():
    """A function that holds its thread until the test is over."""
    lock = threading.Lock()
    with lock:
        yield lock.acquire
        ends = [each for each in threading.enumerate() if each.name == "held"]
    for thread in ends:
        thread.join()


def at_work(new):
    running, waiting = new.at_work()
    return bool(running), waiting


def start(target):
    thread = threading.Thread(target=lambda: target() and target.__self__.release(), name="held")
    thread.start()
    return thread


def test_none():
    assert at_work(NewThreads()) == (False, False)


def test_those_of_before(held):
    start(held)
    assert at_work(NewThreads()) == (False, False)


def test_new_ones(held):
    new = NewThreads()
    start(held)
    assert at_work(new) == (True, False)


def test_the_one_that_asks(held):
    new, found = NewThreads(), []
    start(held)
    thread = threading.Thread(target=lambda: found.append(new.at_work()))
    thread.start()
    thread.join()
    ((running, _),) = found
    assert len(running) == 1


def test_those_that_others_release():
    new, event = NewThreads(), threading.Event()
    thread = threading.Thread(target=event.wait)
    thread.start()
    while not new.at_work()[1]:
        pass
    assert at_work(new) == (False, True)
    event.set()
    thread.join()
    assert at_work(new) == (False, False)


def test_some_that_run_beside_one_that_others_release(held):
    new, event = NewThreads(), threading.Event()
    thread = threading.Thread(target=event.wait)
    thread.start()
    while not new.at_work()[1]:
        pass
    start(held)
    start(held)
    running, waiting = new.at_work()
    assert (len(running), waiting) == (2, True)
    event.set()
    thread.join()


def test_timers_run():
    new = NewThreads()
    timer = threading.Timer(30, int)
    timer.start()
    assert at_work(new) == (True, False)
    timer.cancel()
    timer.join()


def test_low_level_threads():
    new, lock, ended = NewThreads(), threading.Lock(), threading.Lock()

    def work():
        with lock:
            ended.release()

    ended.acquire()
    with lock:
        _thread.start_new_thread(work, ())
        while not at_work(new)[0]:
            pass
    with ended:
        pass
    while at_work(new)[0]:
        pass


def test_several_low_level_threads():
    new, locks = NewThreads(), [threading.Lock() for _ in range(2)]
    for lock in locks:
        lock.acquire()
        _thread.start_new_thread(lambda lock=lock: lock.acquire() and lock.release(), ())
    while len(new.at_work()[0]) < 2:
        pass
    for lock in locks:
        lock.release()
    while at_work(new)[0]:
        pass


def test_several_low_level_threads_that_have_not_begun(monkeypatch, held):
    patches, begin = Patches(noting_new_threads), []
    patches.start()
    monkeypatch.setattr(noting_new_threads, "original", lambda *arguments: begin.append(arguments))
    try:
        _thread.start_new_thread(int, ())
        new = NewThreads()
        for _ in range(2):
            _thread.start_new_thread(int, ())
        assert len(new.at_work()[0]) == 2, "those that began before do not count"
        for run, args, kwargs in begin:
            run(*args, **kwargs)
    finally:
        patches.stop()
    assert at_work(new) == (False, False)
    start(held)
    assert len(new.at_work()[0]) == 1


def test_low_level_threads_that_have_not_begun(monkeypatch):
    """The interpreter counts them only when they run, which on a busy machine may take a while."""
    new, begin = NewThreads(), []
    patches = Patches(noting_new_threads)
    patches.start()
    monkeypatch.setattr(noting_new_threads, "original", lambda *arguments: begin.append(arguments))
    ran = []
    try:
        _thread.start_new_thread(ran.append, ("ran",))
        assert at_work(new) == (True, False)
        # Threads of other tests may still be about to end.
        while at_work(NewThreads()) != (False, False):
            pass
        ((run, args, kwargs),) = begin
        run(*args, **kwargs)
    finally:
        patches.stop()
    assert ran == ["ran"]
    assert at_work(new) == (False, False)


def test_a_low_level_thread_that_cannot_be_started(monkeypatch):
    new, patches = NewThreads(), Patches(noting_new_threads)
    patches.start()
    try:
        with pytest.raises(TypeError):
            _thread.start_new_thread(int, None)
    finally:
        patches.stop()
    assert at_work(new) == (False, False)


def test_a_thread_that_is_about_to_end_does_nothing(monkeypatch):
    """`threading` forgets it before it has ended."""
    new, ends = NewThreads(), threading.Event()
    thread = threading.Thread(target=ends.wait)
    thread.start()
    while not new.at_work()[1]:
        pass
    others = [each for each in threading.enumerate() if each is not thread]
    monkeypatch.setattr(threading, "enumerate", lambda: others)
    try:
        # Threads of other tests may be about to end, too.
        while new.at_work() != (set(), False):
            pass
    finally:
        ends.set()
        thread.join()


def test_numbers_are_used_again():
    ended = threading.Event()
    old = threading.Thread(target=ended.wait)
    old.start()
    new = NewThreads()
    ended.set()
    old.join()
    lock = threading.Lock()
    with lock:
        thread = threading.Thread(target=lambda: lock.acquire() and lock.release())
        thread.start()
        assert at_work(new) == (True, False)
    thread.join()


def with_idle(pool):
    """Return what has found the workers of a pool idle."""
    pool.submit(int).result()
    new = NewThreads()
    while at_work(new)[0]:
        pass
    return new


class TestPools:
    def test_idle(self):
        with ThreadPoolExecutor(2) as pool:
            pool.submit(int).result()
            new = NewThreads()
            while at_work(new)[0]:
                pass
            assert at_work(new) == (False, False)

    def test_one_of_before_that_works(self, held):
        with ThreadPoolExecutor(2) as pool:
            pool.submit(int).result()
            new, lock = NewThreads(), threading.Lock()
            with lock:
                pool.submit(lambda: lock.acquire() and lock.release())
                assert at_work(new)[0]

    def test_a_new_thread_beside_an_idle_one(self, held):
        with ThreadPoolExecutor(1) as pool:
            new = with_idle(pool)
            start(held)
            assert at_work(new) == (True, False)

    def test_a_new_thread_beside_idle_and_resting_ones(self, held):
        resting = [start(held) for _ in range(3)]
        with ThreadPoolExecutor(2) as pool, ThreadPoolExecutor(1) as other:
            with_idle(other)
            new = with_idle(pool)
            for thread in resting:
                set_resting(thread, True)
            assert at_work(new) == (False, False)
            start(held)
            try:
                assert at_work(new) == (True, False)
            finally:
                for thread in resting:
                    set_resting(thread, False)

    def test_one_whose_call_cannot_be_seen_yet(self):
        """A pool counts a worker as busy before the worker has the call."""
        with ThreadPoolExecutor(1) as pool:
            new = with_idle(pool)
            pool._idle_semaphore.acquire()
            assert at_work(new)[0]
            pool._idle_semaphore.release()
            while at_work(new)[0]:
                pass

    def test_one_that_its_pool_has_not_registered_yet(self, monkeypatch):
        new = NewThreads()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(int).result()
            (worker,) = pool._threads
            with monkeypatch.context() as patched:
                patched.delitem(pools._threads_queues, worker)
                assert at_work(new)[0]
            while at_work(new)[0]:
                pass

    def test_a_new_thread_in_the_place_of_an_idle_one(self, held):
        with ThreadPoolExecutor(1) as pool:
            new = with_idle(pool)
        start(held)
        assert at_work(new) == (True, False)

    def test_idle_ones_that_work_again(self, held):
        with ThreadPoolExecutor(2) as pool:
            new, lock = with_idle(pool), threading.Lock()
            for _ in range(3):
                with lock:
                    job = pool.submit(lambda: lock.acquire() and lock.release())
                    assert at_work(new)[0]
                job.result()
                while at_work(new)[0]:
                    pass
                assert at_work(new) == (False, False)

    def test_never_idle_with_work(self):
        """However the worker is interrupted on its way to the call."""
        with ThreadPoolExecutor(1) as pool:
            pool.submit(int).result()
            new = NewThreads()
            for _ in range(2000):
                job = pool.submit(int)
                seen = at_work(new)[0]
                assert seen or job.done()
                job.result()


def test_resting_threads_of_the_harness(held):
    new = NewThreads()
    thread = start(held)
    set_resting(thread, True)
    assert at_work(new) == (False, False)
    start(held)
    assert len(new.at_work()[0]) == 1
    set_resting(thread, False)
    assert at_work(new) == (True, False)


def test_calls_that_wait_for_a_loop():
    async def count():
        # The thread gets there, once it has handed the coroutine over.
        while not (calls := calls_that_wait_for_a_loop()):
            pass
        return calls

    async def main():
        return await sync_to_async(async_to_sync(count), thread_sensitive=False)()

    assert calls_that_wait_for_a_loop() == 0
    assert asyncio.run(main()) == 1


def nested(depth, coroutine_function):
    """A function whose thread waits for a loop, in calls that wait for it so many times."""

    async def step():
        await (
            sync_to_async(nested(depth - 1, coroutine_function)) if depth else coroutine_function
        )()

    return async_to_sync(step)


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_a_thread_of_no_pool_waits_for_the_loop_itself(depth):
    """Each call that it makes meanwhile, and that waits again, is a call that waits."""
    waiting, release = threading.Event(), threading.Event()

    async def until_released():
        waiting.set()
        while not release.is_set():
            await asyncio.sleep(0)

    thread = threading.Thread(target=nested(depth, until_released))
    thread.start()
    waiting.wait()
    call = SensitiveCall(int, [], int)
    try:
        # The threads get there, once they have handed the coroutine over.
        while calls_that_wait_for_a_loop() != depth:
            pass
        assert call.awaited() is None, "another waits"
    finally:
        release.set()
        thread.join()


class TestSensitiveCalls:
    def test_the_traceback_of_one_ends_at_its_caller(self):
        with pytest.raises(ZeroDivisionError) as caught:
            SensitiveCall(lambda: 1 / 0, [], int).make()
        assert "make" not in [entry.name for entry in caught.traceback.filter(caught)]

    def test_one_is_known_while_it_is_made(self):
        running, made = [], []
        call = SensitiveCall(lambda number: (running[:], number), running, lambda: made.append(1))
        assert call.make(7) == ([call], 7)
        assert (running, made, call.is_cancelled) == ([], [1], False)

    # Its loop never runs the coroutine; it is collected before the test ends.
    @pytest.mark.filterwarnings("ignore:coroutine '.*' was never awaited:RuntimeWarning")
    def test_what_one_awaits_whose_loop_does_not_run(self):
        loop, made = asyncio.new_event_loop(), threading.Event()

        def wait_for_the_loop():
            asgiref = SyncToAsync.threadlocal
            asgiref.main_event_loop, asgiref.main_event_loop_pid = loop, os.getpid()
            async_to_sync(asyncio.sleep)(0)

        call = SensitiveCall(wait_for_the_loop, [], made.set)
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(call.make)
            while not made.is_set():
                if (awaited := call.awaited()) is not None:
                    awaited.cancel()
            with pytest.raises(CancelledError):
                future.result()
            del future
        loop.close()
        gc.collect()
