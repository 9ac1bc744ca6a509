"""How many messages a real server serves: a consumer of Channels 1 beside the same ported.

Both are behind uvicorn. The old one runs in one worker process, and every message crosses Redis
twice, as it did with Channels 1; the ported one runs in the server.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect

from tests.processes import Process
from tests.redis_server import RedisServer

# Name of the workload, path of the old consumer, path of the ported one.
WORKLOADS = {"served echo": ("/echo/", "/ported-echo/")}

CONNECTIONS = 50
MESSAGES = 100
WINDOW = 10

_PORT = "Uvicorn running on http://127.0.0.1:"


class Served:
    """A server, a worker process and a Redis."""

    def __init__(self, port: int) -> None:
        self._port = port

    def measure(self, path: str) -> float:
        """Return the seconds that one message took, on average."""
        return asyncio.run(self._measure(path))

    async def _measure(self, path: str) -> float:
        async with AsyncExitStack() as stack:
            clients = []
            for _ in range(CONNECTIONS):
                url = f"ws://127.0.0.1:{self._port}{path}"
                clients.append(await stack.enter_async_context(connect(url, compression=None)))
            started = time.perf_counter()
            await asyncio.gather(*map(_converse, clients))
            return (time.perf_counter() - started) / (CONNECTIONS * MESSAGES)


async def _converse(client: ClientConnection) -> None:
    for number in range(MESSAGES + WINDOW):
        if number >= WINDOW:
            await client.recv()
        if number < MESSAGES:
            await client.send(str(number))


@contextmanager
def served() -> Iterator[Served]:
    """Start everything; what it needs is in the ``test`` extra, and ``redis-server``."""
    with tempfile.TemporaryDirectory() as directory:
        redis = RedisServer(Path(directory))
        redis.start()
        environment = {
            "DJANGO_SETTINGS_MODULE": "tests.served.settings",
            "SERVED_DATABASE": os.path.join(directory, "served.sqlite3"),
            "SERVED_REDIS": redis.url,
        }
        processes = []
        try:
            command = ("uvicorn", "--port", "0", "--no-access-log", "tests.served.asgi:application")
            for arguments in (("django", "runworker"), command):
                processes.append(Process("-m", *arguments, environment=environment))
            worker, server = processes
            worker.until("Listening on channels")
            port = server.until(_PORT).partition(_PORT)[2].partition(" ")[0]
            yield Served(int(port))
        finally:
            for process in processes:
                process.close()
            redis.stop()
