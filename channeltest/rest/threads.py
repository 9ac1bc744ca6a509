"""Which threads are at work for an application, beside the one that runs its loop."""

from __future__ import annotations

import _thread
import asyncio
import sys
import threading
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future
from concurrent.futures import thread as pools
from types import FrameType
from typing import Any, NamedTuple

from asgiref.current_thread_executor import CurrentThreadExecutor

from ..other_threads import without_collections
from ..patching import Patch

# Threads of the live servers, which serve the test and not an application that waits.
_SERVERS = ("channeltest-live", "channeltest-parent")

# The harness' own threads, as long as they do nothing for an application.
_resting: set[threading.Thread] = set()

_CONDITION_WAIT = threading.Condition.wait.__code__
_RUN_UNTIL_FUTURE = CurrentThreadExecutor.run_until_future.__code__
_OWN_WORKER = "_run_calls"
_POOL_WORKER = pools._worker.__code__


def set_resting(thread: threading.Thread, rests: bool) -> None:
    """Set whether a thread of the harness' own does nothing for an application.

    Args:
        thread: The thread.
        rests: ``True`` while it waits for work, or only monitors; ``False`` while it makes a call
            of an application, and when it ends.
    """
    (_resting.add if rests else _resting.discard)(thread)


# Threads that ``_thread`` was asked to start, and that have not begun to run: the interpreter does
# not count them yet, and they have no frames.
_beginning: set[object] = set()


def _start_new_thread(
    function: Callable[..., object], args: tuple[Any, ...], kwargs: dict[str, Any] | None = None, /
) -> int:
    """Start a thread as ``_thread.start_new_thread`` does, and note it until it begins."""
    thread = object()

    def run(*args: Any, **kwargs: Any) -> None:
        _beginning.discard(thread)
        function(*args, **kwargs)

    _beginning.add(thread)
    try:
        return noting_new_threads.original(run, args, kwargs or {})  # type: ignore[no-any-return]
    except BaseException:
        _beginning.discard(thread)
        raise


# `threading` says by itself which of its threads are about to begin.
noting_new_threads = Patch(_thread, "start_new_thread", _start_new_thread)


class NewThreads:
    """The threads that were started since a test began, and pools that work for it.

    Threads are told apart by their `threading.Thread`, or by their outermost frame if ``_thread``
    started them: the system gives the number of a thread that has ended to the next one. Threads
    that run no Python code cannot be seen.
    """

    @without_collections
    def __init__(self) -> None:
        self._before: set[threading.Thread] = set(threading.enumerate())
        self._frames_before = set(_outermost_frames_of_others(self._before))
        self._beginning_before = set(_beginning)
        # Workers that waited for work at the last look.
        self._idle: list[_IdleWorker] = []

    @without_collections
    def at_work(self) -> tuple[set[Hashable], bool]:
        """Return the threads that are at work.

        Returns:
            Those that run, or wait for some time, each with the place that it is at; and whether
            there are any that wait for others to release them.
        """
        if self._are_idle():
            return set(), False
        running: set[Hashable] = set()
        waiting = False
        for thread, frame in self._candidates():
            if frame is None:
                running.add(thread)
                continue
            if _waits_for_a_loop(frame):
                continue
            if frame.f_code is _CONDITION_WAIT and frame.f_locals["timeout"] is None:
                waiting = True
            else:
                running.add((thread, id(frame), frame.f_lasti))
        return running, waiting

    def _are_idle(self) -> bool:
        """Whether every thread is known to be idle, without a look at each of them.

        Most processes have an idle pool, and every turn asks several times.
        """
        if _beginning or _thread._count() > len(_resting) + len(self._idle):
            return False
        return all(worker.still_waits() for worker in self._idle)

    def _candidates(self) -> list[tuple[Hashable, FrameType | None]]:
        """Return new threads with their frames; one that is about to begin has none yet."""
        candidates: list[tuple[Hashable, FrameType | None]] = [
            (each, None) for each in _beginning - self._beginning_before
        ]
        threads = threading.enumerate()
        new = self._new(threads)
        has_others = _thread._count() >= len(threads)
        self._idle = []
        if not new and not has_others:
            return candidates
        frames = _frames_of_others()
        for each, jobs in new:
            frame = frames.get(each.ident or 0)
            worker = None if frame is None or jobs is None else _idle_worker(frame, jobs)
            if worker is None:
                candidates.append((each, frame))
            else:
                self._idle.append(worker)
        if has_others:
            others = _outermost_frames_of_others(set(threads))
            candidates += [(each, each) for each in others if each not in self._frames_before]
        return candidates

    def _new(self, threads: list[threading.Thread]) -> list[tuple[threading.Thread, object]]:
        """Return those that may work for an application, each with its pool's queue of calls."""
        left_out = (threading.main_thread(), threading.current_thread())
        new = []
        for thread in threads:
            if thread in left_out or thread in _resting:
                continue
            jobs = pools._threads_queues.get(thread)
            if jobs is None and thread in self._before:
                continue
            if not thread.name.startswith(_SERVERS):
                new.append((thread, jobs))
        return new


class SensitiveCall:
    """A call of thread-sensitive ``sync_to_async``, which may outlive its future.

    Args:
        func: What is called.
        running: Has the call while its thread makes it.
        made: Called in the thread when the call has been made.

    Attributes:
        func: The same.
        future: The future of its result, as soon as it is there.
    """

    def __init__(
        self,
        func: Callable[..., Any],
        running: list[SensitiveCall],
        made: Callable[[], object],
    ) -> None:
        self.func = func
        self.future: asyncio.Future[Any] | None = None
        self._running = running
        self._made = made

    def make(self, *args: Any) -> Any:
        """Make the call; in its thread."""
        __tracebackhide__ = True  # pytest's
        func = self.func
        self._running.append(self)
        try:
            return func(*args)
        finally:
            self._running.remove(self)
            self._made()

    @property
    def is_cancelled(self) -> bool:
        """Whether its future was cancelled."""
        return self.future is not None and self.future.cancelled()

    @without_collections
    def awaited(self) -> Future[Any] | None:
        """Return the result that the call waits for in ``async_to_sync``, if it does."""
        for frame in _frames_of_others().values():
            callers = list(_callers(frame))
            is_own = any(each.f_locals.get("self") is self for each in callers)
            if is_own and _waits_for_a_loop(frame):
                innermost = next(each for each in callers if each.f_code is _RUN_UNTIL_FUTURE)
                future: Future[Any] = innermost.f_locals["future"]
                return future
        return None


@without_collections
def calls_that_wait_for_a_loop() -> int:
    """Return how many calls in threads wait for a coroutine that ``async_to_sync`` runs."""
    calls = 0
    for frame in _frames_of_others().values():
        if _waits_for_a_loop(frame):
            codes = [each.f_code for each in _callers(frame)]
            # A thread that no pool has started waits for the loop itself first, and makes calls
            # meanwhile.
            is_of_pool = _POOL_WORKER in codes or any(each.co_name == _OWN_WORKER for each in codes)
            calls += codes.count(_RUN_UNTIL_FUTURE) - (not is_of_pool)
    return calls


class _IdleWorker(NamedTuple):
    """The worker of a pool, while it waits for work and none waits for it.

    Attributes:
        frame: The frame of the worker's loop.
        place: The instruction at which the loop waits.
        jobs: The pool's queue of calls.
        pool: Returns the pool, or ``None`` when it is gone.
    """

    frame: FrameType
    place: int
    jobs: Any
    pool: Callable[[], Any]

    def still_waits(self) -> bool:
        """Whether it waits at the same instruction, and the pool has no work.

        A worker that has taken a call is still at that instruction for a moment. The pool's count
        of idle workers is less than their number by then.
        """
        if self.frame.f_lasti != self.place or self.jobs.qsize():
            return False
        pool = self.pool()
        return pool is None or pool._idle_semaphore._value >= len(pool._threads)


def _idle_worker(frame: FrameType, jobs: object) -> _IdleWorker | None:
    """Return the worker of a pool if it waits for work, and ``None`` if it does anything else."""
    if frame.f_code is not _POOL_WORKER:
        return None
    place = frame.f_lasti
    local = frame.f_locals
    worker = _IdleWorker(frame, place, jobs, local["executor_reference"])
    return worker if local.get("work_item") is None and worker.still_waits() else None


def _waits_for_a_loop(frame: FrameType | None) -> bool:
    """Whether a thread waits in ``async_to_sync`` for what a loop does: it is not at work."""
    while frame is not None and frame.f_code is _CONDITION_WAIT:
        frame = frame.f_back
    if frame is None or frame.f_code is not _RUN_UNTIL_FUTURE:
        return False
    # Once the coroutine has ended, or has handed the thread a call, the thread goes on as soon as
    # it gets to run.
    local = frame.f_locals
    return not (local["future"].done() or local["self"]._work_items)


def _frames_of_others() -> dict[int, FrameType]:
    """Return the frames of the other threads, by the numbers of the threads."""
    frames = sys._current_frames()
    # A frame that holds itself would keep all that its callers hold, until it is collected.
    del frames[threading.get_ident()]
    return frames


def _outermost_frames_of_others(threads: set[threading.Thread]) -> Iterator[FrameType]:
    """Yield the outermost frames of the threads that `threading` does not know.

    It forgets its own just before they end; these do nothing any more.
    """
    known = {each.ident for each in threads}
    for ident, frame in _frames_of_others().items():
        if ident not in known:
            *_, outermost = _callers(frame)
            if outermost.f_globals is not vars(threading):
                yield outermost


def _callers(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back
