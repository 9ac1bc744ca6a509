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

    def jump(
        self,
        now: float,
        ends: float,
        timeouts: Collection[asyncio.TimerHandle],
        timers: list[asyncio.TimerHandle],
    ) -> float | None:
        """Return the seconds until the next timer, and put off those that must not see the jump.

        Args:
            now: The virtual time.
            ends: When the turn ends; later timers are not jumped to.
            timeouts: Timers that measure real time: they fire so much later.
            timers: The heap of all timers of the loop.

        Returns:
            The seconds, ``None`` if no other timer is set.
        """
        moments = [each.when() for each in timers if not each.cancelled() and each not in timeouts]
        if not moments:
            return None
        seconds = max(0.0, min(moments) - now)
        if timeouts and now + seconds <= ends:
            for each in timeouts:
                each._when = self.moment(each.when() + seconds)  # type: ignore[attr-defined]
            heapq.heapify(timers)
        return seconds
