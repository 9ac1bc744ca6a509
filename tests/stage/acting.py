"""Helpers that let coroutines act on a stage, and look whether they left anything behind."""

from __future__ import annotations

import contextlib
import contextvars
import gc
import os
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import channels.consumer
import channels.db
import channels.generic.http
import channels.generic.websocket
from asgiref.sync import SyncToAsync
from django.db import connections

from channeltest.stage.stage import Stage

# Whatever the harness touches while a stage stands is among these.
_MODULES = (channels.consumer, channels.db, channels.generic.http, channels.generic.websocket)


def start(stage: Stage, function: Callable[..., Coroutine[Any, Any, Any]], *args: Any) -> Any:
    """Run ``function(*args)`` on the stage until it rests; the task."""
    tasks = []
    stage.settle(lambda: tasks.append(stage.run(function(*args), contextvars.Context())))
    return tasks[0]


def perform(stage: Stage, function: Callable[..., Coroutine[Any, Any, Any]], *args: Any) -> Any:
    """Run ``function(*args)`` on the stage to its end; what it returned."""
    task = start(stage, function, *args)
    assert task.done(), f"{function.__qualname__} has not ended"
    return task.result()


def state_of_things() -> dict[str, Any]:
    """What a test could leave behind in this process."""
    gc.collect()
    return {
        # Asgiref's, in which a test's own async_to_sync ran, end when they are collected.
        "threads": {each for each in threading.enumerate() if "PoolExecutor" not in each.name},
        "descriptors": {
            (fd, target) for fd, target in _descriptors() if not target.endswith(".sqlite3")
        },
        "modules": {module.__name__: dict(vars(module)) for module in _MODULES},
        "connections": [sorted(vars(each)) for each in connections.all(initialized_only=True)],
        "loop": getattr(SyncToAsync.threadlocal, "main_event_loop", None),
    }


def _descriptors() -> Iterator[tuple[str, str]]:
    for fd in os.listdir("/proc/self/fd"):
        with contextlib.suppress(FileNotFoundError):
            yield fd, os.readlink(f"/proc/self/fd/{fd}")


@contextlib.contextmanager
def nothing_left_behind() -> Iterator[None]:
    """Fail if something is there after the block that was not there before it."""
    before = state_of_things()
    yield
    after = state_of_things()
    for name, was in before.items():
        # What an earlier test left may go meanwhile.
        more = after[name] - was if isinstance(was, set) else after[name]
        assert not more if isinstance(was, set) else more == was, name
