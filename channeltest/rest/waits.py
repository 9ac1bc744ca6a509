"""What each task of an event loop waits for: the future, and the coroutine that awaits it."""

from __future__ import annotations

import asyncio
import concurrent.futures
import enum
import gc
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import AsyncGeneratorType, CodeType, CoroutineType, FrameType, GeneratorType
from typing import Any, TypeGuard

from channels.layers import InMemoryChannelLayer
from channels.utils import await_many_dispatch

from ..compat.layers.asynchronous import ModernLayer

Task = asyncio.Task[Any]
Future = asyncio.Future[Any]


class Source(enum.Enum):
    """What can end a wait."""

    TEST = "the test, with an event or a message"
    TIMER = "a timer of the loop"
    TASKS = "other tasks of the loop"
    PRIMITIVE = "a task that holds a queue, a lock or an event of asyncio"
    OUTSIDE = "what completes a future: a socket, a thread, a process, native code"


# What is suspended in an await, with the attributes that lead to its frame and to what it awaits.
_SUSPENDED: dict[type, tuple[str, str]] = {
    CoroutineType: ("cr_frame", "cr_await"),
    AsyncGeneratorType: ("ag_frame", "ag_await"),
    GeneratorType: ("gi_frame", "gi_yieldfrom"),
}

# Each module waits on futures that its own objects complete, when some task calls a method.
_PRIMITIVES = ("asyncio.locks", "asyncio.queues")
_TASK_GROUPS = ("asyncio.taskgroups",)
_HARNESS = "channeltest."

# What asyncio's own functions wait for, by the name of the local variable that holds it.
_AWAITED = {"_wait": "fs", "wait_for": "fut", "_cancel_and_wait": "fut"}

_RECEIVE = InMemoryChannelLayer.receive.__code__
_DISPATCH = await_many_dispatch.__code__
_WAIT = asyncio.wait.__code__
_SLEEP = asyncio.sleep.__code__
_GET = asyncio.Queue.get.__code__
_WAIT_FOR_ALL = asyncio.tasks._wait.__code__  # type: ignore[attr-defined]

# What most tasks are in when they rest, by the numbers of the code objects: comparing these takes
# as long as all the rest of a turn.
_INSIDE = {
    id(function.__code__)
    for function in (
        asyncio.Queue.get,
        asyncio.Event.wait,
        asyncio.Lock.acquire,
        asyncio.Condition.wait,
        asyncio.sleep,
        ModernLayer.receive,
    )
}


def future_of(task: Task) -> Future | None:
    """Return the future that a task waits for, or ``None`` if the task has ended or can run."""
    return task._fut_waiter  # type: ignore[attr-defined, no-any-return]


def moved(tasks: Mapping[Task, Future | None]) -> list[Task]:
    """Return the tasks that do not wait for the futures that are here beside them.

    Most tasks of many connections wait for the same futures as before: this only reads an
    attribute of each.
    """
    return [
        task
        for task, future in tasks.items()
        if task._fut_waiter is not future or future is None  # type: ignore[attr-defined]
    ]


def frames_of(task: Task) -> list[FrameType]:
    """Return the frames of the coroutines that a task is in, the outermost first."""
    frames = []
    awaited: Any = task.get_coro()
    while awaited is not None:
        names = _SUSPENDED.get(type(awaited))
        if names is None:
            awaited = _behind(awaited)
            continue
        frame = getattr(awaited, names[0])
        if frame is not None:
            frames.append(frame)
        awaited = getattr(awaited, names[1])
    return frames


def _behind(awaited: Any) -> Any:
    """Return the coroutine or generator that an awaitable of the interpreter's own drives.

    ``async for`` awaits an object between the task and the generator, which has no attribute that
    leads there. Coroutines compiled by Cython have the attributes of Python's.
    """
    if hasattr(awaited, "cr_await"):
        return awaited.cr_await
    if isinstance(awaited, asyncio.Future):
        return None
    for referent in gc.get_referents(awaited):
        if type(referent) in _SUSPENDED:
            return referent
    return None


def is_plainly_inside(task: Task) -> bool:
    """Return whether one look shows that nothing outside the loop ends the wait of a task.

    It is true of most waits, and costs less than `source_of`.
    """
    outer = middle = inner = None
    awaited: Any = task.get_coro()
    while type(awaited) is CoroutineType:
        outer, middle, inner = middle, inner, awaited.cr_code
        awaited = awaited.cr_await
    return id(inner) in _INSIDE or (
        # Channels' dispatcher waits for tasks only.
        inner is _WAIT_FOR_ALL and middle is _WAIT and outer is _DISPATCH
    )


def source_of(task: Task) -> Source:
    """Return what can end the wait of a task.

    Args:
        task: A task that no callback is ready for.
    """
    future = future_of(task)
    if future is None or isinstance(future, asyncio.Task):
        return Source.TASKS
    if _is_group(future):
        return _source_of_all(_children_of(future))
    frames = frames_of(task)
    if not frames:
        return Source.OUTSIDE
    frame = frames[-1]
    module = frame.f_globals.get("__name__", "")
    if module in _PRIMITIVES:
        is_layer = len(frames) > 1 and frames[-2].f_code is _RECEIVE
        return Source.TEST if is_layer else Source.PRIMITIVE
    if module in _TASK_GROUPS:
        return Source.TASKS
    if frame.f_code is _SLEEP:
        return Source.TIMER
    if module == "asyncio.tasks" and frame.f_code.co_name in _AWAITED:
        return _source_of_all(_awaited_in(frame))
    if module.startswith(_HARNESS):
        return Source.TEST
    # A task in asyncio.shield() awaits a future that another future completes.
    return _source_of_all(shielded) if (shielded := _shielded_by(future)) else Source.OUTSIDE


def futures_awaited_by(task: Task) -> list[Future]:
    """Return the futures that a task waits for, those behind a group or ``asyncio.wait`` too."""
    future = future_of(task)
    if future is None:
        return []
    if isinstance(future, asyncio.Task):
        return [future]
    frames = [] if _is_group(future) else frames_of(task)
    awaited = _awaited_in(frames[-1]) if frames else []
    return list(_ungrouped(awaited or _shielded_by(future) or [future]))


def _is_group(future: object) -> bool:
    return isinstance(future, asyncio.tasks._GatheringFuture)  # type: ignore[attr-defined]


def _ungrouped(futures: Iterable[Future]) -> Iterator[Future]:
    for future in futures:
        if _is_group(future):
            yield from _ungrouped(_children_of(future))
        else:
            yield future


def is_group_of(future: object, tasks: Collection[Task]) -> TypeGuard[asyncio.Future[list[object]]]:
    """Return whether a future is ``asyncio.gather`` of these tasks, of which there are some."""
    return bool(_is_group(future) and tasks and set(_children_of(future)).issuperset(tasks))


def is_call(future: Future) -> bool:
    """Return whether a future waits for one of a thread or a process (``asyncio.wrap_future``)."""
    return any(
        isinstance(cell.cell_contents, concurrent.futures.Future) and not cell.cell_contents.done()
        for callback, _ in future._callbacks or ()
        if getattr(callback, "__qualname__", "").startswith("_chain_future.")
        for cell in callback.__closure__ or ()
    )


def queue_of(task: Task) -> object:
    """Return the queue from which a task takes its next item, or ``None``."""
    frames = frames_of(task)
    return frames[-1].f_locals["self"] if frames and frames[-1].f_code is _GET else None


def is_between_events(task: Task) -> bool:
    """Return whether a task runs a consumer of Channels that handles no event now."""
    return _awaited_by_dispatcher(task) is _WAIT


def is_dispatching(task: Task) -> bool:
    """Return whether a task runs a consumer of Channels that handles an event now."""
    return _awaited_by_dispatcher(task) not in (None, _WAIT)


def _awaited_by_dispatcher(task: Task) -> CodeType | None:
    """Return the code that Channels' dispatcher of events awaits, if a task runs it."""
    codes = [frame.f_code for frame in frames_of(task)]
    return codes[codes.index(_DISPATCH) + 1] if _DISPATCH in codes[:-1] else None


def _source_of_all(futures: Iterable[Future]) -> Source:
    """Return what ends a wait for several futures: a future that is no task is outside."""
    for future in futures:
        if _is_group(future):
            if _source_of_all(_children_of(future)) is Source.OUTSIDE:
                return Source.OUTSIDE
        elif not isinstance(future, asyncio.Task) and not future.done():
            return Source.OUTSIDE
    return Source.TASKS


def _children_of(future: Any) -> list[Future]:
    return [child for child in future._children if not child.done()]


def _awaited_in(frame: FrameType) -> list[Future]:
    """Return the futures that a function of asyncio's waits for."""
    module, name = frame.f_globals.get("__name__"), frame.f_code.co_name
    if module == "asyncio.taskgroups":
        return list(frame.f_locals["self"]._tasks)
    if module != "asyncio.tasks" or name not in _AWAITED:
        return []
    awaited = frame.f_locals[_AWAITED[name]]
    return [awaited] if isinstance(awaited, asyncio.Future) else list(awaited)


def _shielded_by(future: Future) -> list[Future]:
    """Return the future that ``asyncio.shield`` waits for in the place of ``future``."""
    return list(_inner_futures(future))


def _inner_futures(future: Any) -> Iterator[Future]:
    for callback, _ in future._callbacks or ():
        if getattr(callback, "__qualname__", "").startswith("shield."):
            for cell in callback.__closure__ or ():
                if isinstance(cell.cell_contents, asyncio.Future):
                    yield cell.cell_contents
