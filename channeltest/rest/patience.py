"""How long the harness waits for an application that waits for something outside its loop.

The seconds are real ones, by a clock that no test replaces.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .work import Pending

# Real seconds that what goes on in the background is waited for.
GRACE = 0.05

FOREVER = float("inf")

# Real seconds; twice as many pass before the first look at threads.
_LOOK_AGAIN = 0.001

# A wait is cut into so many parts. A part never counts for more than its length: time in which the
# process stood still (a busy machine, a stopped process) is time in which nothing could come.
_PARTS = 10


def _system_clock() -> Callable[[], float]:
    if hasattr(time, "clock_gettime"):
        return partial(time.clock_gettime, time.CLOCK_MONOTONIC)
    return partial(time.monotonic)


# Returns the seconds of the system's monotonic clock, which no test replaces: freezegun replaces
# every attribute of a module that holds a function of `time`, mocks replace ``time.monotonic``, and
# time-machine replaces the wall clock inside the interpreter. None of them reaches the system's
# monotonic clock behind a partial function.
real_time = _system_clock()


class Patience:
    """Decides for how long to wait for what is pending, in real time.

    A call in an executor is waited for until it comes back. An application that handles an event,
    and a thread that runs, are waited for with patience. An application that outlasts it counts as
    background until it asks for its next event, a thread as idle until it gets to another place.
    What is in the background has a short grace. So has a bare future, once.

    Time counts in parts, each of which is one wait of the loop's selector: ``left`` says how much
    is left, and ``until_next_look`` how long to wait before the next call of ``left``.

    Args:
        patience: Seconds without an event from outside the loop.
        grace: Seconds likewise, for the background.
    """

    def __init__(self, patience: float, grace: float = GRACE) -> None:
        self.patience = patience
        self._grace = grace
        self._last_look: float | None = None
        self._passed = self._part = 0.0
        self._look_again = _LOOK_AGAIN
        self._slow: set[Hashable] = set()
        self._known: set[Hashable] = set()

    def renew(self) -> None:
        """Begin anew: a turn begins, or something came from outside the loop."""
        self._last_look = None
        self._passed = 0.0
        self._look_again = _LOOK_AGAIN

    def left(self, pending: Pending, now: float) -> float:
        """Return the seconds that are left to wait; none if what is pending counts as idle.

        Args:
            pending: What is pending.
            now: The real time, in seconds.
        """
        if self._last_look is not None:
            self._passed += min(now - self._last_look, self._part)
        self._last_look = now
        if pending.calls:
            self._part = FOREVER
            return FOREVER
        busy = pending.handling | pending.threads
        self._slow &= busy
        self._known &= pending.bare
        patient = busy - self._slow
        seconds = self._seconds(pending, bool(patient))
        self._part = seconds / _PARTS
        # The parts of a whole add up but for the last digits.
        left = round(seconds - self._passed, 9)
        if left <= 0:
            self._slow |= patient
            self._known |= pending.bare
        return max(0.0, left)

    def until_next_look(self, pending: Pending) -> float:
        """Return the seconds after which to look again.

        With threads they are few, and twice as many each time: no event tells that a thread has
        ended, or has begun to wait for the loop.

        Args:
            pending: What is pending, as the last call of `left` got it.
        """
        if not (pending.calls or pending.threads):
            return self._part
        self._look_again *= 2
        return min(self._look_again, self._part)

    def is_idle(self, thread: Hashable) -> bool:
        """Return whether the patience with a thread at this place is used up."""
        return thread in self._slow

    def _seconds(self, pending: Pending, is_patient: bool) -> float:
        if is_patient:
            return self.patience
        if pending.background or pending.bare - self._known:
            return self._grace
        return 0.0
