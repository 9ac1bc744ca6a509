"""What HTTP and websocket connections have in common on their way to a channel layer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ..outage import unreachable
from .outbox import Outbox
from .reply_channels import Replies

logger = logging.getLogger("django.channels")

Event = dict[str, Any]

Send = Callable[[Event], Awaitable[None]]
Receive = Callable[[], Awaitable[Event]]


@dataclass
class Refusal:
    """Why a connection's message did not get onto the layer.

    Args:
        status: HTTP status to answer with.
        code: Close code of a websocket.
        reason: What a person reads.
    """

    status: int
    code: int
    reason: str


FULL = Refusal(503, 1013, "503 Service Unavailable: Request queue full.")
TOO_LARGE = Refusal(413, 1009, "413 Content Too Large: The message is too large for the layer.")
UNREACHABLE = Refusal(503, 1013, "503 Service Unavailable: Request queue out of reach.")
TIMED_OUT = Refusal(503, 1013, "503 Service Unavailable: No worker answered in time.")


class LayerConnection:
    """One connection: what came in goes to the layer, what is replied goes out.

    Args:
        layer: The channel layer.
        outbox: Sends to it.
        scope: The connection's ASGI 3 scope.
        replies: Its reply channel.
        send: Sends an ASGI 3 event to the client.
        timeout: Seconds until the connection must have had its first reply; ``None`` for ever.
    """

    default_scheme: str

    def __init__(
        self,
        layer: Any,
        outbox: Outbox,
        scope: dict[str, Any],
        replies: Replies,
        send: Send,
        timeout: float | None,
    ) -> None:
        self.layer = layer
        self.scope = scope
        self.replies = replies
        self.send = send
        self.timeout = timeout
        self.address = {"reply_channel": replies.channel, "path": scope["path"]}
        self._outbox = outbox

    async def run(self, receive: Receive) -> None:
        """Serve the connection until it has ended."""
        raise NotImplementedError

    async def put(self, channel: str, message: dict[str, Any]) -> Refusal | None:
        """Send a message to the layer; returns why that could not be."""
        try:
            await self._outbox.send(channel, message)
        except self.layer.ChannelFull:
            return FULL
        except self.layer.MessageTooLarge:
            return TOO_LARGE
        except unreachable(self.layer) as error:
            logger.error(
                "A message of %s could not be sent on %s, the channel layer is out of reach: %s",
                *(self.scope["path"], channel, error),
            )
            return UNREACHABLE
        return None

    async def relay_replies(self) -> None:
        """Hand every reply to `reply`, until that returns whether it was the last."""
        while True:
            message = await self.replies.get()
            try:
                if await self.reply(message):
                    return
            except ValueError as error:
                # The worker's mistake; the connection goes on, as it did with Daphne 1.
                logger.error("HTTP/WS send decode error: %s", error)

    async def reply(self, message: dict[str, Any]) -> bool:
        """Act on one reply; returns whether it was the last."""
        raise NotImplementedError


def opening(scope: dict[str, Any], default_scheme: str) -> dict[str, Any]:
    """Return what a message that opens a connection says about it.

    Args:
        scope: The connection's scope.
        default_scheme: Its scheme where the server names none.
    """
    client, server = scope.get("client"), scope.get("server")
    message = {
        "path": scope["path"],
        "scheme": scope.get("scheme", default_scheme),
        "root_path": scope.get("root_path", ""),
        "query_string": scope.get("query_string", b""),
        "headers": [(bytes(name), bytes(value)) for name, value in scope["headers"]],
        "client": list(client) if client else None,
        "server": list(server) if server else None,
    }
    if scope["type"] == "http":
        message["http_version"] = scope.get("http_version", "1.1")
        message["method"] = scope["method"]
    return message


async def first_to_finish(*coroutines: Coroutine[Any, Any, Any]) -> None:
    """Run coroutines together until one returns or raises; the others are cancelled."""
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            if not task.done():
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
    for task in done:
        task.result()
