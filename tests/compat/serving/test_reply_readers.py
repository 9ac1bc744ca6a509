from __future__ import annotations

import asyncio
from typing import Any

import pytest
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.serving.reply_readers import LocalReader, LoopReader, RemoteReader


class Destination:
    """Keeps the messages of a reply channel."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.loop = asyncio.get_running_loop()
        self.messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def put(self, message: dict[str, Any]) -> None:
        self.messages.put_nowait(message)


class Remote:
    """A layer that knows nothing of callbacks, and fails when it is first read."""

    def __init__(self) -> None:
        self._layer = ChannelLayer()
        self.send = self._layer.send
        self.failures = [ConnectionError("gone")]

    def receive(self, channels: list[str], block: bool = False) -> Any:
        if self.failures:
            raise self.failures.pop()
        return self._layer.receive(channels)


class InLoop:
    """A layer that is read in the event loop, and fails when it is first read."""

    def __init__(self) -> None:
        self._sent: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()
        self.failures = [ConnectionError("gone")]
        self.is_closed = False

    def in_loop(self) -> InLoop:
        return self

    def send(self, channel: str, message: dict[str, Any]) -> None:
        self._sent.put_nowait((channel, message))

    async def receive_waiting(self, prefix: str) -> list[tuple[str, dict[str, Any]]]:
        if self.failures:
            raise self.failures.pop()
        return [await self._sent.get()]

    async def close(self) -> None:
        self.is_closed = True


LAYERS: dict[Any, Any] = {LocalReader: ChannelLayer, RemoteReader: Remote, LoopReader: InLoop}


@pytest.mark.parametrize("kind", LAYERS)
def test_a_message_reaches_its_channel_only(kind: Any) -> None:
    async def scenario() -> None:
        layer = LAYERS[kind]()
        reader = kind(layer, "reply!")
        one, two = Destination("reply!1"), Destination("reply!2")
        for each in (one, two):
            reader.add(each)
        layer.send("reply!nobody", {"n": 0})
        layer.send("reply!2", {"n": 2})
        assert await asyncio.wait_for(two.messages.get(), 20) == {"n": 2}
        assert one.messages.empty()
        for each in (one, two):
            reader.remove(each)

    asyncio.run(scenario())


def test_a_reader_of_an_event_loop_ends_with_the_loop() -> None:
    layer = InLoop()

    async def scenario() -> None:
        reader, channel = LoopReader(layer, "reply!"), Destination("reply!1")
        reader.add(channel)
        layer.send("reply!1", {"n": 1})
        assert await asyncio.wait_for(channel.messages.get(), 20) == {"n": 1}

    asyncio.run(scenario())
    assert layer.is_closed


def test_a_reader_of_an_event_loop_ends_when_nobody_waits() -> None:
    async def scenario() -> None:
        layer, before = InLoop(), asyncio.all_tasks()
        reader, channel = LoopReader(layer, "reply!"), Destination("reply!1")
        reader.add(channel)
        layer.send("reply!1", {"n": 1})
        await channel.messages.get()
        reader.remove(channel)
        # Its call of the layer returns once more.
        layer.send("reply!1", {"n": 2})
        await asyncio.gather(*asyncio.all_tasks() - before)
        assert layer.is_closed
        assert channel.messages.empty()

    asyncio.run(asyncio.wait_for(scenario(), 20))
