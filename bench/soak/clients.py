"""The clients of the long run, and what became of each message."""

from __future__ import annotations

import asyncio
import base64
import os
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

# Seconds after which an answer is missed.
PATIENCE = 30

# What of `Tally` is lost because Redis ended.
AT_RESTARTS = "lost at a restart of Redis"

ROOMS = [f"soak{number}" for number in range(50)]


class Tally:
    """What happened, by name.

    ``sent`` is ``answered`` + ``refused`` (the server has closed the websocket, with a code) +
    ``cut`` (it was gone without one) + ``lost`` + ``lost at a restart of Redis``.

    Args:
        is_disturbed: Whether Redis was away at some time between two times.
    """

    def __init__(self, is_disturbed: Callable[[float, float], bool]) -> None:
        self.counts: Counter[str] = Counter()
        self._is_disturbed = is_disturbed

    def lose(self, since: float) -> None:
        """Count a message without an answer on a websocket that is open."""
        disturbed = self._is_disturbed(since, time.monotonic())
        self.counts[AT_RESTARTS if disturbed else "lost"] += 1


class Clients:
    """Clients of each kind, until `ends`.

    Args:
        port: The server's.
        tally: Counts.
        ends: When to stop, of `time.monotonic`.
    """

    def __init__(self, port: int, tally: Tally, ends: float) -> None:
        self._port = port
        self._tally = tally
        self._ends = ends

    async def run(self, count: int, silent: int, slow: int, life: float) -> None:
        """Run clients that talk, some that vanish and some that read slowly.

        Args:
            count: How many talk at the same time.
            silent: How many vanish without a word at the same time.
            slow: How many read slowly at the same time.
            life: Seconds that a websocket lives on average, before the client opens another.
        """
        await asyncio.gather(
            *(self._repeat(self._talk, number, life) for number in range(count)),
            *(self._repeat(self._vanish, number, life) for number in range(silent)),
            *(self._repeat(self._read_slowly, number, life) for number in range(slow)),
        )

    async def _repeat(
        self, act: Callable[[int, float], Awaitable[None]], number: int, life: float
    ) -> None:
        # Not all at once.
        await asyncio.sleep(random.uniform(0, life))
        while time.monotonic() < self._ends:
            try:
                await act(number, random.uniform(0.5, 1.5) * life)
            except (OSError, InvalidHandshake, asyncio.TimeoutError, ConnectionClosed):
                self._tally.counts["connects refused"] += 1
                await asyncio.sleep(1)

    def _open(self, path: str) -> connect:
        url = f"ws://127.0.0.1:{self._port}{path}"
        return connect(url, compression=None, open_timeout=PATIENCE, max_size=None)

    async def _talk(self, number: int, life: float) -> None:
        """Send numbers, one after the other, and read the answer to each."""
        room = ROOMS[number % len(ROOMS)]
        path = f"/chat/{room}/" if number % 2 else "/echo/"
        ends = min(time.monotonic() + life, self._ends)
        async with self._open(path) as client:
            self._tally.counts["connects"] += 1
            sent = 0
            while time.monotonic() < ends:
                sent += 1
                text = f"{number}-{sent}"
                if not await self._exchange(client, text):
                    return
                await asyncio.sleep(random.uniform(0, 1))

    async def _exchange(self, client: ClientConnection, text: str) -> bool:
        begun = time.monotonic()
        counts = self._tally.counts
        try:
            counts["sent"] += 1
            await client.send(text)
            await asyncio.wait_for(_answer(client, text), PATIENCE)
        except asyncio.TimeoutError:
            self._tally.lose(begun)
            return False
        except ConnectionClosed as closed:
            counts["refused" if closed.rcvd else "cut"] += 1
            return False
        counts["answered"] += 1
        return True

    async def _vanish(self, number: int, life: float) -> None:
        """Join a room, and from then on answer nothing, no ping either, nor close."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        key = base64.b64encode(os.urandom(16)).decode()
        writer.write(
            f"GET /chat/{ROOMS[number % len(ROOMS)]}/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        try:
            if b" 101 " not in await asyncio.wait_for(reader.readline(), PATIENCE):
                raise ConnectionRefusedError
            self._tally.counts["connects"] += 1
            self._tally.counts["vanished"] += 1
            # The server gives up and closes; what it says before is read, and not answered.
            await asyncio.wait_for(_end(reader), 3 * PATIENCE)
            self._tally.counts["vanished, and dropped by the server"] += 1
        except asyncio.TimeoutError:
            pass
        finally:
            writer.transport.abort()

    async def _read_slowly(self, number: int, life: float) -> None:
        """Ask for 4 MiB, and read them frame by frame with pauses."""
        frames = 64
        async with self._open("/flood/") as client:
            self._tally.counts["connects"] += 1
            await client.send(str(64 * frames))
            self._tally.counts["sent slowly read"] += frames
            begun = time.monotonic()
            for index in range(frames):
                try:
                    await asyncio.wait_for(client.recv(), PATIENCE)
                except asyncio.TimeoutError:
                    for _ in range(frames - index):
                        self._tally.lose(begun)
                    return
                except ConnectionClosed:
                    self._tally.counts["slow readers cut"] += 1
                    return
                self._tally.counts["slowly read"] += 1
                await asyncio.sleep(random.uniform(0, life / frames / 2))


async def _answer(client: ClientConnection, text: str) -> None:
    # In a room others talk too.
    while not str(await client.recv()).endswith(text):
        pass


async def _end(reader: asyncio.StreamReader) -> None:
    # Daphne resets what it drops, uvicorn closes it.
    with suppress(ConnectionResetError):
        while await reader.read(65536):
            pass
