"""Describes why a stage did not come to rest: which task, in which file, at which line."""

from __future__ import annotations

import asyncio
from types import FrameType
from typing import TYPE_CHECKING

from ..rest.places import place_of_call, place_of_frame
from ..rest.timeouts import task_of
from ..rest.uncancelled import lines_of, name_of

if TYPE_CHECKING:
    from .loop import StageLoop


def describe(loop: StageLoop, bound: float, held: FrameType | None = None) -> str:
    """Describe what a loop is busy with.

    Args:
        loop: The stage's loop.
        bound: Real seconds that the turn could take.
        held: Where code held the test's thread, if it did.

    Returns:
        Some lines of text that name calls in threads, sockets, tasks and where they are.
    """
    lines = [f"the applications did not come to rest within {bound:g} s of real time:"]
    for call in list(loop.calls.values()):
        lines.append(
            f"  a call in a thread has not come back: {name_of(call)}, {place_of_call(call)}"
        )
    if held is not None:
        lines.append(f"  code that does not await held the test's thread at {place_of_frame(held)}")
    lines += lines_of(asyncio.all_tasks(loop))
    if loop.work.descriptors:
        lines.append(f"  {loop.work.descriptors} socket(s) are open, and no answer came on one")
    lines.append(
        "Let the application end its loops and answer its sockets, or raise the bound "
        "(CHANNELTEST = {'STAGE_BOUND': seconds}, or stage_bound on the test case)"
    )
    return "\n".join(lines)


# Timers that a description names.
_NAMED = 3


def describe_timers(loop: StageLoop) -> str:
    """Describe the timers that applications wait for, and how to let them fire.

    Args:
        loop: The stage's loop.

    Returns:
        Some lines of text, none if no task waits for a timer.
    """
    lines: list[str] = []
    tasks = asyncio.all_tasks(loop)
    for timer in sorted(loop.timers, key=lambda timer: timer.when()):
        task = task_of(timer, tasks)
        if task is not None and len(lines) < _NAMED:
            seconds = timer.when() - loop.time()
            lines += [f"  in {seconds:g} s: {line.strip()}" for line in lines_of([task])]
    if not lines:
        return ""
    lines.insert(0, "Applications wait for timers, while the time of the test stands still:")
    lines.append(
        "advance(seconds) of the stage lets it pass: self.stage in a test case, and "
        "client.connection.stage elsewhere"
    )
    return "\n".join(lines)
