"""Names tasks that go on although they were cancelled, and keeps them from doing harm later."""

from __future__ import annotations

import asyncio
import ctypes
from collections.abc import Iterable
from typing import Any

from .places import place_of_task


def lines_of(tasks: Iterable[asyncio.Task[Any]]) -> list[str]:
    """Return a line of text for each task: its name, its coroutine, and where it waits."""
    # Task-9 was made before Task-10.
    in_order = sorted(tasks, key=lambda task: (len(task.get_name()), task.get_name()))
    return [
        f"  task {task.get_name()} ({name_of(task.get_coro())}) {place_of_task(task)}"
        for task in in_order
    ]


def describe_uncancelled(tasks: Iterable[asyncio.Task[Any]]) -> str:
    """Describe tasks that go on although they were cancelled."""
    return "\n".join(
        [
            "a task of an application goes on although it was cancelled:",
            *lines_of(tasks),
            "Let it end: do not catch asyncio.CancelledError, or raise it again",
        ]
    )


def keep(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Keep tasks until the process ends: collecting one would warn in another test."""
    for task in tasks:
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(task))


def name_of(thing: Any) -> str:
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
