"""Waits on a loop that does not tell when it rests: they take their time, as everywhere else."""

from __future__ import annotations

import asyncio
import warnings

from ..errors import BoundedWaitWarning
from .clock import real_time
from .detector import Outcome, Wait
from .patience import FOREVER

# Real seconds that a wait without a look ahead takes: nobody can say whether something comes.
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
        """Nothing was changed."""

    async def wait(self, wait: Wait) -> Outcome:
        """Wait until ``wait`` is over."""
        ends = wait.ends if wait.sees > wait.began else min(wait.ends, wait.began + SETTLING)
        if ends == FOREVER:
            return await wait.over
        timer = self._loop.call_later(max(0.0, ends - real_time()), wait.end, Outcome.LATE)
        try:
            return await wait.over
        finally:
            timer.cancel()
