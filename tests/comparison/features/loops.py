"""Event loops that are not asyncio's own."""

from __future__ import annotations

from typing import Any

from ..apps import Echo
from . import at_once, connected, feature

GROUP = "uvloop"


def on_uvloop(coroutine: Any) -> None:
    """Run a coroutine on a loop of uvloop's."""
    import uvloop

    uvloop.run(coroutine)


@feature(GROUP, "uvloop: connect, send, receive, disconnect")
def talks(library):
    async def talk() -> None:
        communicator = await connected(library, Echo.as_asgi())
        await communicator.send_to("hello")
        assert await communicator.receive_from() == "hello"
        await communicator.disconnect()

    on_uvloop(talk())


@feature(GROUP, "uvloop: ``receive_nothing()`` answers at once")
def nothing_at_once_there(library):
    async def talk() -> None:
        communicator = await connected(library, Echo.as_asgi())
        with at_once():
            for _ in range(10):
                assert await communicator.receive_nothing()

    on_uvloop(talk())
