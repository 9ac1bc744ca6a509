"""Consumers that talk to a real Redis."""

from __future__ import annotations

import asyncio
import time

import pytest

from channeltest.stage.stage import Stage

from .acting import perform, start

aioredis = pytest.importorskip("redis.asyncio")
Redis = pytest.importorskip("redis").Redis


@pytest.fixture
def stage():
    stage = Stage(bound=5)
    yield stage
    stage.close()


def test_requests(stage, redis_server):
    async def count():
        async with aioredis.Redis(host=redis_server.host, port=redis_server.port) as client:
            await asyncio.gather(*(client.incr("n") for _ in range(20)))
            return int(await client.get("n"))

    assert perform(stage, count) == 20


def test_pool_of_a_consumer_that_stays(stage, redis_server):
    async def consumer():
        async with aioredis.Redis(host=redis_server.host, port=redis_server.port) as client:
            await client.set("a", 1)
            await asyncio.sleep(3600)

    task = start(stage, consumer)
    began = time.monotonic()
    for _ in range(100):
        stage.settle()
    # The grace for each would be five seconds.
    assert time.monotonic() - began < 4
    stage.advance(3600)
    assert task.done()


def test_subscriber(stage, redis_server):
    """It listens for ever, and hears what the test publishes between two turns."""
    heard = []

    async def listen():
        async with aioredis.Redis(host=redis_server.host, port=redis_server.port) as client:
            async with client.pubsub() as subscriber:
                await subscriber.subscribe("news")
                async for message in subscriber.listen():
                    heard.append(message["data"])

    start(stage, listen)
    with Redis(redis_server.host, redis_server.port) as client:
        for number in range(5):
            client.publish("news", str(number))
            assert stage.has_work
            stage.settle()
            assert heard[1:] == [str(n).encode() for n in range(number + 1)]


def test_subscriber_that_polls(stage, redis_server):
    async def poll():
        async with aioredis.Redis(host=redis_server.host, port=redis_server.port) as client:
            async with client.pubsub() as subscriber:
                await subscriber.subscribe("news")
                while True:
                    message = await subscriber.get_message(timeout=30)
                    if message and message["type"] == "message":
                        return message["data"]

    task = start(stage, poll)
    stage.advance(100)
    with Redis(redis_server.host, redis_server.port) as client:
        client.publish("news", "late")
    stage.settle()
    assert task.result() == b"late"
