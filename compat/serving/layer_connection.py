"""A connection of a server that is served over a channel layer: what HTTP and websockets share."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from ..applications.callables import Receive, Scope, Send
from ..base_layer import BaseChannelLayer, Content
from ..layers.outage import unreachable
from .outbox import Outbox
from .reply_channels import ReplyChannel

logger = logging.getLogger("django.channels")


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


# A project that has no consumer for a channel lets it fill up. Few have one for this, and every
# request sends on it.
_SELDOM_READ = ("http.disconnect",)

# Seconds without a reply after which the log says whether any worker takes messages.
_SILENCE = 5.0


class LayerConnection:
    """One connection: its events become messages on the layer, replies become its events.

    Args:
        layer: The channel layer.
        outbox: Sends to it.
        scope: The connection's ASGI 3 scope.
        replies: Its reply channel.
        send: Sends an ASGI 3 event to the client.
        timeout: Seconds until the connection must have had its first reply; ``None`` for ever.
    """

    default_scheme: str

    # The channel that the connection begins on.
    first_channel: str

    def __init__(
        self,
        layer: BaseChannelLayer,
        outbox: Outbox,
        scope: Scope,
        replies: ReplyChannel,
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
        self._answered = False
        self._began = asyncio.get_running_loop().time()

    async def run(self, receive: Receive) -> None:
        """Serve the connection until it has ended."""
        raise NotImplementedError

    async def put(self, channel: str, message: Content) -> Refusal | None:
        """Send a message to the layer; returns why that could not be."""
        try:
            await self._outbox.send(channel, message)
        except self.layer.ChannelFull:
            logger.log(
                logging.DEBUG if channel in _SELDOM_READ else logging.ERROR,
                "A message of %s could not be sent on %s, the channel is full: are there workers "
                "enough?",
                *(self.scope["path"], channel),
            )
            return FULL
        except self.layer.MessageTooLarge:
            logger.error(
                "A message of %s could not be sent on %s, it is too large for the channel layer",
                *(self.scope["path"], channel),
            )
            return TOO_LARGE
        except unreachable(self.layer) as error:
            logger.error(
                "A message of %s could not be sent on %s, the channel layer is out of reach: %s",
                *(self.scope["path"], channel, error),
            )
            return UNREACHABLE
        return None

    async def relay_replies(self) -> None:
        """Pass every reply to `reply`, until that returns whether it was the last."""
        while True:
            message = await self.replies.get()
            self._answered = True
            if await self.reply(message):
                return

    async def reply(self, message: Content) -> bool:
        """Act on one reply; returns whether it was the last."""
        raise NotImplementedError

    async def expire(self) -> None:
        """Return when no worker has replied in time, after refusing the client for that reason.

        Before that the log says whether any worker takes messages.
        """
        timeout = math.inf if self.timeout is None else self.timeout
        await asyncio.sleep(min(_SILENCE, timeout))
        if timeout > _SILENCE and not self._answered:
            await asyncio.to_thread(self._log_silence, _SILENCE)
            if timeout < math.inf:
                await asyncio.sleep(timeout - _SILENCE)
        if timeout == math.inf or self._answered:
            await asyncio.Event().wait()
        logger.error(
            "No worker answered %s within %s seconds: are there workers for '%s', and does one of "
            "their consumers block?",
            *(self.name, self.timeout, self.first_channel),
        )
        await self.refuse(TIMED_OUT)

    async def log_early_end(self) -> None:
        """Log whether any worker takes messages, of a connection that ends without an answer.

        Daphne gives a handshake up after five seconds, just before `expire` would log it.
        """
        waited = asyncio.get_running_loop().time() - self._began
        if not self._answered and _SILENCE / 2 < waited < _SILENCE:
            await asyncio.to_thread(self._log_silence, round(waited, 1))

    def _log_silence(self, seconds: float) -> None:
        """Log that messages wait for a worker, where the layer can tell; runs in a thread."""
        if not hasattr(self.layer, "channel_statistics"):
            return
        try:
            pending = self.layer.channel_statistics(self.first_channel)["messages_pending"]
        except unreachable(self.layer):
            return
        if pending:
            logger.warning(
                "%s has waited %g seconds for a worker, with %d messages on '%s': is "
                "'manage.py runworker' running, and enough of it?",
                *(self.name, seconds, pending, self.first_channel),
            )

    @property
    def name(self) -> str:
        """What the connection is, for logs."""
        raise NotImplementedError

    async def refuse(self, refusal: Refusal) -> None:
        """Answer the client in the place of the workers."""
        raise NotImplementedError


def opening(scope: Scope, default_scheme: str) -> Content:
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


async def first_to_finish(*coroutines: Coroutine[Any, Any, object]) -> None:
    """Run coroutines together until one returns or raises; the others are cancelled."""
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in tasks:
        if task in done:
            task.result()
