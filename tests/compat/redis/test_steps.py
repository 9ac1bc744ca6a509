"""Steps, run by a thread and in an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from channeltest.compat.redis.steps import Command, Steps, run, run_in_loop


def in_thread(steps: Steps[Any], exchange: Any) -> Any:
    return run(steps, exchange)


def in_loop(steps: Steps[Any], exchange: Any) -> Any:
    async def later(commands: Sequence[Command]) -> Any:
        return exchange(commands)

    return asyncio.run(run_in_loop(steps, later))


@pytest.fixture(params=[in_thread, in_loop])
def drive(request: pytest.FixtureRequest) -> Any:
    return request.param


def test_each_round_trip_has_the_replies_of_its_commands(drive: Any) -> None:
    def steps() -> Steps[list[Any]]:
        first = yield [("ECHO", "a"), ("ECHO", "b")]
        second = yield [("ECHO", first[1])]
        return [*first, *second]

    found = drive(steps(), lambda commands: [command[1] for command in commands])
    assert found == ["a", "b", "b"]


def test_steps_without_a_round_trip(drive: Any) -> None:
    def steps() -> Steps[str]:
        yield from ()
        return "done"

    assert drive(steps(), pytest.fail) == "done"


def test_what_a_round_trip_raises_is_raised_in_the_steps(drive: Any) -> None:
    def steps() -> Steps[Any]:
        try:
            yield [("GET", "a")]
        except ConnectionError:
            return (yield [("GET", "b")])

    def exchange(commands: Sequence[Command]) -> list[Any]:
        if commands[0][1] == "a":
            raise ConnectionError
        return ["from b"]

    assert drive(steps(), exchange) == ["from b"]


def test_what_the_steps_do_not_catch_is_raised(drive: Any) -> None:
    def steps() -> Steps[Any]:
        yield [("GET", "a")]

    def exchange(commands: Sequence[Command]) -> list[Any]:
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError, match="gone"):
        drive(steps(), exchange)
