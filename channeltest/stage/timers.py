"""The timers of a loop whose time is virtual: what order they have, and which see a jump."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Collection


class Moment(float):
    """The time of a timer. Of two for the same moment, the one that was set first is less."""

    order: int

    def __lt__(self, other: float) -> bool:
        if float(self) == float(other) and isinstance(other, Moment):
            return self.order < other.order
        return float(self) < float(other)


class Timers:
    """Gives timers their moments, and lets some of them not see the next jump of the clock."""

    def __init__(self) -> None:
        self._order = itertools.count()

    def moment(self, when: float) -> Moment:
        """Return the moment of a timer that is set now for ``when``."""
        moment = Moment(when)
        moment.order = next(self._order)
        return moment

    def next_but(
        self, timeouts: Collection[asyncio.TimerHandle], timers: list[asyncio.TimerHandle]
    ) -> float | None:
        """Return when the next of ``timers`` is due that is none of ``timeouts``, or ``None``."""
        moments = [each.when() for each in timers if not each.cancelled() and each not in timeouts]
        return min(moments, default=None)

    def put_off(
        self,
        timeouts: Collection[asyncio.TimerHandle],
        seconds: float,
        timers: list[asyncio.TimerHandle],
    ) -> None:
        """Have some timers fire so much later.

        Args:
            timeouts: These.
            seconds: By so much.
            timers: The heap of all timers of the loop.
        """
        for each in timeouts:
            each._when = self.moment(each.when() + seconds)  # type: ignore[attr-defined]
        heapq.heapify(timers)
