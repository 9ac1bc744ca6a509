from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.redis.layer import RedisChannelLayer
from channeltest.compat.serving.backlog import MemoryBacklog
from channeltest.compat.serving.reply_channels import ReplyChannels


def channels_of(layer: Any, most: int = 1_000_000) -> ReplyChannels:
    return ReplyChannels(layer, "websocket.send", lambda: MemoryBacklog(most))


class Remote:
    """A layer of other processes: nothing calls back when a message is sent."""

    def __init__(self) -> None:
        self._layer = ChannelLayer(capacity=100)
        self.send, self.receive = self._layer.send, self._layer.receive


@pytest.fixture(params=["local", "remote", "redis"])
def layer(request: pytest.FixtureRequest) -> Any:
    if request.param == "redis":
        return RedisChannelLayer(hosts=[request.getfixturevalue("redis_server").url])
    return ChannelLayer(capacity=100) if request.param == "local" else Remote()


def run(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(scenario(), 20))


def test_each_channel_gets_its_own(layer: Any) -> None:
    async def scenario() -> None:
        channels = channels_of(layer)
        one, two = channels.open(), channels.open()
        layer.send(two.channel, {"text": "2"})
        layer.send(one.channel, {"text": "1"})
        assert (await one.get(), await two.get()) == ({"text": "1"}, {"text": "2"})
        one.close()
        two.close()

    run(scenario)


def test_the_order_of_many_senders(layer: Any) -> None:
    async def scenario() -> None:
        replies = channels_of(layer).open()

        def send(sender: int) -> None:
            for number in range(20):
                layer.send(replies.channel, {"sender": sender, "number": number})

        threads = [threading.Thread(target=send, args=[n]) for n in range(4)]
        for thread in threads:
            thread.start()
        got = [await replies.get() for _ in range(80)]
        for thread in threads:
            thread.join()
        for sender in range(4):
            numbers = [message["number"] for message in got if message["sender"] == sender]
            assert numbers == list(range(20))
        replies.close()

    run(scenario)


def test_those_that_have_gone_keep_nobody_waiting(layer: Any) -> None:
    """Their messages make no room scarce: all share one queue."""

    async def scenario() -> None:
        channels = channels_of(layer)
        gone, stays = channels.open(), channels.open()
        gone.close()
        for number in range(50):
            layer.send(gone.channel, {"number": number})
        layer.send(stays.channel, {"text": "x"})
        assert await stays.get() == {"text": "x"}
        stays.close()

    run(scenario)


def test_a_client_that_does_not_read(layer: Any) -> None:
    async def scenario() -> None:
        replies = channels_of(layer, 4_100).open()
        layer.send(replies.channel, {"text": "x" * 4_000})
        layer.send(replies.channel, {"bytes": b"x" * 3_000})
        assert not replies.overflowed.is_set()
        layer.send(replies.channel, {"text": "x" * 4_000})
        await replies.overflowed.wait()
        replies.close()

    run(scenario)


def test_room_that_reading_makes(layer: Any) -> None:
    async def scenario() -> None:
        replies = channels_of(layer, 10_000).open()
        for _ in range(10):
            layer.send(replies.channel, {"text": "x" * 8_000})
            await replies.get()
        assert not replies.overflowed.is_set()
        replies.close()

    run(scenario)


def test_nobody_waits_on_the_layer_afterwards() -> None:
    async def scenario() -> None:
        channels_of(layer).open().close()

    layer = ChannelLayer()
    run(scenario)
    assert not layer.wake_ups


def test_a_channel_that_is_opened_when_all_have_gone(layer: Any) -> None:
    """Its reader may still be in a call of the layer."""

    async def scenario() -> None:
        channels = channels_of(layer)
        for number in range(20):
            replies = channels.open()
            await asyncio.to_thread(layer.send, replies.channel, {"number": number})
            assert await replies.get() == {"number": number}
            replies.close()

    run(scenario)


def test_several_event_loops(layer: Any) -> None:
    channels = channels_of(layer)
    found = []

    async def scenario() -> None:
        replies = channels.open()
        await asyncio.to_thread(layer.send, replies.channel, {"to": replies.channel})
        found.append(await replies.get() == {"to": replies.channel})
        replies.close()

    threads = [threading.Thread(target=run, args=[scenario]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 4
