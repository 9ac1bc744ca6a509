"""Connections to a `LayerApplication`, with a worker in a thread behind it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from channeltest.compat.worker import Worker

from ...processes import PATIENCE


@contextmanager
def working(layer: Any) -> Iterator[None]:
    """Run a worker on ``layer`` in a thread."""
    worker = Worker(layer, signal_handlers=False)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield
    finally:
        worker.termed = True
        thread.join()


class Connection:
    """One connection to an ASGI 3 application, as a server sees it."""

    def __init__(self, application: Any, **scope: Any) -> None:
        self.scope = {
            "type": "websocket",
            "path": "/room/",
            "scheme": "ws",
            "query_string": b"a=1",
            "headers": [[b"host", b"testserver"]],
            "client": ["10.0.0.1", 1234],
            "server": ["10.0.0.2", 80],
            **scope,
        }
        self._incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._outgoing: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.task = asyncio.ensure_future(application(self.scope, self._incoming.get, self._take))
        self._refusal: Exception | None = None

    def send(self, kind: str, **event: Any) -> None:
        """Let the application receive an event."""
        self._incoming.put_nowait({"type": kind, **event})

    def refuse(self, error: Exception) -> None:
        """Raise an error when the application sends its next event."""
        self._refusal = error

    async def _take(self, event: dict[str, Any]) -> None:
        refusal, self._refusal = self._refusal, None
        if refusal is not None:
            raise refusal
        self._outgoing.put_nowait(event)

    async def receive(self) -> dict[str, Any]:
        """Wait for an event that the application sends."""
        event = asyncio.ensure_future(self._outgoing.get())
        either = [event, self.task]
        await asyncio.wait(either, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if not event.done():
            event.cancel()
            if self.task.done():
                self.task.result()
            raise AssertionError("the application sends nothing")
        return event.result()

    async def end(self) -> None:
        """Wait until the application has returned."""
        await asyncio.wait_for(self.task, PATIENCE)
