"""Says why a stage did not come to rest: which task, in which file, at which line."""

from __future__ import annotations

import asyncio
import sys
import traceback
from types import CodeType, FrameType
from typing import Any

from .loop import StageLoop

_LIBRARIES = ("asyncio/", "concurrent/", "selectors.py", "threading.py", "site-packages/asgiref/")


def describe(loop: StageLoop, bound: float, held: FrameType | None = None) -> str:
    """Describe what a loop is busy with.

    Args:
        loop: The stage's loop.
        bound: Real seconds it was given.
        held: Where code held the loop's thread without awaiting, if it did.

    Returns:
        Some lines of text that name calls in threads, sockets, tasks and where they are.
    """
    lines = [f"the applications did not come to rest within {bound:g} s of real time:"]
    for call in list(loop.in_flight.values()):
        lines.append(f"  a call in a thread has not come back: {_name(call)}{_place_of(call)}")
    if held is not None:
        lines.append(f"  code that does not await held the event loop at {_own_frame(held)}")
    for task in _tasks(loop):
        lines.append(f"  task {task.get_name()} ({_name(task.get_coro())}) {place_of_task(task)}")
    sockets = loop.sockets()
    if sockets:
        lines.append(f"  {len(sockets)} socket(s) are open whose other end may not have answered")
    lines.append(
        "Let the application end its loops and answer its sockets, or raise the bound "
        "(CHANNELTEST = {'STAGE_BOUND': seconds})"
    )
    return "\n".join(lines)


def _tasks(loop: StageLoop) -> list[Any]:
    try:
        return sorted(asyncio.all_tasks(loop), key=lambda task: task.get_name())
    except RuntimeError:
        # The loop's thread changed the set meanwhile: it is busy, and its frame tells.
        return []


def place_of_task(task: Any) -> str:
    """Where a task waits: the innermost line of the application's own code."""
    coroutine, best = task.get_coro(), ""
    while coroutine is not None:
        frame = getattr(coroutine, "cr_frame", None) or getattr(coroutine, "ag_frame", None)
        if frame is not None and (not best or not _is_library(frame.f_code)):
            best = _place(frame)
        coroutine = getattr(coroutine, "cr_await", None) or getattr(coroutine, "ag_await", None)
    return f"at {best}" if best else "ended"


def _place_of(call: Any) -> str:
    """Where the thread that runs ``call`` is now."""
    wanted = getattr(call, "__code__", None)
    for frame in sys._current_frames().values():
        stack = [entry for entry, _ in traceback.walk_stack(frame)]
        if any(entry.f_code is wanted for entry in stack) or _runs(stack, call):
            place = _own_frame(frame)
            return f", at {place}" if place else ""
    return ""


def _runs(stack: list[FrameType], call: Any) -> bool:
    return any(call in entry.f_locals.values() for entry in stack if entry.f_code.co_name == "call")


def _own_frame(frame: FrameType | None) -> str:
    while frame is not None:
        if not _is_library(frame.f_code) and "channeltest/" not in frame.f_code.co_filename:
            return _place(frame)
        frame = frame.f_back
    return ""


def _is_library(code: CodeType) -> bool:
    return any(part in code.co_filename for part in _LIBRARIES)


def _place(frame: FrameType) -> str:
    return f"{frame.f_code.co_filename}:{frame.f_lineno} in {frame.f_code.co_name}"


def _name(thing: Any) -> str:
    while hasattr(thing, "func"):
        thing = thing.func
    return str(getattr(thing, "__qualname__", None) or repr(thing))
