"""Shuffles the tasks that an event loop runs next, so that what depends on their order fails.

``CHANNELTEST_SHUFFLE=seed`` in the environment turns it on; each test begins with the same seed.
Only steps of tasks change places with each other: asyncio promises the order of callbacks, and its
transports need it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
from asyncio.selector_events import BaseSelectorEventLoop
from collections.abc import Iterator
from typing import Any

import pytest

VARIABLE = "CHANNELTEST_SHUFFLE"


def is_step(handle: asyncio.Handle) -> bool:
    """Whether a handle runs the next step of a task."""
    callback: Any = handle._callback
    of_task = isinstance(getattr(callback, "__self__", None), asyncio.Task)
    return of_task or type(callback).__name__ == "TaskStepMethWrapper"


def shuffle(ready: Any, source: random.Random) -> None:
    """Shuffle the steps of tasks among the handles of a loop that are ready (a deque)."""
    places = [place for place, handle in enumerate(ready) if is_step(handle)]
    handles = [ready[place] for place in places]
    source.shuffle(handles)
    for place, handle in zip(places, handles, strict=True):
        ready[place] = handle


@contextlib.contextmanager
def shuffling(seed: int) -> Iterator[None]:
    """Shuffle the tasks of all loops in a block."""
    source = random.Random(seed)
    process_events = BaseSelectorEventLoop._process_events

    def process_and_shuffle(loop: Any, events: Any) -> None:
        # Called in each round, before the loop takes what is ready.
        process_events(loop, events)
        if len(loop._ready) > 1:
            shuffle(loop._ready, source)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(BaseSelectorEventLoop, "_process_events", process_and_shuffle)
        yield


@pytest.fixture(autouse=True)
def shuffled_tasks() -> Iterator[None]:
    """Shuffle the tasks of all loops in the test, if the environment says so."""
    seed = os.environ.get(VARIABLE)
    with contextlib.nullcontext() if seed is None else shuffling(int(seed)):
        yield
