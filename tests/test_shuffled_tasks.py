"""`shuffled_tasks`: the order of tasks is another one, that of callbacks is asyncio's."""

from __future__ import annotations

import asyncio

from .rounds import others_ran
from .shuffled_tasks import shuffling

NUMBERS = list(range(10))


async def orders():
    """In which order ten new tasks run, ten that waited for an event, and ten callbacks."""
    new, woken, called, event = [], [], [], asyncio.Event()

    async def run(number):
        new.append(number)
        await event.wait()
        woken.append(number)

    tasks = [asyncio.create_task(run(number)) for number in NUMBERS]
    await asyncio.sleep(0)
    for number in NUMBERS:
        asyncio.get_running_loop().call_soon(called.append, number)
    event.set()
    await asyncio.wait(tasks)
    return new, woken, called


def test_tasks_are_shuffled_and_callbacks_are_not():
    with shuffling(7):
        new, woken, called = asyncio.run(orders())
    assert sorted(new) == sorted(woken) == called == NUMBERS
    assert new != NUMBERS and woken != NUMBERS


def test_a_seed_repeats_the_order():
    with shuffling(7):
        first = asyncio.run(orders())
    with shuffling(7):
        assert asyncio.run(orders()) == first
    with shuffling(8):
        assert asyncio.run(orders()) != first


async def steps_of_others(steps):
    """How many steps each of ten other tasks has run after `others_ran`."""
    ran = dict.fromkeys(NUMBERS, 0)

    async def run(number):
        while True:
            ran[number] += 1
            await asyncio.sleep(0)

    tasks = [asyncio.create_task(run(number)) for number in NUMBERS]
    await others_ran(steps)
    for task in tasks:
        task.cancel()
    return min(ran.values())


def test_the_others_have_run_whatever_the_order():
    for seed in range(20):
        with shuffling(seed):
            assert asyncio.run(steps_of_others(1)) >= 1
            assert asyncio.run(steps_of_others(3)) >= 3
