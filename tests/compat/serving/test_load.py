"""Many clients at once: no message is lost, none overtakes another of its connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from websockets.asyncio.client import ClientConnection, connect

from ...processes import PATIENCE
from ...redis_server import RedisServer
from ...sites import NewSite, Site

pytest.importorskip("uvicorn", reason="uvicorn is optional")

# Clients that open their connection at the same time.
_OPENING = 50


@asynccontextmanager
async def clients(site: Site, path: str, count: int) -> AsyncIterator[list[ClientConnection]]:
    """Open websockets."""
    url = f"ws://127.0.0.1:{site.port}{path}"
    turns = asyncio.Semaphore(_OPENING)
    async with AsyncExitStack() as stack:

        async def open_one() -> ClientConnection:
            async with turns:
                return await stack.enter_async_context(
                    connect(url, compression=None, open_timeout=PATIENCE, ping_interval=None)
                )

        yield await asyncio.gather(*(open_one() for _ in range(count)))


async def converse(client: ClientConnection, count: int, window: int) -> list[int]:
    """Send numbers, some before the first one's echo; returns the echoes."""
    echoes: list[int] = []
    for number in range(count + window):
        if number >= window:
            echoes.append(int(await client.recv()))
        if number < count:
            await client.send(str(number))
    return echoes


async def storm(site: Site, path: str, connections: int, count: int, window: int) -> None:
    async with clients(site, path, connections) as opened:
        conversations = [converse(client, count, window) for client in opened]
        for echoes in await asyncio.gather(*conversations):
            assert echoes == list(range(count))


def test_one_worker(new_site: NewSite, redis_server: RedisServer) -> None:
    """500 websockets and 20,000 messages, in the order of the queue; make soak sends more."""
    site = new_site(SERVED_REDIS=redis_server.url)
    site.worker()
    site.serve("uvicorn", "--no-access-log")
    asyncio.run(storm(site, "/echo/", connections=500, count=40, window=10))


def test_workers_that_could_overtake_each_other(
    new_site: NewSite, redis_server: RedisServer
) -> None:
    """Two processes with threads: ``enforce_ordering`` keeps the order."""
    site = new_site(SERVED_REDIS=redis_server.url)
    for _ in range(2):
        site.worker("--threads", "2")
    site.serve("uvicorn")
    asyncio.run(storm(site, "/ordered/", connections=20, count=20, window=5))
