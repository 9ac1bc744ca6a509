from __future__ import annotations

import asyncio
from typing import Any

import pytest
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.serving import undelivered
from channeltest.compat.serving.outbox import Outbox
from channeltest.compat.serving.undelivered import Undelivered


class Unreachable(ChannelLayer):
    """A layer that cannot be reached for some attempts, and then full for one."""

    unreachable = (ConnectionError,)

    def __init__(self, attempts: int) -> None:
        super().__init__()
        self.errors: list[Exception] = [ConnectionError("gone")] * attempts
        self.errors.append(self.ChannelFull())

    def send(self, channel: str, message: dict[str, Any]) -> None:
        if self.errors:
            raise self.errors.pop()
        super().send(channel, message)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of each pause, none of which is waited for."""
    slept: list[float] = []
    sleep = asyncio.sleep

    async def note(seconds: float) -> None:
        slept.append(seconds)
        await sleep(0)

    monkeypatch.setattr(undelivered.asyncio, "sleep", note)
    return slept


async def until_idle() -> None:
    """Wait for all other tasks of the loop."""
    await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})


def test_they_are_sent_in_order_when_the_layer_takes_them(pauses: list[float]) -> None:
    layer = Unreachable(attempts=6)

    async def run() -> None:
        kept = Undelivered(layer, Outbox(layer))
        for number in range(3):
            assert kept.add("websocket.disconnect", {"number": number})
        await until_idle()
        # And again, with another task.
        layer.errors.append(ConnectionError("gone"))
        assert kept.add("websocket.disconnect", {"number": 3})
        await until_idle()

    asyncio.run(run())
    numbers = [layer.receive(["websocket.disconnect"])[1]["number"] for _ in range(4)]
    assert numbers == [0, 1, 2, 3]
    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0, 0.1]


def test_more_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undelivered, "MOST", 2)
    layer = Unreachable(attempts=0)

    async def run() -> list[bool]:
        kept = Undelivered(layer, Outbox(layer))
        return [kept.add("websocket.disconnect", {}) for _ in range(3)]

    assert asyncio.run(run()) == [True, True, False]


def test_a_server_that_ends(caplog: pytest.LogCaptureFixture) -> None:
    layer = Unreachable(attempts=1)

    async def run() -> None:
        Undelivered(layer, Outbox(layer)).add("websocket.disconnect", {})
        await asyncio.sleep(0)

    asyncio.run(run())
    assert "The server ends, and 1 websocket.disconnect messages were not sent" in caplog.text
