"""A loop that a test's communicators use, and the end of what their applications do there."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from ..asgi.scope import Event
from ..config import stage_bound
from ..patching import Patch, Patches
from ..rest.detector import BoundedWaits, Outcome, RestDetector, Wait, is_selector_loop
from ..rest.places import place_of_call
from ..rest.uncancelled import describe_uncancelled, keep
from ..rest.waits import is_group_of

# Real seconds that cancelled applications have to end in.
_LAST_SECONDS = 1.0

_T = TypeVar("_T")

# How many times what an unfinished call waits for is ended.
_ATTEMPTS = 3


class UsedLoop:
    """A loop, and the applications that communicators run in it.

    Args:
        loop: The loop.
        leave: Called with it before the loop is closed.

    Attributes:
        loop: The same.
        rest: Ends waits when the loop rests.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, leave: Callable[[UsedLoop], object]
    ) -> None:
        self.loop = loop
        self.rest: RestDetector | BoundedWaits = (
            RestDetector(loop) if is_selector_loop(loop) else BoundedWaits(loop)
        )
        self._leave = leave
        self._thread = threading.get_ident()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended_tasks: list[asyncio.Task[None]] = []
        self._failures: list[BaseException] = []
        # Whether an error has named the tasks that do not end.
        self._are_named = False
        self._close_loop = loop.close
        self._run_loop = loop.run_until_complete
        self.rest.begin()
        self._ending = Patches(
            Patch(loop, "close", self._close), Patch(loop, "run_until_complete", self._run)
        )
        self._ending.start()
        self._before = asyncio.all_tasks(loop)
        self._ended = False

    def add(self, task: asyncio.Task[None], events: asyncio.Queue[Event]) -> None:
        """Have the task of an application end with the test, or with the loop.

        Args:
            task: The task.
            events: The queue from which it receives its events.
        """
        if isinstance(self.rest, RestDetector):
            self.rest.work.applications[task] = events
        self._tasks.add(task)
        task.add_done_callback(self._task_ended)

    def _task_ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._ended_tasks.append(task)

    def failures(self) -> list[BaseException]:
        """Return what applications have raised and the test has not received."""
        failures, self._failures = self._failures, []
        tasks, self._ended_tasks = self._ended_tasks, []
        # asyncio keeps whether the exception of a task was retrieved, and logs it if it was not.
        failed = [task for task in tasks if task._log_traceback]
        failures += [error for task in failed if isinstance(error := task.exception(), Exception)]
        return failures

    def finish_calls(self, is_last: bool = False) -> None:
        """Run the loop until the thread-sensitive calls that applications have made come back.

        A call may wait for the loop (``async_to_sync`` in a synchronous consumer), and nothing else
        would run that again.

        Args:
            is_last: End what a call waits for if nothing else will.

        Raises:
            AssertionError: A call does not come back even so; the text has the line where it is.
        """
        rest, loop = self.rest, self.loop
        if not isinstance(rest, RestDetector) or not rest.sensitive_calls:
            return
        if self._thread != threading.get_ident() or loop.is_running() or loop.is_closed():
            return
        came_back = self._run_loop(rest.wait_for_sensitive_calls(stage_bound()))
        if is_last and not came_back:
            self._run_loop(_end_calls(rest))

    def end(self) -> None:
        """Cancel what still runs, and leave the loop as it was; once."""
        if self._ended:
            return
        self._ended = True
        try:
            self._end_tasks()
        finally:
            self.rest.end()
            if self.loop.is_closed() or not asyncio.all_tasks(self.loop) - self._before:
                self._ending.stop()

    def _end_tasks(self) -> None:
        tasks = list(self._tasks)
        if self.loop.is_running():
            for task in tasks:
                self.loop.call_soon_threadsafe(task.cancel)
            return
        if tasks and not (self.loop.is_closed() or self._are_named):
            self._run_loop(_cancel(tasks))
            if self._tasks:
                self._failures.append(AssertionError(describe_uncancelled(self._tasks)))
        # Their loop will not run again.
        keep(self._tasks)

    def _run(self, future: Awaitable[_T]) -> _T:
        """Run the loop, in the place of its ``run_until_complete``.

        Raises:
            AssertionError: The end of ``asyncio.run`` waits for all tasks, which it has cancelled,
                and one of them does not end.
        """
        tasks = asyncio.all_tasks(self.loop)
        if not self.loop.is_running() and is_group_of(future, tasks):
            self.rest.begin()
            try:
                self._run_loop(self._wait_for_end(future))
            finally:
                if self._ended:
                    self.rest.end()
            left = {task for task in tasks if not task.done()}
            if left:
                self._are_named = True
                keep(left)
                raise AssertionError(describe_uncancelled(left))
        return self._run_loop(future)

    async def _wait_for_end(self, group: asyncio.Future[list[object]]) -> None:
        wait = Wait(self.loop, stage_bound(), None)
        group.add_done_callback(lambda _: wait.end(Outcome.DONE))
        await self.rest.wait(wait)

    def _close(self) -> None:
        """Close the loop, in the place of its ``close``."""
        try:
            if not self.loop.is_running():
                try:
                    self.finish_calls(is_last=True)
                finally:
                    self._leave(self)
        finally:
            self._ending.stop()
            self._close_loop()


async def _end_calls(rest: RestDetector) -> None:
    bound = min(_LAST_SECONDS, stage_bound())
    loop = asyncio.get_running_loop()
    waited: list[str] = []
    for _ in range(_ATTEMPTS):
        awaited = []
        for call in rest.sensitive_calls[:]:
            future = call.awaited()
            if future is not None:
                awaited.append(future)
                waited.append(place_of_call(call.func))
        # A call asks the loop to make a task, and waits: the loop does it in this round.
        round_ended = loop.create_future()
        loop.call_soon(round_ended.set_result, None)
        await round_ended
        await _cancel([*asyncio.all_tasks() - {asyncio.current_task()}])
        for future in awaited:
            # asyncio cancels a task before its first line, too: asgiref then sets no result.
            future.cancel()
        if await rest.wait_for_sensitive_calls(bound):
            break
    else:
        places = ", ".join(place_of_call(call.func) for call in rest.sensitive_calls)
        raise AssertionError(
            "the test is over, and a synchronous call of its application does not come back, "
            f"although what it waited for was cancelled; it is {places}. Have the test wait for "
            "it, or have it return"
        )
    if waited:
        places = ", ".join(dict.fromkeys(waited))
        raise AssertionError(
            "the test is over, and a synchronous call of its application waited for the event "
            f"loop, which does not run again; it was {places}. Have the test wait "
            "for what the application does there"
        )


async def _cancel(tasks: list[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=_LAST_SECONDS)
