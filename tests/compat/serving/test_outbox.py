from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

import pytest
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.serving.outbox import Outbox, Sent

from ...processes import PATIENCE
from ...rounds import others_ran


class Remote:
    """A layer that sends together, and keeps the first who does waiting."""

    def __init__(self) -> None:
        self.batches: list[list[Sent]] = []
        self.begun, self.go = threading.Event(), threading.Event()

    def send_together(self, messages: Sequence[Sent]) -> list[Exception | None]:
        self.batches.append(list(messages))
        self.begun.set()
        assert self.go.wait(PATIENCE)
        return [ValueError(channel) if channel == "bad" else None for channel, _ in messages]


async def send_all(layer: Any, *channels: str) -> list[BaseException | None]:
    """Send while the first message is under way."""
    outbox = Outbox(layer)
    async with outbox.in_use():
        first = asyncio.ensure_future(outbox.send(channels[0], {}))
        await asyncio.to_thread(layer.begun.wait, PATIENCE)
        others = []
        for channel in channels[1:]:
            others.append(asyncio.ensure_future(outbox.send(channel, {})))
            await others_ran()
        layer.go.set()
        return await asyncio.gather(first, *others, return_exceptions=True)


async def send_one(layer: Any) -> None:
    outbox = Outbox(layer)
    async with outbox.in_use():
        await outbox.send("a", {"n": 1})


def test_what_comes_meanwhile_goes_together_and_in_order() -> None:
    layer = Remote()
    assert asyncio.run(send_all(layer, *"abc")) == [None] * 3
    assert [[channel for channel, _ in batch] for batch in layer.batches] == [["a"], ["b", "c"]]


def test_each_sender_gets_its_own_error() -> None:
    good, bad, last = asyncio.run(send_all(Remote(), "a", "bad", "c"))
    assert (good, repr(bad), last) == (None, "ValueError('bad')", None)


def test_a_batch_that_fails() -> None:
    def raising(messages: Sequence[Sent]) -> list[Exception | None]:
        raise ConnectionError("gone")

    layer = Remote()
    layer.send_together = raising  # type: ignore[method-assign]
    with pytest.raises(ConnectionError, match="gone"):
        asyncio.run(send_one(layer))


def test_a_sender_that_has_gone() -> None:
    async def send() -> None:
        layer = Remote()
        outbox = Outbox(layer)
        async with outbox.in_use():
            gone = asyncio.ensure_future(outbox.send("a", {}))
            await asyncio.to_thread(layer.begun.wait, PATIENCE)
            gone.cancel()
            layer.go.set()
            await outbox.send("b", {})

    asyncio.run(send())


def test_a_layer_of_this_process_is_sent_to_at_once() -> None:
    layer = ChannelLayer()
    asyncio.run(send_one(layer))
    assert layer.receive(["a"]) == ("a", {"n": 1})


def test_nothing_is_left_running() -> None:
    layer = Remote()
    layer.go.set()
    asyncio.run(send_one(layer))
    for thread in threading.enumerate():
        if thread.name.startswith("channel layer"):
            thread.join(PATIENCE)
            assert not thread.is_alive()


def test_what_waits_is_sent_when_the_last_connection_goes() -> None:
    """It is cancelled while a batch is under way, and another waits."""
    layer = Remote()

    async def send() -> None:
        outbox = Outbox(layer)
        async with outbox.in_use():
            senders = [asyncio.ensure_future(outbox.send("a", {}))]
            await asyncio.to_thread(layer.begun.wait, PATIENCE)
            senders.append(asyncio.ensure_future(outbox.send("b", {})))
            await others_ran()
            for sender in senders:
                sender.cancel()
        layer.go.set()

    asyncio.run(send())
    for thread in threading.enumerate():
        if thread.name.startswith("channel layer"):
            thread.join(PATIENCE)
    assert [channel for batch in layer.batches for channel, _ in batch] == ["a", "b"]
