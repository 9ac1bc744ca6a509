"""`Wait`: somebody who waits for an application, on a loop whose time is real."""

from __future__ import annotations

import asyncio
import enum

from .clock import real_time
from .patience import FOREVER, Patience


class Outcome(enum.Enum):
    """How a wait ended."""

    DONE = "the application sent something, or ended"
    REST = "nothing more happens"
    LATE = "the time is up"


class Wait:
    """Somebody who waits for an application.

    Args:
        loop: The loop of both.
        bound: Real seconds that the wait may take; ``None`` for any.
        ahead: Seconds from now within which timers are waited for; ``None`` for all.
        patience: For how long to wait for what something outside the loop may yet do. By default
            for as long as the wait may take: it then ends early only if nothing can come.

    Attributes:
        over: Done with an `Outcome` when the wait is over.
        patience: The same.
        began, ends, sees: Real times: when it began, when it is late, and until when timers are
            waited for.
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
        self.sees = self.began + (FOREVER if ahead is None else ahead)

    def end(self, outcome: Outcome) -> None:
        """End the wait, unless it has ended."""
        if not self.over.done():
            self.over.set_result(outcome)

    def put_off(self, seconds: float) -> None:
        """Do not count some time."""
        self.ends += seconds
        self.sees += seconds
