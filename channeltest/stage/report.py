"""Says why a stage did not come to rest: which task, in which file, at which line."""

from __future__ import annotations

import asyncio
import os
import sys
import sysconfig
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

from .loop import StageLoop

_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_STANDARD_LIBRARY = sysconfig.get_path("stdlib") + os.sep
_INSTALLED = ("site-packages" + os.sep, "dist-packages" + os.sep)
# Between an application and the loop, wherever they are installed.
_MACHINERY = ("asgiref", "channels", "django")


def describe(loop: StageLoop, bound: float, held: FrameType | None = None) -> str:
    """Describe what a loop is busy with.

    Args:
        loop: The stage's loop.
        bound: Real seconds it was given.
        held: Where code held the test's thread, if it did.

    Returns:
        Some lines of text that name calls in threads, sockets, tasks and where they are.
    """
    lines = [f"the applications did not come to rest within {bound:g} s of real time:"]
    for call in list(loop.in_flight.values()):
        lines.append(f"  a call in a thread has not come back: {_name(call)}{_place_of(call)}")
    if held is not None:
        lines.append(f"  code that does not await held the test's thread at {_own_frame(held)}")
    lines += _tasks_of(loop)
    if loop.sockets.waits():
        lines.append(f"  {loop.sockets.open()} socket(s) are open, and no answer came on one")
    lines.append(
        "Let the application end its loops and answer its sockets, or raise the bound "
        "(CHANNELTEST = {'STAGE_BOUND': seconds}, or stage_bound on the test case)"
    )
    return "\n".join(lines)


def describe_undead(loop: StageLoop, ending: asyncio.Task[Any]) -> str:
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


def place_of_task(task: Any) -> str:
    """Where a task waits: the innermost line of the application's own code."""
    frames = []
    coroutine = task.get_coro()
    while coroutine is not None:
        frame = getattr(coroutine, "cr_frame", None) or getattr(coroutine, "ag_frame", None)
        if frame is not None:
            frames.append(frame)
        coroutine = getattr(coroutine, "cr_await", None) or getattr(coroutine, "ag_await", None)
    if not frames:
        return "ended"
    return f"at {_place(_most_telling(reversed(frames)))}"


def place_of_thread(thread: threading.Thread) -> str:
    """Where a thread is: the innermost line of the application's own code."""
    frame = sys._current_frames().get(thread.ident or 0)
    return "ended" if frame is None else f"at {_own_frame(frame)}"


def _place_of(call: Any) -> str:
    """Where the thread that runs ``call`` is now."""
    for frame in sys._current_frames().values():
        if any(_runs(entry, call) for entry in _stack(frame)):
            return f", at {_own_frame(frame)}"
    return ""


def _runs(frame: FrameType, call: Any) -> bool:
    return frame.f_globals.get("__name__") == StageLoop.__module__ and any(
        value is call for value in frame.f_locals.values()
    )


def _stack(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _own_frame(frame: FrameType) -> str:
    return _place(_most_telling(_stack(frame)))


def _most_telling(frames: Iterator[FrameType]) -> FrameType:
    """Of frames from the innermost on, the first of the application's own code."""
    innermost, *outer = frames
    found = [innermost, *outer]
    for is_foreign in (_is_installed, _is_machinery):
        for frame in found:
            if not is_foreign(frame):
                return frame
    return innermost


def _is_installed(frame: FrameType) -> bool:
    name = frame.f_code.co_filename
    return _is_machinery(frame) or any(part in name for part in _INSTALLED)


def _is_machinery(frame: FrameType) -> bool:
    name = frame.f_code.co_filename
    package = frame.f_globals.get("__name__", "").partition(".")[0]
    is_standard = name.startswith((_STANDARD_LIBRARY, "<frozen")) and not any(
        part in name for part in _INSTALLED
    )
    return is_standard or package in _MACHINERY or name.startswith(_HERE)


def _place(frame: FrameType) -> str:
    return f"{frame.f_code.co_filename}:{frame.f_lineno} in {frame.f_code.co_name}"


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
