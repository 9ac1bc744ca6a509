"""The event loop of the stage: it knows when nothing more will happen, and its time is virtual.

asyncio asks its selector for events with a timeout of zero as long as callbacks are ready, and
with a positive one or none exactly when there are none. That moment, with no call in a thread
and no socket being waited for, is when everything that follows from the last input has happened.
"""

from __future__ import annotations

import asyncio
import selectors
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from typing import Any

from asgiref.sync import SyncToAsync

from .threads import Threads

# Where asyncio itself waits for the other end of a socket.
_SOCKET_MODULES = {
    "asyncio.base_events",
    "asyncio.selector_events",
    "asyncio.sslproto",
    "asyncio.streams",
}

# Libraries whose waits are about this process, not about a socket of theirs.
_LOCAL_PACKAGES = {"asgiref", "async_timeout", "channels", "channeltest", "django"}


class StageLoop(asyncio.SelectorEventLoop):
    """An event loop whose rest can be told exactly, and whose clock stands still meanwhile.

    It runs in turns: `run_forever` returns when nothing is left to do, or when there are `jobs`
    that need the thread it runs in without a loop running there.

    Attributes:
        horizon: Seconds that the clock may jump ahead in one turn to fire timers.
        in_flight: Calls in threads that have not come back, by a key of each.
        jobs: Calls that have to be made in the test's thread, outside the loop.
        at_rest: Whether the last turn ended because nothing was left to do.
        stood_still: Whether it ended because it took too long.
    """

    def __init__(self) -> None:
        self._now = time.monotonic()
        super().__init__(_RestSelector(self))
        self.horizon = 1.0
        self.in_flight: dict[object, Callable[..., Any]] = {}
        self.jobs: deque[Callable[[], None]] = deque()
        self.at_rest = True
        self.stood_still = False
        self._threads = Threads()
        self._turn_ends = self._now
        self._deadline = float("inf")
        self._busy = 0
        self._next_turn: list[Callable[[], object]] = []
        self._socket_waits: set[asyncio.Future[Any]] = set()
        self._job_thread: int | None = None
        self._understudy: Future[None] | None = None

    # Turns

    def begin_turn(self, bound: float, horizon: float | None = None) -> None:
        """Begin a turn; `run_forever` then runs it.

        Args:
            bound: Real seconds after which the turn has stood still.
            horizon: Seconds of virtual time that may pass; `horizon` by default.
        """
        self.at_rest = False
        self.stood_still = False
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
            self.call_soon_threadsafe(callback)

    @property
    def has_work(self) -> bool:
        """Whether something waits for the next turn."""
        return bool(self._next_turn)

    def look(self, real: selectors.BaseSelector) -> Any:
        """Look for events while callbacks are ready; called by the selector."""
        self._busy += 1
        if self._busy % 256 == 0 and time.monotonic() > self._deadline:
            return self._stand_still()
        # Without sockets of the applications there is nothing to look for: the loop's own pipe
        # only wakes it from a rest.
        return real.select(0) if len(real.get_map()) > 1 else ()

    def rest(self, real: selectors.BaseSelector, timeout: float | None) -> Any:
        """Decide what to do when no callback is ready; called by the selector.

        Args:
            real: The selector with the loop's sockets.
            timeout: Seconds until the next timer, ``None`` without one.

        Returns:
            The events that ended the rest, as `selectors.BaseSelector.select` does.
        """
        events = real.select(0)
        if events:
            return events
        if self.jobs and self._job_thread is None:
            self.stop()
            return ()
        if self.in_flight or self._waits_for_socket():
            # Somebody real is at work: now time passes as it does for them.
            began = time.monotonic()
            if began > self._deadline:
                return self._stand_still()
            left = self._deadline - began + 0.001
            events = real.select(left if timeout is None else min(left, timeout))
            self._now += time.monotonic() - began
            return events
        if timeout is not None and self._now + timeout <= self._turn_ends:
            self._now += timeout
            return ()
        self.at_rest = True
        self.stop()
        return ()

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

        if executor is SyncToAsync.single_thread_executor:
            return self._run_in_tests_thread(func, call)
        job = (executor or self._threads).submit(call)
        self.in_flight[job] = func
        future = asyncio.wrap_future(job, loop=self)
        # Behind wrap_future's own callback: the result must be on its way before this.
        job.add_done_callback(self._came_back)
        return future

    def _run_in_tests_thread(
        self, func: Callable[..., Any], call: Callable[[], Any]
    ) -> asyncio.Future[Any]:
        future = super().create_future()
        self.in_flight[future] = func

        def job() -> None:
            result, error = None, None
            try:
                result = call()
            except BaseException as raised:
                error = raised
            # From here on this thread has the loop to itself again.
            self._dismiss_understudy()
            self.in_flight.pop(future, None)
            if future.cancelled():
                return
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)

        self.jobs.append(job)
        return future

    def run_jobs(self) -> None:
        """Make the calls that need the test's thread; to be called there, between two runs."""
        while self.jobs:
            job = self.jobs.popleft()
            self._job_thread = threading.get_ident()
            try:
                job()
            finally:
                self._job_thread = None

    def call_soon_threadsafe(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Any = None
    ) -> asyncio.Handle:
        """Schedule a callback from any thread.

        A job that calls back into the loop (``async_to_sync`` in a synchronous consumer) waits
        for it in the very thread that runs the loop otherwise. An understudy takes over until
        the job is done.
        """
        handle = super().call_soon_threadsafe(callback, *args, context=context)
        if self._job_thread == threading.get_ident() and self._understudy is None:
            self._understudy = self._threads.submit(self.run_forever)
        return handle

    def _dismiss_understudy(self) -> None:
        if self._understudy is not None:
            super().call_soon_threadsafe(self.stop)
            self._understudy.result()
            self._understudy = None

    def _came_back(self, job: Future[Any]) -> None:
        if not self.is_closed():
            self.call_soon_threadsafe(self.in_flight.pop, job, None)

    # Waits for sockets

    def create_future(self) -> asyncio.Future[Any]:
        """Create a future, and remember it if what waits for it waits for a socket."""
        future = super().create_future()
        if _is_socket_wait():
            self._socket_waits.add(future)
            future.add_done_callback(self._socket_waits.discard)
        return future

    def _waits_for_socket(self) -> bool:
        # Without any socket but the loop's own pipe, a library's wait is about something else.
        return bool(self._socket_waits) and len(self.sockets()) > 0

    def sockets(self) -> list[Any]:
        """The sockets registered besides the loop's own."""
        selector: Any = self._selector  # type: ignore[attr-defined]
        own = self._ssock.fileno()  # type: ignore[attr-defined]
        return [fd for fd in list(selector.get_map()) if fd != own]

    def close(self) -> None:
        """Close the loop, and let its threads go."""
        self._threads.shutdown(wait=False)
        super().close()


class _RestSelector(selectors.BaseSelector):
    """The selector of a `StageLoop`: it tells the loop when it rests."""

    def __init__(self, loop: StageLoop) -> None:
        self._loop = loop
        self._real = selectors.DefaultSelector()

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.modify(fileobj, events, data)

    def select(self, timeout: float | None = None) -> Any:
        if timeout is not None and timeout <= 0:
            return self._loop.look(self._real)
        return self._loop.rest(self._real, timeout)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._real.get_map()

    def get_key(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.get_key(fileobj)

    def close(self) -> None:
        self._real.close()


def _is_socket_wait() -> bool:
    """Whether the future being created is what some code waits on for a socket's other end.

    asyncio's own streams and sockets say so by their module. Libraries build waits of their own
    upon asyncio's events and futures, so a future made for a third-party library counts too.
    """
    frame = sys._getframe(2)
    while True:
        name = frame.f_globals.get("__name__", "")
        if name in _SOCKET_MODULES:
            return True
        if name.partition(".")[0] not in ("asyncio", "contextlib"):
            break
        if frame.f_back is None:
            return False
        frame = frame.f_back
    if name.partition(".")[0] in _LOCAL_PACKAGES:
        return False
    return "site-packages" in frame.f_code.co_filename
