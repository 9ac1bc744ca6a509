"""The stage: runs modern applications for synchronous tests, until they rest."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from collections.abc import Callable, Coroutine
from typing import Any

from ..asgi.connection import direct_send
from ..compat.advice import with_note
from ..config import patience
from ..database.sharing import KEEP_OPEN
from ..errors import StageError
from ..patching import Patches
from ..rest.executor import HeldThread
from ..rest.threads import noting_new_threads
from ..rest.uncancelled import describe_uncancelled, keep
from .loop import StageLoop
from .report import describe, describe_timers
from .watchdog import Watchdog

# Failures show the test and the consumer, not what runs them.
__tracebackhide__ = True

# Seconds of virtual time that tasks have to end in.
_LAST_HOUR = 3600.0

# Real seconds for which a busy machine may keep the loop from ending a turn that is late.
_LATER = 0.2

# Real seconds that tasks have to end in when the stage is given up.
_LAST_SECONDS = 0.5


def _ignore_held_thread(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what asyncio would, but for the exception that freed the thread."""
    if not isinstance(context.get("exception"), HeldThread):
        loop.default_exception_handler(context)


def _retrieve(task: asyncio.Task[Any]) -> None:
    """Mark the exception as retrieved: the test raises it."""
    if not task.cancelled():
        task.exception()


class Stage:
    """An event loop that the test's thread runs, a turn at a time, until it rests.

    A turn ends when everything that follows from what the test did has happened. What the
    applications hand to thread-sensitive ``sync_to_async`` (the ORM) runs in the test's thread
    too, between two runs of the loop, and so in the test's own transaction.

    Args:
        bound: Real seconds after which a turn that has not come to rest is an error.

    Attributes:
        bound: The same.
        failures: Exceptions that ended applications and were not raised yet.
    """

    def __init__(self, bound: float = 10.0) -> None:
        self.bound = bound
        self.failures: list[BaseException] = []
        self._in_turn = False
        self._given_up = False
        self._loop = StageLoop(patience())
        # Later than the loop's own bound, whose error has more about what it waits for.
        later = bound * 1.25 + _LATER
        self._watchdog = Watchdog(later, self._loop.sensitive.run_loop_elsewhere)
        self._loop.note_call = self._watchdog.call
        self._loop.set_exception_handler(_ignore_held_thread)
        self._patches = Patches(*KEEP_OPEN, direct_send, noting_new_threads)
        self._patches.start()

    def settle(self, *actions: Callable[[], object], horizon: float | None = None) -> None:
        """Run ``actions``, and return when everything that follows has happened.

        Args:
            actions: Callables without arguments, run in order.
            horizon: Seconds of virtual time that may pass; the loop's own by default.

        Raises:
            StageError: The applications did not come to rest within `bound` real seconds.
            Exception: What an application raised.
        """
        if self._in_turn:
            raise RuntimeError(
                "an application that runs on the stage used a test's client; use the channel "
                "layer there, which does not wait"
            )
        self._loop.begin_turn(self.bound, horizon)
        for action in actions:
            action()
        self._run_turn()
        if self.failures:
            self._raise_failure()

    def _raise_failure(self) -> None:
        failures, self.failures = self.failures, []
        first, *others = failures
        if others:
            names = ", ".join(sorted({type(error).__name__ for error in others}))
            with_note(first, f"{len(others)} more application(s) failed in the same turn: {names}")
        raise first

    def _run_turn(self) -> None:
        loop, watchdog = self._loop, self._watchdog
        self._in_turn = True
        watchdog.begin()
        try:
            while not (loop.at_rest or loop.timed_out):
                loop.run_forever()
                loop.make_calls()
        except BaseException:
            # The exception that frees the thread may cause any other one.
            if watchdog.found is None:
                raise
        finally:
            watchdog.end()
            self._in_turn = False
        if loop.timed_out or watchdog.found is not None:
            report = describe(loop, self.bound, watchdog.found)
            self.abandon()
            raise StageError(report)

    def run(
        self,
        coroutine: Coroutine[Any, Any, Any],
        context: contextvars.Context,
        events: asyncio.Queue[Any] | None = None,
    ) -> asyncio.Task[Any]:
        """Make a task of an application; an action of `settle` calls this.

        Args:
            coroutine: The application's coroutine.
            context: The context that it runs in.
            events: The queue from which it receives its events; while it waits there it handles
                none.
        """
        task = context.run(self._loop.create_task, coroutine)
        self._loop.work.applications[task] = events
        task.add_done_callback(_retrieve)
        return task

    def advance(self, seconds: float) -> None:
        """Let virtual time pass, and everything that is due happen, in order.

        Args:
            seconds: How far the clock moves.

        Raises:
            ValueError: ``seconds`` is negative.
            StageError: As for `settle`.
        """
        if seconds < 0:
            raise ValueError(f"time moves forward only, not by {seconds} seconds")
        ends = self._loop.time() + seconds
        self.settle(horizon=seconds)
        left = ends - self._loop.time()
        if left > 0:
            self._loop.pass_time(left)

    @property
    def has_work(self) -> bool:
        """Whether something happened since the last turn that applications will react to."""
        return not self._in_turn and (self._loop.has_work or bool(self.failures))

    @property
    def closed(self) -> bool:
        """Whether the stage was closed, or given up."""
        return self._loop.is_closed() or self._given_up

    def waiting_timers(self) -> str:
        """Describe the timers that applications wait for; an empty text if there are none."""
        return "" if self.closed else describe_timers(self._loop)

    def time(self) -> float:
        """The virtual time, in seconds."""
        return self._loop.time()

    def close(self) -> None:
        """End every task, the loop and its threads; nothing of the stage is left.

        What waits for the next turn happens first.

        Raises:
            StageError: The applications do not come to rest, or a task does not end when it is
                cancelled.
            Exception: What an application raised, also on its way out.
        """
        if self.closed:
            return
        if self._loop.has_turn:
            self._loop.begin_turn(self.bound)
            self._run_turn()
        # A task that sleeps while it ends gets the time for that.
        self._loop.begin_turn(self.bound, horizon=_LAST_HOUR)
        ending = self.run(self._end(), contextvars.Context())
        self._run_turn()
        if not ending.done():
            report = describe_uncancelled(asyncio.all_tasks(self._loop) - {ending})
            self.abandon()
            raise StageError(report)
        self._leave()
        if self.failures:
            self._raise_failure()

    async def _end(self) -> None:
        """Cancel all tasks, and those that they start on their way out."""
        ending = asyncio.current_task()
        while tasks := asyncio.all_tasks() - {ending}:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await self._loop.shutdown_asyncgens()

    def _leave(self) -> None:
        self._watchdog.close()
        self._loop.close()
        self._patches.stop()

    def abandon(self) -> None:
        """Give the stage up: cancel what can be cancelled, and wait for nothing."""
        if self.closed:
            return
        self._given_up = True
        self._loop.abandon_threads()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.begin_turn(bound=_LAST_SECONDS, horizon=_LAST_HOUR)
        self._watchdog.bound = _LAST_SECONDS
        self._watchdog.begin()
        try:
            # A task that does not let itself be cancelled is left where it is.
            with contextlib.suppress(HeldThread, RuntimeError):
                while not (self._loop.at_rest or self._loop.timed_out):
                    self._loop.run_forever()
                    self._loop.drop_calls()
        finally:
            self._watchdog.end()
        keep(asyncio.all_tasks(self._loop))
        self.failures.clear()
        self._watchdog.close()
        self._patches.stop()
        self._loop.close_when_stopped()
