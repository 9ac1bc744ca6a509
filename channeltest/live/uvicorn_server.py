"""uvicorn's server, made to start and stop at once and in any thread."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import socket
from collections.abc import Callable, Iterator
from typing import Protocol

import uvicorn

from ..compat.applications.callables import AnyApplication
from ..errors import LiveServerError

# Seconds that applications have to end by themselves when their clients have gone.
_GRACE = 0.5


class Connection(Protocol):
    """A connection of uvicorn's, as far as it is ended here."""

    transport: asyncio.Transport

    def shutdown(self) -> None:
        """Close the connection when its application has answered."""


class UvicornServer(uvicorn.Server):  # type: ignore[misc]
    """A server that is stopped by an event: uvicorn's own looks ten times a second.

    Args:
        application: The ASGI application.
        started: Called once when connections are taken.
    """

    def __init__(self, application: AnyApplication, started: Callable[[], object]) -> None:
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
        """Take no more connections, and end those there are and their applications.

        What does not end in time is left to the code that runs the loop, which calls
        `disconnect` when it has cancelled the tasks.
        """
        await self._stop_accepting(sockets or [])
        for connection in self._connections():
            connection.shutdown()
        tasks = set(self.server_state.tasks)
        if tasks:
            _, tasks = await asyncio.wait(tasks, timeout=_GRACE)
        for task in tasks:
            task.cancel()
        for connection in self._connections():
            connection.transport.close()

    async def _stop_accepting(self, sockets: list[socket.socket]) -> None:
        """Close the listening sockets.

        asyncio gives each accepted socket to a task of its own. A task that starts when the
        server is closed, or that is cancelled before it starts, leaves its socket open.
        """
        for listening in sockets:
            # Windows' default loop has no readers, and no such tasks.
            with contextlib.suppress(NotImplementedError):
                asyncio.get_running_loop().remove_reader(listening)
        # Tasks start in the order in which they were made: what was accepted has started now.
        await asyncio.sleep(0)
        for server in self.servers:
            server.close()

    async def disconnect(self) -> None:
        """Close the connections that are still open, whatever their clients have not read.

        A connection may have been accepted just before the server stopped, and made while
        `shutdown` waited for the others.
        """
        for connection in self._connections():
            connection.transport.abort()
        # The transports close their sockets in the next round of the loop.
        await asyncio.sleep(0)

    def _connections(self) -> list[Connection]:
        return list(self.server_state.connections)


def serve_with_uvicorn(
    application: AnyApplication, listening: socket.socket, started: Callable[[], object]
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
