"""What is done on a Redis server as steps: one implementation for threads and for event loops.

A generator yields the commands of one round trip, is sent the replies, and returns the result.
What runs it decides how the round trips are made: a thread blocks, an event loop does not.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Sequence
from typing import Any, TypeVar

Argument = bytes | str | int | float

# A command's words, the command itself first.
Command = Sequence[Argument]

_T = TypeVar("_T")

# Each of the replies may be a ``ResponseError``.
Steps = Generator[Sequence[Command], list[Any], _T]


def run(steps: Steps[_T], exchange: Callable[[Sequence[Command]], list[Any]]) -> _T:
    """Run steps; what a round trip raises is raised in them.

    Args:
        steps: The steps.
        exchange: Makes one round trip.

    Returns:
        Their result.
    """
    try:
        commands = next(steps)
        while True:
            try:
                replies = exchange(commands)
            except BaseException as error:
                commands = steps.throw(error)
            else:
                commands = steps.send(replies)
    except StopIteration as end:
        result: _T = end.value
        return result


async def run_in_loop(
    steps: Steps[_T], exchange: Callable[[Sequence[Command]], Awaitable[list[Any]]]
) -> _T:
    """Do what `run` does, in an event loop."""
    try:
        commands = next(steps)
        while True:
            try:
                replies = await exchange(commands)
            except BaseException as error:
                commands = steps.throw(error)
            else:
                commands = steps.send(replies)
    except StopIteration as end:
        result: _T = end.value
        return result
