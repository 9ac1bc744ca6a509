"""Errors that say why an application sends nothing more, and notes on what it raised."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING, Any

from channels.utils import await_many_dispatch

from ..asgi.nesting import advise_as_asgi
from ..errors import ApplicationCancelled, TimedOut
from ..layers.captive import are_captive
from ..layers.unreached import advise_on_layer
from ..record.entries import since
from ..record.never_awaited import never_awaited
from ..record.reader import read
from ..record.text import as_text
from ..rest.detector import Outcome
from ..rest.places import place_of_task

if TYPE_CHECKING:
    from .connection import QueueConnection

# What a consumer is in between two events, when none of its own code is running.
_BETWEEN = (await_many_dispatch.__code__, asyncio.wait.__code__)

# Lines of the record that an error shows.
_SHOWN = 20


def cancelled(connection: QueueConnection) -> ApplicationCancelled:
    """Return the error for an application that was cancelled."""
    return ApplicationCancelled(
        f"{connection.name} was cancelled, and neither takes nor sends anything any more"
        f"{_history(connection)}"
    )


def timed_out(
    connection: QueueConnection,
    task: asyncio.Task[None],
    wanted: str,
    outcome: Outcome,
    seconds: float | None,
) -> TimeoutError:
    """Return the error for an application that does not do what its test waits for.

    Args:
        connection: The run of the application.
        task: The task that runs it.
        wanted: What the test waits for.
        outcome: How the wait ended.
        seconds: How long it could have taken.
    """
    if task.done():
        text = f"{connection.name} returned and will never {wanted}"
    else:
        within = "" if seconds is None else f" within {seconds:g} s"
        text = f"{connection.name} did not {wanted}{within}; it waits {_place(task)}"
        if outcome is Outcome.REST:
            text += (
                "\nNothing can come: only the test could let a task of its loop go on, and no "
                f"timer is due{within or ' at all'}"
            )
    if dropped := never_awaited():
        text += f"\n{dropped}"
    return TimedOut(text + _history(connection))


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


def _history(connection: QueueConnection) -> str:
    events = ", ".join(connection.inputs) or "nothing"
    excerpt = since(connection.mark)
    record = as_text(read(excerpt.entries), excerpt.lost, _SHOWN)
    return f"\nEvents sent to it: {events}" + (f"\n{record}" if record else "")


def advise(error: BaseException, application: object) -> None:
    """Add a note to what an application raised, if the test can do something about it.

    Args:
        error: The error.
        application: The application.
    """
    advise_as_asgi(error, application)
    if not are_captive():
        advise_on_layer(error)
