"""Channels of modern consumers on Redis, read on several event loops at once."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import async_to_sync
from channeltest.compat.redis.layer import RedisChannelLayer

from ...processes import PATIENCE
from ...redis_server import RedisServer


@pytest.fixture
def layer(redis_server: RedisServer) -> RedisChannelLayer:
    return RedisChannelLayer(hosts=[redis_server.url])


def test_two_loops_at_once(layer: RedisChannelLayer) -> None:
    modern, ready = layer.modern(), threading.Barrier(2, timeout=PATIENCE)

    async def consume(number: int) -> int:
        first, second = await modern.new_channel(), await modern.new_channel("special")
        assert second.startswith("special.")
        waiting = asyncio.ensure_future(modern.receive(first))
        await asyncio.sleep(0)
        # Both wait now.
        await asyncio.to_thread(ready.wait)
        await modern.send(second, {"type": "a", "number": number})
        await modern.send(first, {"type": "a", "number": number})
        messages = [await waiting, await modern.receive(second)]
        assert messages[0] == messages[1]
        found: int = messages[0]["number"]
        return found

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(lambda n: asyncio.run(consume(n)), [1, 2])) == [1, 2]


def test_one_loop_after_the_other(layer: RedisChannelLayer) -> None:
    """As `async_to_sync` makes them; a channel outlives them."""
    modern = layer.modern()
    channel = async_to_sync(modern.new_channel)()
    async_to_sync(modern.send)(channel, {"type": "a"})
    assert async_to_sync(modern.receive)(channel) == {"type": "a"}
    assert modern.client_prefix in async_to_sync(modern.new_channel)()


def test_named_channels(layer: RedisChannelLayer) -> None:
    modern = layer.modern()
    async_to_sync(modern.send)("jobs", {"type": "a"})
    assert async_to_sync(modern.receive)("jobs") == {"type": "a"}


def test_receivers_that_leave_take_no_message_of_others(layer: RedisChannelLayer) -> None:
    """The first receiver waits at Redis for all; it is cancelled as a message comes for another."""

    async def scenario() -> list[int]:
        modern = layer.modern()
        name = await modern.new_channel()
        received: list[int] = []
        for number in range(10):
            leaving = asyncio.ensure_future(modern.receive(await modern.new_channel()))
            staying = asyncio.ensure_future(modern.receive(name))
            while not layer.connection(0).info("clients")["blocked_clients"]:
                await asyncio.sleep(0)
            for _ in range(100):
                # The client, too, has to get to where it waits.
                await asyncio.sleep(0)
            # A synchronous call: Redis gives the message out before the event loop runs again.
            layer.send(name, {"type": "a", "number": number})
            leaving.cancel()
            received.append((await asyncio.wait_for(staying, 20))["number"])
        await modern.close_pools()
        return received

    assert asyncio.run(scenario()) == list(range(10))
