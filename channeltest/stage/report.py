"""Describes why a stage did not come to rest: which task, in which file, at which line."""

from __future__ import annotations

import asyncio
from types import FrameType
from typing import TYPE_CHECKING, Any

from ..rest.places import place_of_call, place_of_frame, place_of_task

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
            f"  a call in a thread has not come back: {_name(call)}, {place_of_call(call)}"
        )
    if held is not None:
        lines.append(f"  code that does not await held the test's thread at {place_of_frame(held)}")
    lines += _tasks_of(loop)
    if loop.work.descriptors:
        lines.append(f"  {loop.work.descriptors} socket(s) are open, and no answer came on one")
    lines.append(
        "Let the application end its loops and answer its sockets, or raise the bound "
        "(CHANNELTEST = {'STAGE_BOUND': seconds}, or stage_bound on the test case)"
    )
    return "\n".join(lines)


def describe_uncancelled(loop: StageLoop, ending: asyncio.Task[Any]) -> str:
    """Describe the tasks that go on although they were cancelled.

    Args:
        loop: The stage's loop.
        ending: The task that cancelled them.
    """
    lines = ["a task of an application goes on although it was cancelled:"]
    return "\n".join(lines + _tasks_of(loop, ending))


def _tasks_of(loop: StageLoop, but: asyncio.Task[Any] | None = None) -> list[str]:
    tasks = sorted(asyncio.all_tasks(loop) - {but}, key=lambda task: task.get_name())
    return [
        f"  task {task.get_name()} ({_name(task.get_coro())}) {place_of_task(task)}"
        for task in tasks
    ]


def _name(thing: Any) -> str:
    """Name a call or a coroutine; of asgiref's calls, what they call."""
    while hasattr(thing, "func"):
        name = getattr(thing.func, "__qualname__", "")
        if name.endswith(".thread_handler"):
            thing = thing.args[-1]
        elif name == "Context.run":
            thing = thing.args[0]
        else:
            thing = thing.func
    return str(getattr(thing, "__qualname__", None) or repr(thing))
