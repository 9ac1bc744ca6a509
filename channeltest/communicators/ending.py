"""Ends what still runs in a loop whose test is over."""

from __future__ import annotations

import asyncio
from typing import Any

from ..config import stage_bound
from ..rest.detector import RestDetector
from ..rest.places import place_of_call

# Real seconds that cancelled applications have to end in.
_LAST_SECONDS = 1.0

# How many times what an unfinished call waits for is ended.
_ATTEMPTS = 3


async def end_calls(rest: RestDetector) -> None:
    """End the synchronous calls of applications that wait for a loop which does not run again.

    Args:
        rest: The detector of that loop, which runs this.

    Raises:
        AssertionError: A call waited for the loop, or does not come back; the text has its line.
    """
    bound = min(_LAST_SECONDS, stage_bound())
    loop = asyncio.get_running_loop()
    waited: list[str] = []
    for _ in range(_ATTEMPTS):
        awaited = []
        for call in rest.sensitive_calls[:]:
            future = call.awaited()
            if future is not None:
                awaited.append(future)
                waited.append(place_of_call(call.func))
        # A call asks the loop to make a task, and waits: the loop does it in this round.
        round_ended = loop.create_future()
        loop.call_soon(round_ended.set_result, None)
        await round_ended
        await cancel([*asyncio.all_tasks() - {asyncio.current_task()}])
        for future in awaited:
            # asyncio cancels a task before its first line, too: asgiref then sets no result.
            future.cancel()
        if await rest.wait_for_sensitive_calls(bound):
            break
    else:
        places = ", ".join(place_of_call(call.func) for call in rest.sensitive_calls)
        raise AssertionError(
            "the test is over, and a synchronous call of its application does not come back, "
            f"although what it waited for was cancelled; it is {places}. Have the test wait for "
            "it, or have it return"
        )
    if waited:
        places = ", ".join(dict.fromkeys(waited))
        raise AssertionError(
            "the test is over, and a synchronous call of its application waited for the event "
            f"loop, which does not run again; it was {places}. Have the test wait "
            "for what the application does there"
        )


async def cancel(tasks: list[asyncio.Task[Any]]) -> None:
    """Cancel tasks, and wait for them for a while."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=_LAST_SECONDS)
