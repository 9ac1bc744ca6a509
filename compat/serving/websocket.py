"""A websocket connection as messages on a channel layer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from ..websocket_reply import reply_of
from .conversation import (
    FULL,
    TIMED_OUT,
    Conversation,
    Event,
    Receive,
    Refusal,
    Send,
    first_to_finish,
    opening,
)
from .outbox import Outbox
from .replies import Replies

logger = logging.getLogger("django.channels")

# Bytes of replies that wait for a client which does not read them.
MOST_UNREAD = 16 * 1024 * 1024

# What makes a close code one of those that applications may use as they like: 1013 is 4013.
_PRIVATE = 3000

# Seconds in which a close must be written; a client that does not read may keep it from that.
_CLOSING = 1.0


class WebsocketConversation(Conversation):
    """A websocket: ``websocket.connect``, ``.receive`` and ``.disconnect`` messages.

    Replies may have ``accept``, ``text`` or ``bytes``, and ``close``; the first text or bytes
    accept the connection too. Of what a modern ``group_send`` sends these keys count.

    Args:
        layer: The channel layer.
        outbox: Sends to it.
        scope: The connection's ASGI 3 scope.
        replies: Its reply channel.
        send: Sends an ASGI 3 event to the client.
        timeout: Seconds until the connection must be accepted or rejected; ``None`` for ever.
        protocols: Subprotocols to accept, when the client offers one.
    """

    default_scheme = "ws"

    def __init__(
        self,
        layer: Any,
        outbox: Outbox,
        scope: dict[str, Any],
        replies: Replies,
        send: Send,
        timeout: float | None,
        protocols: Sequence[str],
    ) -> None:
        super().__init__(layer, outbox, scope, replies, send, timeout)
        offered = scope.get("subprotocols", ())
        self._subprotocol = next((name for name in offered if name in protocols), None)
        self._state = "connecting"
        self._order = 0
        # The close code that the consumers get.
        self._code = 1006

    async def run(self, receive: Receive) -> None:
        """Serve the connection until it is closed."""
        # A reply that closes does not end it: the server says when the connection is gone.
        replying = asyncio.ensure_future(self.relay_replies())
        try:
            await first_to_finish(
                self._relay_events(receive), self._watch_backlog(), self._expire()
            )
        finally:
            replying.cancel()
            # The server raises an OSError when a reply is too late for its client.
            with suppress(asyncio.CancelledError, OSError):
                await replying
            await self._say_goodbye()

    async def _relay_events(self, receive: Receive) -> None:
        while True:
            event = await receive()
            kind = event["type"]
            if kind == "websocket.disconnect":
                self._code = event.get("code", 1005)
                return
            if kind == "websocket.connect":
                message = {**opening(self.scope, self.default_scheme), **self.address, "order": 0}
            else:
                self._order += 1
                message = {**self.address, "order": self._order, **_payload(event)}
            if self._state == "refused":
                continue
            refusal = await self.put(kind, message)
            if refusal is not None:
                await self._refuse(refusal)

    async def _say_goodbye(self) -> None:
        # Of a connection that was refused at its beginning no consumer has heard.
        if self._order or self._state != "refused":
            message = {**self.address, "order": self._order + 1, "code": self._code}
            refusal = await self.put("websocket.disconnect", message)
            if refusal is not None:
                logger.warning(
                    "No consumer hears that the websocket at %s was closed (%s); it stays in its "
                    "groups until they expire.",
                    *(self.scope["path"], refusal.reason),
                )

    async def _watch_backlog(self) -> None:
        """Give up a client that does not read what it is sent."""
        await self.replies.overflowed.wait()
        logger.warning(
            "The websocket at %s is closed: its client left more than %d bytes unread.",
            *(self.scope["path"], MOST_UNREAD),
        )
        self._code = FULL.code
        self._state = "closed"
        with suppress(asyncio.TimeoutError, OSError):
            await asyncio.wait_for(self._close(FULL.code), _CLOSING)

    async def _expire(self) -> None:
        """Reject the connection when no worker decides about it in time."""
        await asyncio.sleep(self.timeout or 0)
        if self.timeout is not None and self._state == "connecting":
            logger.error(
                "No worker accepted the websocket at %s within %s seconds: are there workers for "
                "'websocket.connect', and does one of their consumers block?",
                *(self.scope["path"], self.timeout),
            )
            await self._refuse(TIMED_OUT)
        await asyncio.Event().wait()

    async def _refuse(self, refusal: Refusal) -> None:
        """Close the connection, or answer its handshake with the status where a server can."""
        connecting, self._state = self._state == "connecting", "refused"
        extensions = self.scope.get("extensions") or {}
        if connecting and "websocket.http.response" in extensions:
            kind = "websocket.http.response"
            headers = [(b"content-type", b"text/plain; charset=utf-8")]
            status = refusal.status
            await self.send({"type": f"{kind}.start", "status": status, "headers": headers})
            await self.send({"type": f"{kind}.body", "body": refusal.reason.encode()})
        else:
            await self._close(refusal.code)

    async def _close(self, code: int) -> None:
        """Close the connection, on a server that sends only some codes with a private one."""
        try:
            await self.send({"type": "websocket.close", "code": code})
        except Exception:
            # Of the codes below 3000, Daphne's protocol lets an application send but 1000.
            if not 1000 < code < _PRIVATE:
                raise
            await self.send({"type": "websocket.close", "code": code + _PRIVATE})

    async def reply(self, message: dict[str, Any]) -> bool:
        """Act on one reply; returns whether it closed the connection.

        Raises:
            ValueError: The reply is none, as `reply_of` says.
        """
        if self._state == "refused":
            return True
        message = self._checked(message)
        data = {key: message[key] for key in ("bytes", "text") if message.get(key)}
        rejected = self._state == "connecting" and message.get("accept") is False
        if self._state == "connecting" and not rejected and (message.get("accept") or data):
            self._state = "open"
            await self.send({"type": "websocket.accept", "subprotocol": self._subprotocol})
        if data and not rejected:
            await self.send({"type": "websocket.send", **data})
        code = rejected or message.get("close")
        if code:
            self._state = "closed"
            await self._close(1000 if code is True else code)
        return bool(code)

    def _checked(self, message: dict[str, Any]) -> dict[str, Any]:
        try:
            return reply_of(message)
        except ValueError as error:
            raise ValueError(
                f"Got invalid WebSocket reply message on {self.replies.channel} - {error}"
            ) from None


def _payload(event: Event) -> dict[str, Any]:
    """Return the one of ``text`` and ``bytes`` that the event has; servers may set both."""
    if event.get("bytes") is not None:
        return {"bytes": event["bytes"]}
    return {"text": event.get("text", "")}
