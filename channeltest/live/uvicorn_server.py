"""uvicorn's server, made to start and stop at once and in any thread."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import socket
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn

from ..errors import LiveServerError

# Seconds that applications have to end by themselves when their clients have gone.
_GRACE = 0.5


class UvicornServer(uvicorn.Server):  # type: ignore[misc]
    """A server that is stopped by an event: uvicorn's own looks ten times a second.

    Args:
        application: The ASGI application.
        started: Called once when connections are taken.
    """

    def __init__(self, application: Any, started: Callable[[], object]) -> None:
        if not any(map(importlib.util.find_spec, ("websockets", "wsproto"))):
            raise LiveServerError(
                "uvicorn serves no websockets without a library for them: pip install websockets"
            )
        config = uvicorn.Config(
            application, interface="asgi3", lifespan="off", log_config=None, access_log=False
        )
        super().__init__(config)
        self._started = started
        self._stopping = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone: the code that started the server stops it."""
        yield

    async def main_loop(self) -> None:
        """Serve until `stop` is called."""
        # Sets the headers of every response.
        await self.on_tick(0)
        self._started()
        await self._stopping.wait()

    def stop(self) -> None:
        """Have the server stop; to be called in its event loop."""
        self._stopping.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close every connection, and end the applications.

        What does not end in time is left to the code that runs the loop.
        """
        for server in self.servers:
            server.close()
        connections: list[Any] = list(self.server_state.connections)
        for connection in connections:
            connection.shutdown()
        tasks = set(self.server_state.tasks)
        if tasks:
            _, tasks = await asyncio.wait(tasks, timeout=_GRACE)
        for task in tasks:
            task.cancel()
        for connection in connections:
            connection.transport.close()


def serve_with_uvicorn(
    application: Any, listening: socket.socket, started: Callable[[], object]
) -> None:
    """Serve in this thread until the process ends.

    Args:
        application: The ASGI application.
        listening: The socket to take connections from.
        started: Called once when they are taken.
    """

    async def run() -> None:
        await UvicornServer(application, started).serve([listening])

    asyncio.run(run())
