"""The event loop of the stage: it detects rest exactly, and its time is virtual.

When no callback is ready, everything that follows from the last input has happened, unless
something outside the loop goes on (`channeltest.rest`).
"""

from __future__ import annotations

import asyncio
import functools
import selectors
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

from ..rest.executor import DaemonThreads
from ..rest.patience import FOREVER, Patience, real_time
from ..rest.timeouts import timeouts_in
from ..rest.work import LoopWork, Pending
from .selector import Events, RestSelector
from .thread_sensitive import ThreadSensitiveCalls, is_thread_sensitive
from .timers import Timers

# Virtual time is a float. This is less than any timer's delay and more than rounding errors.
_ROUNDING = 1e-6

# What takes less real time than this takes no virtual time: a quick query in a thread must not
# decide which timers are due.
_QUICK = 0.01


class StageLoop(asyncio.SelectorEventLoop):
    """An event loop that stops when it rests, and whose clock stands still meanwhile.

    It runs in turns: `run_forever` returns when nothing is left to do, or when there are calls
    that need the thread it runs in without a loop running there.

    Args:
        patience: Real seconds for which an application that handles an event is waited for, while
            it waits for something outside the loop.

    Attributes:
        horizon: Seconds that the clock may jump ahead in one turn to fire timers.
        work: What the applications wait for outside the loop.
        calls: Calls that have not come back, by the futures of their results.
        sensitive: Calls that have to be made in the test's thread, outside the loop.
        note_call: Called when a call in the test's thread begins, with ``True``, and when it ends.
        at_rest: Whether the last turn ended because nothing was left to do.
        timed_out: Whether it ended because it took too long.
    """

    # Set by `begin_turn`.
    _bound: float
    _deadline: float | None
    _jumps: bool
    _real_time: float
    _turn_ends: float

    def __init__(self, patience: float = 1.0) -> None:
        self._now = 0.0
        selector = RestSelector(self)
        self._stepped: set[asyncio.Task[Any]] = set()
        self.work = LoopWork(selector.get_map(), self._stepped)
        super().__init__(selector)
        # A timer that is due fires: asyncio adds the resolution of the real clock to the time,
        # which is lost in the rounding once the time is large.
        self._clock_resolution = _ROUNDING
        self.horizon = 1.0
        self.calls: dict[asyncio.Future[Any], Callable[..., Any]] = {}
        self.at_rest = True
        self.timed_out = False
        self._called = False
        self._threads = DaemonThreads()
        self._default: Executor = self._threads
        self.sensitive = ThreadSensitiveCalls(
            self,
            lambda: self._threads.submit(self._run_elsewhere),
            self._stop_from_outside,
            lambda begins: self.note_call(begins),
        )
        self._patience = Patience(patience)
        self._next_turn: list[Callable[[], object]] = []
        self._timers = Timers()
        self._closes_when_stopped = False
        self.note_call: Callable[[bool], object] = bool

    # Turns

    def begin_turn(self, bound: float, horizon: float | None = None) -> None:
        """Begin a turn; `run_forever` then runs it.

        Args:
            bound: Real seconds after which the turn times out.
            horizon: Seconds of virtual time that may pass, whatever the applications wait for;
                by default `horizon`, unless one of them waits for something outside the loop in
                the middle of an event.
        """
        self.at_rest = False
        self.timed_out = False
        self._patience.renew()
        self._real_time = 0.0
        self._bound = bound
        self._deadline = None
        self._jumps = horizon is not None
        self._turn_ends = self._now + (self.horizon if horizon is None else horizon)
        waiting, self._next_turn = self._next_turn, []
        for callback in waiting:
            callback()

    def call_next_turn(self, callback: Callable[[], object]) -> None:
        """Call ``callback`` in the loop: at once in a turn, else when the next one begins."""
        if self.at_rest:
            self._next_turn.append(callback)
        else:
            # A thread-sensitive call does not wait for it, and need not run the loop elsewhere.
            super().call_soon_threadsafe(callback)

    @property
    def has_turn(self) -> bool:
        """Whether something waits for the next turn."""
        return bool(self._next_turn) or self._called

    @property
    def has_work(self) -> bool:
        """Whether something waits for the next turn, or may come from outside the loop."""
        return self.has_turn or self.work.pending() is not None

    def look(self, real: selectors.BaseSelector) -> Events:
        """Look for events while callbacks are ready; called by the selector."""
        if self._is_late(real_time()):
            return self._time_out()
        return self._events(real, 0)

    def rest(self, real: selectors.BaseSelector, timeout: float | None) -> Events:
        """Decide what to do when no callback is ready; called by the selector.

        Args:
            real: The selector with the loop's sockets.
            timeout: Seconds until the next timer, ``None`` without one.

        Returns:
            The events that ended the rest, as `selectors.BaseSelector.select` does.
        """
        if self.sensitive.are_due:
            self.stop()
            return []
        pending = self.work.pending()
        if pending is not None or self.calls:
            return self._rest_or_wait(real, timeout, pending or Pending())
        # A thread that has ended since may have called.
        if self._called and (events := self._events(real, 0)):
            return events
        if timeout is None or self._now + timeout > self._turn_ends + _ROUNDING:
            return self._rest()
        self._now += timeout
        return []

    def _rest_or_wait(
        self, real: selectors.BaseSelector, timeout: float | None, pending: Pending
    ) -> Events:
        """Wait for what is pending outside the loop as long as it may take; then rest."""
        now = real_time()
        if self._is_late(now):
            return self._time_out()
        pending.calls |= self.sensitive.is_running
        left = self._patience.left(pending, now)
        if left > 0:
            left = min(left, self._patience.until_next_look(pending))
            return self._in_real_time(real, timeout, left)
        if events := self._events(real, 0):
            return events
        at_work = pending.handling or not all(map(self._patience.is_idle, pending.threads))
        ends = self._turn_ends + _ROUNDING
        is_due = timeout is not None and self._now + timeout <= ends
        if is_due and not self._jumps:
            timeouts = timeouts_in(self.timers, self.work.tasks)
            timeout = None if at_work else self._timers.jump(self._now, ends, timeouts, self.timers)
        if timeout is None or self._now + timeout > ends:
            return self._rest()
        self._now += timeout
        return []

    def _rest(self) -> Events:
        self._called = False
        self.at_rest = True
        self.stop()
        return []

    def _in_real_time(
        self, real: selectors.BaseSelector, timeout: float | None, left: float
    ) -> Events:
        """Wait for something outside the loop: time passes as it does there."""
        began = real_time()
        left = min(left, (self._deadline or FOREVER) - began + 0.001)
        is_for_timer = timeout is not None and timeout <= left
        events = self._events(real, timeout if is_for_timer else left)
        self._real_time += real_time() - began
        if (is_for_timer and not events) or self._real_time >= _QUICK:
            # What the turn may jump over stays as long as it was.
            self._now += self._real_time
            self._turn_ends += self._real_time
            self._real_time = 0.0
        return events

    def _events(self, real: selectors.BaseSelector, timeout: float | None) -> Events:
        if events := real.select(timeout):
            self._patience.renew()
        return events

    def _is_late(self, now: float) -> bool:
        if self._deadline is None:
            self._deadline = now + self._bound
        return now > self._deadline

    def _time_out(self) -> Events:
        self.timed_out = True
        self._deadline = FOREVER
        self.stop()
        return []

    @property
    def timers(self) -> list[asyncio.TimerHandle]:
        """The heap of the timers, also of some that were cancelled."""
        return self._scheduled  # type: ignore[attr-defined, no-any-return]

    def pass_time(self, seconds: float) -> None:
        """Move the clock without firing anything; the next turn fires what is due."""
        self._now += seconds

    def time(self) -> float:
        """The virtual time, in seconds; it begins at zero."""
        return self._now

    # Tasks, and calls in threads

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Any = None
    ) -> asyncio.Handle:
        """Schedule a callback. Every step of a task comes this way, so idle ones need no look."""
        task = getattr(callback, "__self__", None)
        if isinstance(task, asyncio.Task):
            self._stepped.add(task)
        return super().call_soon(callback, *args, context=context)

    def create_task(self, coro: Any, **options: Any) -> asyncio.Task[Any]:
        """Create a task; see `asyncio.loop.create_task`."""
        task: asyncio.Task[Any] = super().create_task(coro, **options)
        self.work.add(task)
        return task

    def set_default_executor(self, executor: Any) -> None:
        """Set the executor of calls that name none."""
        super().set_default_executor(executor)
        self._default = executor

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Run a call in a thread, and count it until it has come back.

        What asgiref would give to its one thread for thread-sensitive calls runs in the test's
        thread, whose database connections and transaction it needs.
        """
        if is_thread_sensitive(executor):
            future = super().create_future()
            self.calls[future] = func
            self.sensitive.add(future, functools.partial(func, *args))
            return future
        future = super().run_in_executor(executor or self._default, func, *args)
        self.calls[future] = func
        self.work.add_call(future)
        future.add_done_callback(lambda _: self.calls.pop(future, None))
        return future

    def make_calls(self) -> None:
        """Make the calls that need the test's thread; to be called there, between two runs."""
        self.sensitive.run(came_back=self.calls.pop)

    def call_soon_threadsafe(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Any = None
    ) -> asyncio.Handle:
        """Schedule a callback from any thread."""
        handle = super().call_soon_threadsafe(callback, *args, context=context)
        self._called = True
        self._patience.renew()
        self.sensitive.called_back()
        return handle

    def _stop_from_outside(self) -> None:
        super().call_soon_threadsafe(self.stop)

    def _run_elsewhere(self) -> None:
        try:
            self.run_forever()
        finally:
            if self._closes_when_stopped:
                self._threads.shutdown(wait=False)
                super().close()

    def run_forever(self) -> None:
        """Run until `stop`, also when a task ends with a SystemExit: that is its result."""
        while True:
            try:
                return super().run_forever()
            except SystemExit:
                continue

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., object], *args: Any, context: Any = None
    ) -> asyncio.TimerHandle:
        """Schedule a callback; with time standing still, many fall on the same moment."""
        return super().call_at(self._timers.moment(when), callback, *args, context=context)

    def drop_calls(self) -> None:
        """Forget the calls that have not come back."""
        self.sensitive.drop()
        self.calls.clear()
        self.work.end_calls()

    def abandon_threads(self) -> None:
        """End the calls in threads as far as they can be ended."""
        self._threads.abandon()
        self._threads.shutdown()

    def close_when_stopped(self) -> None:
        """Close the loop; if another thread is in it, that one closes it when it returns."""
        self._closes_when_stopped = True
        if not self.is_running():
            self.close()

    def close(self) -> None:
        """Close the loop, and end its threads."""
        for future in list(self.calls):
            # Otherwise a thread that returns later would call the closed loop.
            future.cancel()
        self._threads.shutdown()
        super().close()
