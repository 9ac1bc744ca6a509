"""Finds the timers that end waits for something outside the loop: their time is always real."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from types import MethodType
from typing import Any

from .waits import Future, Source, Task, future_of, futures_awaited_by, source_of

_CONTAINERS = (tuple, list, set, frozenset)


def timeouts_in(
    timers: Iterable[asyncio.TimerHandle], tasks: Iterable[Task]
) -> list[asyncio.TimerHandle]:
    """Return the timers that would end a wait for something outside the loop.

    These are the timers of ``asyncio.wait_for``, ``asyncio.timeout``, ``asyncio.wait`` and what
    other libraries have in their place, around such a wait, and a task that sleeps in a race with
    it. A task that sleeps for itself is none.

    Args:
        timers: Timers of the loop.
        tasks: Tasks of the loop.
    """
    waiting = _waiting_for_outside(tasks)
    return [each for each in timers if waiting and _ends_one_of(waiting, each)]


def task_of(timer: asyncio.TimerHandle, tasks: Iterable[Task]) -> Task | None:
    """Return one of ``tasks`` that waits for a timer, or that it would end; ``None`` if none is."""
    for task in tasks:
        if _ends_one_of({task, *filter(None, [future_of(task)])}, timer):
            return task
    return None


def _waiting_for_outside(tasks: Iterable[Task]) -> set[Future]:
    """Return the tasks whose waits depend on what is outside, and the futures they wait for."""
    found: set[Future] = set()
    awaiting: dict[Future, list[Task]] = {}
    grown: list[Future] = []
    for task in tasks:
        for future in futures_awaited_by(task):
            awaiting.setdefault(future, []).append(task)
        if source_of(task) is Source.OUTSIDE:
            grown.append(task)
    # The tasks that wait for these, and what each of them waits for as well.
    while grown:
        waited = grown.pop()
        if waited in found:
            continue
        found.add(waited)
        if isinstance(waited, asyncio.Task):
            found.update(filter(None, [future_of(waited)]))
            grown += futures_awaited_by(waited)
        grown += awaiting.get(waited, ())
    return found


def _ends_one_of(waiting: set[Future], timer: asyncio.TimerHandle) -> bool:
    """Whether the callback of a timer refers to one of the tasks or futures."""
    if timer.cancelled():
        return False
    callback, args = timer._callback, timer._args  # type: ignore[attr-defined]
    left: list[Any] = [callback, *args]
    seen: set[int] = set()
    while left:
        each = left.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, asyncio.Future):
            if each in waiting:
                return True
        elif isinstance(each, _CONTAINERS):
            left += each
        else:
            left += _known_to(each)
    return False


def _known_to(callback: Any) -> Iterator[Any]:
    """Yield the attributes of a method's object that may be a task, or lead to one."""
    owner = getattr(callback, "__self__", None)
    if not isinstance(callback, MethodType) and not isinstance(owner, asyncio.Future):
        return
    if isinstance(owner, asyncio.Future):
        yield owner
        return
    names = [*getattr(owner, "__dict__", ())]
    for kind in type(owner).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        names += [slots] if isinstance(slots, str) else slots
    for name in names:
        value = getattr(owner, name, None)
        if isinstance(value, (asyncio.Future, MethodType, *_CONTAINERS)):
            yield value
