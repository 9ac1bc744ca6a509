from __future__ import annotations

import asyncio
from typing import Any

import pytest
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.serving.reply_readers import LocalReader, RemoteReader


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


@pytest.mark.parametrize("kind", [LocalReader, RemoteReader])
def test_a_message_reaches_its_channel_only(kind: Any) -> None:
    async def scenario() -> None:
        layer: Any = ChannelLayer() if kind is LocalReader else Remote()
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
