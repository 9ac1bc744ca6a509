"""What the applications of one event loop wait for, beside the loop itself and the test."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .threads import NewThreads, calls_that_wait_for_a_loop
from .waits import (
    Future,
    Source,
    Task,
    future_of,
    futures_awaited_by,
    is_between_events,
    is_call,
    is_dispatching,
    is_plainly_inside,
    moved,
    queue_of,
    source_of,
)


def open_descriptors(registered: Mapping[Any, Any]) -> int:
    """Return how many file descriptors the applications of a loop have registered.

    Args:
        registered: The map of the loop's selector, from file descriptors to keys.
    """
    # The loop has one of its own, which wakes it.
    return max(0, len(registered) - 1)


def may_call(registered: Mapping[Any, Any]) -> bool:
    """Return whether a descriptor may call into an application although no task waits for it.

    A protocol, or a callback of ``add_reader``, may do anything. A stream of asyncio's only keeps
    what comes, as the idle connection of a pool does.
    """
    return any(not _only_keeps(key.data) for key in list(registered.values()))


def _only_keeps(handles: Any) -> bool:
    reader, writer = handles
    if reader is None or writer is not None:
        return False
    owner = getattr(reader._callback, "__self__", None)
    if isinstance(owner, asyncio.AbstractEventLoop):
        # The descriptor that wakes the loop; a listening socket has arguments.
        return not reader._args
    return isinstance(owner, asyncio.Transport) and isinstance(
        owner.get_protocol(), asyncio.StreamReaderProtocol
    )


@dataclass
class Pending:
    """What may yet happen on a loop although none of its callbacks is ready.

    Attributes:
        calls: Whether a call in an executor has not come back.
        handling: Applications that handle an event, and wait for something outside the loop.
        threads: New threads that run, each with its place.
        background: Whether something else is there that may call into the loop: a file
            descriptor that is registered, or a thread that others have to release.
        bare: Futures of which it cannot be seen what will complete them.
    """

    calls: bool = False
    handling: set[Hashable] = field(default_factory=set)
    threads: set[Hashable] = field(default_factory=set)
    background: bool = False
    bare: set[Hashable] = field(default_factory=set)


class LoopWork:
    """Finds out what can still happen on a loop that has no callback ready.

    Args:
        registered: The map of the loop's selector, from file descriptors to keys.
        stepped: A set to which the loop adds each task whose next step it schedules. The tasks of
            a loop without such a set are all looked at, each time.

    Attributes:
        applications: The tasks that run applications, each with the queue of its events, if it
            is known.
    """

    def __init__(self, registered: Mapping[Any, Any], stepped: set[Task] | None = None) -> None:
        self.applications: dict[Task, object] = {}
        self._registered = registered
        self._threads = NewThreads()
        self._calls: set[Future] = set()
        # Tasks, each with a future that it waited for and that only the loop itself completes.
        self._tasks: dict[Task, Future | None] = {}
        self._stepped = stepped

    def add(self, task: Task) -> None:
        """Take notice of a task of the loop."""
        self._tasks[task] = None
        if self._stepped is not None:
            self._stepped.add(task)

    def add_all(self, tasks: Iterable[Task]) -> None:
        """Take notice of tasks of the loop, some of them known."""
        for task in tasks:
            self._tasks.setdefault(task, None)

    def add_call(self, future: Future) -> None:
        """Take notice of a call in an executor, until its result has come."""
        self._calls.add(future)
        future.add_done_callback(self._calls.discard)

    def end_calls(self) -> None:
        """Forget the calls in executors."""
        self._calls.clear()

    @property
    def descriptors(self) -> int:
        """How many file descriptors the applications have registered."""
        return open_descriptors(self._registered)

    def pending(self) -> Pending | None:
        """Return what may yet happen, or ``None`` if only the test or a timer can go on."""
        outside = self._tasks_outside() if self._stepped or self._stepped is None else []
        threads, held = self._threads.at_work()
        if not (outside or self._calls or self.descriptors or threads or held):
            return None
        waits = {future for task in outside for future in futures_awaited_by(task)}
        waits = {future for future in waits if not isinstance(future, asyncio.Task)}
        calls = self._calls | {future for future in waits if is_call(future)}
        # A call that itself waits for the loop is not at work.
        pending = Pending(calls=bool(calls) and len(calls) > calls_that_wait_for_a_loop())
        pending.threads = threads
        waits_for_descriptor = self.descriptors and (outside or may_call(self._registered))
        pending.background = bool(waits_for_descriptor or held)
        if pending.background or pending.threads:
            pending.handling = {each for each in self.applications if self._is_handling(each)}
        else:
            pending.bare = {future for future in waits - calls if not future.done()}
        return pending if pending != Pending() else None

    @property
    def tasks(self) -> Iterable[Task]:
        """The tasks of the loop that have been noticed."""
        return self._tasks.keys()

    def _tasks_outside(self) -> list[Task]:
        """Return the tasks that wait for something outside the loop."""
        outside = []
        unsettled = []
        for task in self._tasks_to_look_at():
            future = future_of(task)
            if future is None and task.done():
                self._tasks.pop(task, None)
                self.applications.pop(task, None)
            elif future is None or future.done():
                # Its step is scheduled, and has not been made.
                unsettled.append(task)
            elif not is_plainly_inside(task) and source_of(task) is Source.OUTSIDE:
                outside.append(task)
            else:
                self._tasks[task] = future
        if self._stepped is not None and (outside or unsettled):
            self._stepped.update(outside, unsettled)
        return outside

    def _tasks_to_look_at(self) -> list[Task]:
        if self._stepped is None:
            return moved(self._tasks)
        # A task without a step to make waits for the same as when it was last looked at.
        tasks = list(self._stepped)
        self._stepped.clear()
        return tasks

    def _is_handling(self, application: Task) -> bool:
        """Whether an application is in the middle of an event, and waits for what is outside."""
        if is_between_events(application):
            return False
        queue = self.applications[application]
        receives = queue is not None and not is_dispatching(application)
        if receives and any(queue_of(task) is queue for task in self._tasks):
            return False
        return _depends_on_outside(application, set())


def _depends_on_outside(task: Task, seen: set[Task]) -> bool:
    """Whether something outside the loop may be what lets a task go on."""
    if task in seen:
        return False
    seen.add(task)
    source = source_of(task)
    if source in (Source.OUTSIDE, Source.PRIMITIVE):
        return True
    return any(
        _depends_on_outside(each, seen)
        for each in futures_awaited_by(task)
        if isinstance(each, asyncio.Task)
    )
