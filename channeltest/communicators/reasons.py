"""Errors that say why an application says no more."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING, Any

from channels.utils import await_many_dispatch

from ..errors import ApplicationCancelled, TimedOut
from ..record.entries import since
from ..record.events import read
from ..record.text import is_shown, row, table
from ..rest.detector import Outcome
from ..rest.places import place_of_task
from .never_awaited import never_awaited

if TYPE_CHECKING:
    from .connection import QueueConnection

# What a consumer is in between two events, when none of its own code is running.
_BETWEEN = (await_many_dispatch.__code__, asyncio.wait.__code__)

# Lines of the conversation that an error shows.
_SHOWN = 20


def cancelled(line: QueueConnection) -> ApplicationCancelled:
    """Return the error for an application that was cancelled."""
    return ApplicationCancelled(
        f"{line.name} was cancelled, and neither takes nor sends anything any more{_history(line)}"
    )


def timed_out(
    line: QueueConnection,
    task: asyncio.Task[None],
    wanted: str,
    outcome: Outcome,
    seconds: float | None,
) -> TimeoutError:
    """Return the error for an application that does not do what its test waits for.

    Args:
        line: The line to it.
        task: The task that runs it.
        wanted: What the test waits for.
        outcome: How the wait ended.
        seconds: How long it could have taken.
    """
    if task.done():
        text = f"{line.name} returned and will never {wanted}"
    else:
        within = "" if seconds is None else f" within {seconds:g} s"
        text = f"{line.name} did not {wanted}{within}; it waits {_place(task)}"
        if outcome is Outcome.REST:
            text += (
                "\nNobody had to wait for that: nothing is running on its loop, and no timer is "
                f"due{within or ' at all'}"
            )
    dropped = never_awaited()
    if dropped:
        text += "\nNever awaited, so they did nothing: " + ", ".join(dropped)
    return TimedOut(text + _history(line))


def _place(task: asyncio.Task[None]) -> str:
    """Where the application waits."""
    waiting: Any = task.get_coro()
    codes = []
    while waiting is not None:
        codes.append(getattr(waiting, "cr_code", None))
        waiting = getattr(waiting, "cr_await", None)
    if any(pair == _BETWEEN for pair in itertools.pairwise(codes)):
        return "for its next event"
    return place_of_task(task)


def _history(line: QueueConnection) -> str:
    given = ", ".join(line.given) or "nothing"
    text = f"\nIt was given: {given}"
    events = [event for event in read(since(line.mark).entries) if is_shown(event)]
    if events:
        rows: Any = map(row, events[-_SHOWN:])
        text += "\n".join(["\nThe conversation, in order:", *(f"  {each}" for each in table(rows))])
    return text
