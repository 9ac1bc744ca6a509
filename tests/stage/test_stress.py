"""Bad luck on purpose: "nothing more comes" must not be decided wrongly, whatever the order."""

from __future__ import annotations

import _thread
import asyncio
import contextvars
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from asgiref.sync import async_to_sync, sync_to_async

from channeltest.stage.stage import Stage

TRIES = 10_000


class Mischief:
    """Makes coroutines that reach their end by detours, chosen and delayed at random."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.pool = ThreadPoolExecutor(2)
        self.began = self.ended = 0

    def dawdle(self):
        delay = self.random.random()
        # Mostly none at all: that is when two threads meet.
        if delay < 0.1:
            time.sleep(delay / 1000)

    async def task(self, depth=1):
        self.began += 1
        await self.random.choice(self.detours)(self, depth)
        self.ended += 1

    async def in_any_thread(self, depth):
        await asyncio.to_thread(self.dawdle)

    async def in_several_threads(self, depth):
        await asyncio.gather(*(asyncio.to_thread(self.dawdle) for _ in range(2)))

    async def in_the_tests_thread(self, depth):
        await sync_to_async(self.dawdle)()

    async def in_a_pool(self, depth):
        await asyncio.wrap_future(self.pool.submit(self.dawdle))

    async def back_from_the_tests_thread(self, depth):
        if depth:
            await sync_to_async(lambda: async_to_sync(self.task)(depth - 1))()

    async def back_from_a_thread(self, depth):
        if depth:
            back = sync_to_async(
                lambda: async_to_sync(self.task)(depth - 1), thread_sensitive=False
            )
            await back()

    async def by_a_callback(self, depth):
        loop, future = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()

        def call():
            self.dawdle()
            loop.call_soon_threadsafe(future.set_result, None)

        await asyncio.to_thread(call)
        await future

    async def from_outside(self, begin):
        loop, future = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()

        def call():
            self.dawdle()
            loop.call_soon_threadsafe(future.set_result, None)

        begin(call)
        await future

    async def by_a_new_thread(self, depth):
        await self.from_outside(lambda call: threading.Thread(target=call).start())

    async def by_a_low_level_thread(self, depth):
        await self.from_outside(lambda call: _thread.start_new_thread(call, ()))

    async def by_a_warm_pool(self, depth):
        await self.from_outside(self.pool.submit)

    async def after_a_while(self, depth):
        await asyncio.sleep(self.random.random() / 10)

    async def in_a_task_of_its_own(self, depth):
        if depth:
            # Asgiref does not let what inherits the context outlive an async_to_sync.
            context = contextvars.Context()
            self.kept = context.run(asyncio.create_task, self.task(depth - 1))

    async def through_a_queue(self, depth):
        queue = asyncio.Queue()
        await asyncio.to_thread(self.dawdle)
        queue.put_nowait(None)
        await queue.get()

    detours = [
        in_any_thread,
        in_several_threads,
        in_the_tests_thread,
        in_a_pool,
        back_from_the_tests_thread,
        back_from_a_thread,
        by_a_callback,
        by_a_new_thread,
        by_a_low_level_thread,
        by_a_warm_pool,
        after_a_while,
        in_a_task_of_its_own,
        through_a_queue,
    ]


def test_never_wrong():
    seed = random.randrange(2**32)
    mischief = Mischief(seed)
    stage = Stage(bound=20)
    wrong = 0
    for _ in range(TRIES):
        stage.settle(lambda: stage.run(mischief.task(), contextvars.Context()))
        wrong += mischief.began != mischief.ended
        mischief.began = mischief.ended
    stage.close()
    mischief.pool.shutdown()
    assert wrong == 0, f"{wrong} of {TRIES} with seed {seed}"
