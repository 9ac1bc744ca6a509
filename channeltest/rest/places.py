"""Where a task or a thread is: the innermost line of the application's own code."""

from __future__ import annotations

import asyncio
import os
import sys
import sysconfig
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

from ..other_threads import without_collections

_HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_STANDARD_LIBRARY = sysconfig.get_path("stdlib") + os.sep
_INSTALLED = ("site-packages" + os.sep, "dist-packages" + os.sep)
# Between an application and the loop, wherever they are installed.
_MACHINERY = ("asgiref", "channels", "django")


def place_of_task(task: asyncio.Task[Any]) -> str:
    """Where a task waits: the innermost line of the application's own code."""
    frames = []
    coroutine: Any = task.get_coro()
    while coroutine is not None:
        frame = getattr(coroutine, "cr_frame", None) or getattr(coroutine, "ag_frame", None)
        if frame is not None:
            frames.append(frame)
        coroutine = getattr(coroutine, "cr_await", None) or getattr(coroutine, "ag_await", None)
    if not frames:
        return "ended"
    return f"at {_place(_nearest_own(reversed(frames)))}"


@without_collections
def place_of_thread(thread: threading.Thread) -> str:
    """Where a thread is: the innermost line of the application's own code."""
    frame = sys._current_frames().get(thread.ident or 0)
    return "ended" if frame is None else f"at {place_of_frame(frame)}"


@without_collections
def place_of_call(call: object) -> str:
    """Where the thread is that runs a call which was handed to an executor."""
    frames = sys._current_frames()
    # This one has the call too.
    del frames[threading.get_ident()]
    for frame in frames.values():
        if any(_runs(each, call) for each in callers(frame)):
            return f"at {place_of_frame(frame)}"
    return "ended"


def callers(frame: FrameType | None) -> Iterator[FrameType]:
    """Yield ``frame`` and the frames that called it, the innermost first."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def place_of_frame(frame: FrameType) -> str:
    """Where a frame is, or the nearest of its callers that is of the application's own code."""
    return _place(_nearest_own(callers(frame)))


def _runs(frame: FrameType, call: object) -> bool:
    return any(
        value is call or getattr(value, "fn", None) is call for value in frame.f_locals.values()
    )


def _nearest_own(frames: Iterator[FrameType]) -> FrameType:
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
