"""Detects when a test's own event loop rests, and ends the waits on it.

An asyncio loop asks its selector for events with a positive timeout or none exactly when no
callback is ready. While communicators are in use, that call is replaced. Time stays real: a timer
that is due within a wait is waited for, and one that is due later does not hold the wait up.

The rest of a loop that is not asyncio's own (uvloop, for example) cannot be detected. Waits on it
take their whole time.
"""

from __future__ import annotations

import asyncio
import enum
import selectors
import warnings
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

from asgiref.current_thread_executor import CurrentThreadExecutor
from asgiref.sync import SyncToAsync

from ..errors import BoundedWaitWarning
from ..patching import Patch, Patches
from .patience import FOREVER, Patience, real_time
from .threads import SensitiveCall, noting_new_threads
from .work import LoopWork, Pending

# What `selectors.BaseSelector.select` returns.
Events = list[tuple[selectors.SelectorKey, int]]


class Outcome(enum.Enum):
    """How a wait ended."""

    DONE = "the application sent something, or ended"
    REST = "nothing more happens"
    LATE = "the time is up"


class Wait:
    """A wait of a test for an application.

    Args:
        loop: The loop of both.
        bound: Real seconds that the wait may take; ``None`` for any.
        ahead: Seconds from now within which timers are waited for; ``None`` for all.
        patience: For how long to wait for what something outside the loop may yet do. By default
            for as long as the wait may take: it then ends early only if nothing can come.

    Attributes:
        over: Done with an `Outcome` when the wait is over.
        patience: The argument, or its default.
        began, ends, timers_until: Real times: when it began, when it is late, and until when
            timers are waited for.
        late_rounds: Rounds of the loop since the wait is late.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        bound: float | None,
        ahead: float | None,
        patience: Patience | None = None,
    ) -> None:
        self.over: asyncio.Future[Outcome] = asyncio.Future(loop=loop)
        self.patience = patience or Patience(FOREVER, FOREVER)
        self.began = real_time()
        self.ends = self.began + (FOREVER if bound is None else bound)
        self.timers_until = self.began + (FOREVER if ahead is None else ahead)
        self.late_rounds = 0

    def end(self, outcome: Outcome) -> None:
        """End the wait, unless it has ended."""
        if not self.over.done():
            self.over.set_result(outcome)

    def put_off(self, seconds: float) -> None:
        """Let the wait take longer, by time that does not count."""
        self.ends += seconds
        self.timers_until += seconds


# After its time is up, a wait allows ready callbacks so many rounds of the loop.
_LATE_ROUNDS = 10

# A callback that takes more real seconds holds the loop; no wait counts that time.
_HELD = 0.5


class RestDetector:
    """Ends waits on a loop of asyncio's own, from `begin` to `end`.

    Args:
        loop: The loop; `is_selector_loop` is true of it.

    Attributes:
        waits: The waits that go on. Of several, the one whose time is up first is ended alone, as
            what follows may be what the others wait for.
        work: What the applications of the loop wait for.
        sensitive_calls: Thread-sensitive calls that a thread is making now. asgiref may have
            cancelled their futures.
    """

    def __init__(self, loop: Any) -> None:
        self.waits: list[Wait] = []
        self.work = LoopWork(loop._selector.get_map())
        self.sensitive_calls: list[SensitiveCall] = []
        self._last_wait: Wait | None = None
        self._loop = loop
        self._select = loop._selector.select
        self._run_in_executor = loop.run_in_executor
        self._replaced = Patches(
            Patch(loop._selector, "select", self._select_for_waits),
            Patch(loop, "run_in_executor", self._count_call),
            noting_new_threads,
        )
        self._released = 0.0

    def begin(self) -> None:
        """Begin to detect rest."""
        self._replaced.start()

    def end(self) -> None:
        """Leave the loop as it was; calling it again does nothing."""
        self._replaced.stop()

    async def wait(self, wait: Wait) -> Outcome:
        """Wait until ``wait`` is over."""
        self.waits.append(wait)
        try:
            return await wait.over
        finally:
            self.waits.remove(wait)

    def _select_for_waits(self, timeout: float | None = None) -> Events:
        """Look for events, in the place of the selector's ``select``."""
        if not self.waits:
            events: Events = self._select(timeout)
            return events
        now = real_time()
        self._discount(now)
        first = min(self.waits, key=_end)
        if now >= first.ends:
            if timeout == 0 and first.late_rounds < _LATE_ROUNDS:
                # The loop was held up: what was due in time happens first.
                first.late_rounds += 1
            else:
                first.end(Outcome.LATE)
            timeout = 0
        try:
            if timeout == 0:
                return self._events(0)
            return self._events_or_rest(first, timeout, now)
        finally:
            self._released = real_time()

    def _events_or_rest(self, first: Wait, timeout: float | None, now: float) -> Events:
        """Wait for what may yet happen, or end the first wait; no callback is ready."""
        left = min(first.ends - now, FOREVER if timeout is None else timeout)
        pending = self._pending()
        if pending is not None:
            patience = first.patience.left(pending, now)
            if patience > 0:
                return self._events(min(left, patience, first.patience.until_next_look(pending)))
        if events := self._events(0):
            return events
        if timeout is not None and now + timeout <= first.timers_until:
            return self._events(left)
        first.end(Outcome.REST)
        return []

    def _pending(self) -> Pending | None:
        self.work.add_all(asyncio.all_tasks(self._loop))
        return self.work.pending()

    def _events(self, timeout: float) -> Events:
        events: Events = self._select(None if timeout == FOREVER else timeout)
        if events:
            for wait in self.waits:
                wait.patience.renew()
        return events

    def _discount(self, now: float) -> None:
        """Do not count the time in which a call, or a debugger's prompt, held the loop."""
        for wait in self.waits:
            held = now - max(self._released, wait.began)
            if held > _HELD:
                wait.put_off(held)

    def _count_call(
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Run a call in an executor, and count it until it has come back."""
        sensitive: SensitiveCall | None = None
        if (
            isinstance(executor, CurrentThreadExecutor)
            or executor is SyncToAsync.single_thread_executor
        ):
            sensitive = SensitiveCall(func, self.sensitive_calls, self._sensitive_call_made)
            func = sensitive.make
        future: asyncio.Future[Any] = self._run_in_executor(executor, func, *args)
        if sensitive is not None:
            sensitive.future = future
        self.work.add_call(future)
        return future

    def _sensitive_call_made(self) -> None:
        if self._last_wait is not None:
            self._loop.call_soon_threadsafe(self._end_last_wait)

    def _end_last_wait(self) -> None:
        if self._last_wait is not None and not self.sensitive_calls:
            self._last_wait.end(Outcome.DONE)

    async def wait_for_sensitive_calls(self, bound: float) -> bool:
        """Wait until no thread makes a thread-sensitive call.

        Args:
            bound: Real seconds that it may take.

        Returns:
            Whether that is so; it is not if a call waits for what does not happen.
        """
        wait = self._last_wait = Wait(self._loop, bound, bound)
        # These are no work any more, and yet a thread makes them.
        cancelled = [call for call in self.sensitive_calls if call.is_cancelled]
        unfinished = [self._loop.create_future() for _ in cancelled]
        for future in unfinished:
            self.work.add_call(future)
        try:
            self._end_last_wait()
            return await self.wait(wait) is Outcome.DONE
        finally:
            self._last_wait = None
            for future in unfinished:
                future.cancel()


def is_selector_loop(loop: asyncio.AbstractEventLoop) -> bool:
    """Return whether a loop is one of asyncio's own that ask a selector."""
    return isinstance(loop, asyncio.SelectorEventLoop) and isinstance(
        getattr(loop, "_selector", None), selectors.BaseSelector
    )


def _end(wait: Wait) -> float:
    # One that is over already may not have been taken off yet.
    return FOREVER if wait.over.done() else wait.ends


# Real seconds that a wait which ignores timers takes on a loop whose rest cannot be detected.
SETTLING = 0.1

_warned_of: set[type] = set()


class BoundedWaits:
    """Ends waits on a loop that is not asyncio's own (uvloop, for one).

    Args:
        loop: The loop.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def begin(self) -> None:
        """Warn, once for each class of loops."""
        kind = type(self._loop)
        if kind not in _warned_of:
            _warned_of.add(kind)
            warnings.warn(
                f"{kind.__module__}.{kind.__qualname__} does not tell when nothing more will "
                "happen: communicators wait on it for as long as their timeouts say, and "
                "receive_nothing() may miss what comes later. Run these tests on asyncio's own "
                "event loop.",
                BoundedWaitWarning,
                stacklevel=2,
            )

    def end(self) -> None:
        """Do nothing: the loop was not changed."""

    async def wait(self, wait: Wait) -> Outcome:
        """Wait until ``wait`` is over."""
        ends = (
            wait.ends if wait.timers_until > wait.began else min(wait.ends, wait.began + SETTLING)
        )
        timer = self._loop.call_later(ends - real_time(), wait.end, Outcome.LATE)
        try:
            return await wait.over
        finally:
            timer.cancel()
