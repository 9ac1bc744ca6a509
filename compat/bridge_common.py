"""What HTTP and websocket connections have in common on their way to a channel layer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

from .replies import Replies

logger = logging.getLogger("django.channels")

Event = dict[str, Any]


class Conversation:
    """One connection: what came in goes to the layer, what is replied goes out.

    Args:
        layer: The channel layer.
        scope: The connection's ASGI 3 scope.
        replies: Its reply channel.
        send: Sends an ASGI 3 event to the client.
    """

    default_scheme: str

    def __init__(
        self,
        layer: Any,
        scope: dict[str, Any],
        replies: Replies,
        send: Callable[[Event], Awaitable[None]],
    ) -> None:
        self.layer = layer
        self.scope = scope
        self.replies = replies
        self.send = send
        self.address = {"reply_channel": replies.channel, "path": scope["path"]}

    def request_message(self) -> dict[str, Any]:
        """Return what the messages that open a connection say about it."""
        client, server = self.scope.get("client"), self.scope.get("server")
        return {
            **self.address,
            "scheme": self.scope.get("scheme", self.default_scheme),
            "root_path": self.scope.get("root_path", ""),
            "query_string": self.scope.get("query_string", b""),
            "headers": [(bytes(name), bytes(value)) for name, value in self.scope["headers"]],
            "client": list(client) if client else None,
            "server": list(server) if server else None,
        }

    def put(self, channel: str, message: dict[str, Any]) -> bool:
        """Send a message to the layer; returns whether there was room."""
        try:
            self.layer.send(channel, message)
        except self.layer.ChannelFull:
            return False
        return True

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
