"""Lets the other tasks of a loop run, in whatever order the loop takes them."""

from __future__ import annotations

import asyncio


async def others_ran(steps: int = 1) -> None:
    """Return when each task that could run has run so many steps.

    ``asyncio.sleep(0)`` says this only of a loop that takes its tasks in the order in which they
    became ready, which `tests.shuffled_tasks` changes. A callback keeps its place between the
    rounds of the loop; the task that it wakes runs in the round after.
    """
    loop = asyncio.get_running_loop()
    for _ in range(steps):
        round_ended = loop.create_future()
        loop.call_soon(round_ended.set_result, None)
        await round_ended
