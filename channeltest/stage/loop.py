"""The event loop of the stage: it knows when nothing more will happen, and its time is virtual.

asyncio asks its selector for events with a timeout of zero as long as callbacks are ready, and
with a positive one or none exactly when there are none. That moment, with no call in a thread
and no socket being waited for, is when everything that follows from the last input has happened.
"""

from __future__ import annotations

import asyncio
import itertools
import selectors
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import Any

from asgiref.sync import SyncToAsync

from ..rest.executor import Threads
from ..rest.foreign_futures import is_bridge
from ..rest.sockets import Sockets
from .test_thread import Jobs

# A float carries the virtual time; this is less than any timer means and more than it errs.
_ROUNDING = 1e-6

# Real seconds that a socket may stay silent on which nothing has been asked.
_PATIENCE = 0.05

# What takes less real time than this takes no virtual time: a quick query in a thread must not
# decide which timers are due.
_QUICK = 0.01


class _When(float):
    """The time of a timer. Of two for the same moment, the one that was set first is less."""

    order: int

    def __lt__(self, other: float) -> bool:
        if float(self) == float(other) and isinstance(other, _When):
            return self.order < other.order
        return float(self) < float(other)


def _is_of_context(executor: Executor | None) -> bool:
    """Whether asgiref made the executor for one context, as it does for Django's requests."""
    return any(
        made is executor and getattr(context, "_executor", None) is None
        for context, made in SyncToAsync.context_to_thread_executor.items()
    )


class StageLoop(asyncio.SelectorEventLoop):
    """An event loop whose rest can be told exactly, and whose clock stands still meanwhile.

    It runs in turns: `run_forever` returns when nothing is left to do, or when there are `jobs`
    that need the thread it runs in without a loop running there.

    Attributes:
        horizon: Seconds that the clock may jump ahead in one turn to fire timers.
        in_flight: Calls in threads that have not come back, by a key of each.
        jobs: Calls that have to be made in the test's thread, outside the loop (`Jobs`).
        at_rest: Whether the last turn ended because nothing was left to do.
        stood_still: Whether it ended because it took too long.
    """

    def __init__(self) -> None:
        # A whole number, so that the sums of times err as little as they can.
        self._now = float(int(time.monotonic()))
        selector = _RestSelector(self)
        self.sockets = Sockets(selector.get_map())
        super().__init__(selector)
        self.sockets.own = self._ssock.fileno()  # type: ignore[attr-defined]
        self.horizon = 1.0
        self.in_flight: dict[object, Callable[..., Any]] = {}
        self.at_rest = True
        self.stood_still = False
        self._called = False
        self._threads = Threads()
        self.jobs = Jobs(
            self, lambda: self._threads.submit(self._stand_in), self._stop_from_outside
        )
        self._turn_ends = self._now
        self._deadline = float("inf")
        self._next_turn: list[Callable[[], object]] = []
        self._bridged: set[asyncio.Future[Any]] = set()
        self._order = itertools.count()
        self._real_time = 0.0
        self._was_patient = False
        self._is_orphan = False

    # Turns

    def begin_turn(self, bound: float, horizon: float | None = None) -> None:
        """Begin a turn; `run_forever` then runs it.

        Args:
            bound: Real seconds after which the turn has stood still.
            horizon: Seconds of virtual time that may pass; `horizon` by default.
        """
        self.at_rest = False
        self.stood_still = False
        self._was_patient = False
        self._real_time = 0.0
        self._deadline = time.monotonic() + bound
        self._turn_ends = self._now + (self.horizon if horizon is None else horizon)
        waiting, self._next_turn = self._next_turn, []
        for callback in waiting:
            callback()

    def call_next_turn(self, callback: Callable[[], object]) -> None:
        """Call ``callback`` in the loop: at once in a turn, else when one begins.

        So what a test sets going between two turns waits for the second.
        """
        if self.at_rest:
            self._next_turn.append(callback)
        else:
            # Nobody waits for it, so a job goes on by itself.
            super().call_soon_threadsafe(callback)

    @property
    def has_work(self) -> bool:
        """Whether something waits for the next turn, or may come over a socket."""
        return bool(self._next_turn) or self._called or self.sockets.waits()

    def look(self, real: selectors.BaseSelector) -> Any:
        """Look for events while callbacks are ready; called by the selector."""
        if time.monotonic() > self._deadline:
            return self._stand_still()
        events = real.select(0)
        self.sockets.note_events(events)
        return events

    def rest(self, real: selectors.BaseSelector, timeout: float | None) -> Any:
        """Decide what to do when no callback is ready; called by the selector.

        Args:
            real: The selector with the loop's sockets.
            timeout: Seconds until the next timer, ``None`` without one.

        Returns:
            The events that ended the rest, as `selectors.BaseSelector.select` does.
        """
        events = real.select(0)
        if not events:
            if self.jobs.are_due:
                self.stop()
                return ()
            if self.in_flight or self._bridged or self.sockets.answer_due():
                events = self._in_real_time(real, timeout)
            elif self.sockets.waits() and not self._was_patient:
                events = real.select(_PATIENCE)
                self._was_patient = not events
            elif timeout is not None and self._now + timeout <= self._turn_ends + _ROUNDING:
                self._now += timeout
            else:
                self._called = False
                self.at_rest = True
                self.stop()
        if self.sockets.note_events(events):
            self._was_patient = False
        return events

    def _in_real_time(self, real: selectors.BaseSelector, timeout: float | None) -> Any:
        """Wait for somebody real who is at work: time passes as it does for them."""
        began = time.monotonic()
        if began > self._deadline:
            return self._stand_still()
        left = self._deadline - began + 0.001
        events = real.select(left if timeout is None else min(left, timeout))
        self._real_time += time.monotonic() - began
        if not events or self._real_time >= _QUICK:
            # What the turn may jump over stays as long as it was.
            self._now += self._real_time
            self._turn_ends += self._real_time
            self._real_time = 0.0
        return events

    def _stand_still(self) -> Any:
        self.stood_still = True
        self._deadline = float("inf")
        self.stop()
        return ()

    def pass_time(self, seconds: float) -> None:
        """Move the clock without firing anything; the next turn fires what is due."""
        self._now += seconds

    def time(self) -> float:
        """The virtual time, in seconds."""
        return self._now

    # Calls in threads

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Run a call in a thread, and count it until it has come back.

        What asgiref would give to its one thread for thread-sensitive calls runs in the test's
        thread, whose database connections and transaction it needs.
        """

        def call() -> Any:
            return func(*args)

        if executor is SyncToAsync.single_thread_executor or _is_of_context(executor):
            return self._run_in_tests_thread(func, call)
        job = (executor or self._threads).submit(call)
        self.in_flight[job] = func
        future = asyncio.wrap_future(job, loop=self)

        def came_back() -> None:
            # The thread may have been quicker than its callbacks: the result first.
            if future.done():
                self.in_flight.pop(job, None)
            else:
                future.add_done_callback(lambda _: self.in_flight.pop(job, None))

        def tell(_: object) -> None:
            if not self.is_closed():
                super(StageLoop, self).call_soon_threadsafe(came_back)

        job.add_done_callback(tell)
        return future

    def _run_in_tests_thread(
        self, func: Callable[..., Any], call: Callable[[], Any]
    ) -> asyncio.Future[Any]:
        future = super().create_future()
        self.in_flight[future] = func
        self.jobs.add(future, call)
        return future

    def run_jobs(self) -> None:
        """Make the calls that need the test's thread; to be called there, between two runs."""
        self.jobs.run(came_back=self.in_flight.pop)

    def call_soon_threadsafe(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Any = None
    ) -> asyncio.Handle:
        """Schedule a callback from any thread."""
        handle = super().call_soon_threadsafe(callback, *args, context=context)
        self._called = True
        self.jobs.note_call_back()
        return handle

    def _stop_from_outside(self) -> None:
        super().call_soon_threadsafe(self.stop)

    def _stand_in(self) -> None:
        try:
            self.run_forever()
        finally:
            if self._is_orphan:
                self._threads.shutdown(wait=False)
                super().close()

    def run_forever(self) -> None:
        """Run until `stop`, also when a task ends with a SystemExit: that is its result."""
        while True:
            try:
                return super().run_forever()
            except SystemExit:
                continue

    # Timers, and waits for others

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., object], *args: Any, context: Any = None
    ) -> asyncio.TimerHandle:
        """Schedule a callback; with time standing still, many fall on the same moment."""
        moment = _When(when)
        moment.order = next(self._order)
        return super().call_at(moment, callback, *args, context=context)

    def create_future(self) -> asyncio.Future[Any]:
        """Create a future, and remember it if it waits for a socket, thread or process."""
        future = super().create_future()
        if is_bridge(sys._getframe(1)):
            self._bridged.add(future)
            future.add_done_callback(self._bridged.discard)
        else:
            self.sockets.note_wait(future)
        return future

    def _make_socket_transport(self, sock: Any, *args: Any, **kwargs: Any) -> Any:
        # asyncio's own, and the one place where all of its transports for sockets are made.
        make: Any = super()._make_socket_transport  # type: ignore[misc]
        transport = make(sock, *args, **kwargs)
        self.sockets.watch(transport, sock.fileno(), is_client=kwargs.get("server") is None)
        return transport

    def drop_jobs(self) -> None:
        """Forget the calls that wait for the test's thread."""
        self.jobs.drop()
        self.in_flight.clear()

    def abandon_threads(self) -> None:
        """Stop the calls in threads as far as they let themselves be stopped."""
        self._threads.abandon()
        self._threads.shutdown()

    def close_when_it_stops(self) -> None:
        """Close the loop, or have the thread do it that an application holds in the loop."""
        self._is_orphan = True
        if not self.is_running():
            self.close()

    def close(self) -> None:
        """Close the loop, and end its threads."""
        for future in list(self._bridged):
            # Or a thread that comes back late would look for the loop.
            future.cancel()
        self._threads.shutdown()
        super().close()


class _RestSelector(selectors.BaseSelector):
    """The selector of a `StageLoop`: it tells the loop when it rests."""

    def __init__(self, loop: StageLoop) -> None:
        self._loop = loop
        self._real = selectors.DefaultSelector()
        self._registered = 0
        self._looks = 0

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        key = self._real.register(fileobj, events, data)
        self._registered += 1
        return key

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        key = self._real.unregister(fileobj)
        self._registered -= 1
        return key

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.modify(fileobj, events, data)

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None or timeout > 0:
            return self._loop.rest(self._real, timeout)
        self._looks += 1
        # Without sockets of the applications there is nothing to look for (the loop's own pipe
        # only wakes it from a rest), but now and then at the time.
        if self._registered == 1 and self._looks & 255:
            return ()
        return self._loop.look(self._real)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._real.get_map()

    def get_key(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.get_key(fileobj)

    def close(self) -> None:
        self._real.close()
