"""A wait for an application."""

from __future__ import annotations

import asyncio

from channeltest.rest.detector import Outcome, Wait
from channeltest.rest.patience import FOREVER


def made(*args):
    async def main():
        return Wait(asyncio.get_running_loop(), *args)

    return asyncio.run(main())


def test_times():
    wait = made(2, 1)
    assert wait.ends - wait.began == 2
    assert wait.timers_until - wait.began == 1


def test_without_bounds():
    wait = made(None, None)
    assert wait.ends == wait.timers_until == FOREVER


def test_put_off():
    wait = made(2, 1)
    wait.put_off(3)
    assert (wait.ends - wait.began, wait.timers_until - wait.began) == (5, 4)


def test_ends_once():
    wait = made(2, 1)
    wait.end(Outcome.DONE)
    wait.end(Outcome.LATE)
    assert wait.over.result() is Outcome.DONE
