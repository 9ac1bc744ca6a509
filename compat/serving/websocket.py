"""A websocket connection as messages on a channel layer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from ..applications.callables import Event, Receive, Scope, Send
from ..applications.websocket_reply import reply_of
from ..base_layer import BaseChannelLayer, Content
from .layer_connection import (
    FULL,
    LayerConnection,
    Refusal,
    first_to_finish,
    opening,
)
from .outbox import Outbox
from .reply_channels import ReplyChannel
from .undelivered import Undelivered

logger = logging.getLogger("django.channels")

# Bytes of replies that wait for a client which does not read them.
MOST_UNREAD = 16 * 1024 * 1024

# What makes a close code one of those that applications may use as they like: 1013 is 4013.
_PRIVATE = 3000

# What a websocket is closed with when its server refuses a reply.
_INTERNAL_ERROR = 1011

# Seconds in which a close must be written; a client that does not read may keep it from that.
_CLOSING = 1.0


class WebsocketConnection(LayerConnection):
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
        undelivered: Keeps the ``websocket.disconnect`` that the layer does not take.
    """

    default_scheme = "ws"
    first_channel = "websocket.connect"

    def __init__(
        self,
        layer: BaseChannelLayer,
        outbox: Outbox,
        scope: Scope,
        replies: ReplyChannel,
        send: Send,
        timeout: float | None,
        protocols: Sequence[str],
        undelivered: Undelivered,
    ) -> None:
        super().__init__(layer, outbox, scope, replies, send, timeout)
        offered = scope.get("subprotocols", ())
        self._subprotocol = next((name for name in offered if name in protocols), None)
        self._undelivered = undelivered
        self._state = "connecting"
        self._order = 0
        # Whether the consumers have got a message of the connection.
        self._is_known = False
        # The close code that the consumers get, once it is known.
        self._code: int | None = None

    @property
    def name(self) -> str:
        """What the connection is, for logs."""
        return f"the websocket at {self.scope['path']}"

    async def run(self, receive: Receive) -> None:
        """Serve the connection until it is closed."""
        try:
            await first_to_finish(
                self._relay_events(receive),
                self._serve_replies(),
                self._close_on_overflow(),
                self._refuse_when_expired(),
            )
        finally:
            # Also when the server cancels the connection.
            await asyncio.shield(self._disconnect())

    async def _relay_events(self, receive: Receive) -> None:
        while True:
            event = await receive()
            kind = event["type"]
            if kind == "websocket.disconnect":
                if self._code is None:
                    self._code = event.get("code", 1005)
                if self._state == "connecting":
                    await self.log_early_end()
                return
            if kind == "websocket.connect":
                message = {**opening(self.scope, self.default_scheme), **self.address, "order": 0}
            else:
                self._order += 1
                message = {**self.address, "order": self._order, **_payload(event)}
            if self._state == "refused":
                continue
            refusal = await self.put(kind, message)
            if refusal is None:
                self._is_known = True
            else:
                # What comes next is not to wait for a message that never came.
                self._order = max(0, self._order - 1)
                await self.refuse(refusal)

    async def _disconnect(self) -> None:
        """Send ``websocket.disconnect``, unless no consumer has got the connection."""
        if not self._is_known and self._state == "refused":
            return
        code = 1006 if self._code is None else self._code
        message = {**self.address, "order": self._order + 1, "code": code}
        refusal = await self.put("websocket.disconnect", message)
        if refusal is not None and not self._undelivered.add("websocket.disconnect", message):
            logger.warning(
                "No consumer gets the websocket.disconnect of %s (%s); it stays in its groups "
                "until they expire.",
                *(self.name, refusal.reason),
            )

    async def _serve_replies(self) -> None:
        """Relay the replies; returns when the server has refused one."""
        try:
            await self.relay_replies()
        except OSError:
            # The client has gone: the server's next event says so.
            pass
        except Exception as error:
            if not await self._give_up(_INTERNAL_ERROR):
                # Perhaps the client has gone, which the server's next event says.
                await asyncio.sleep(_CLOSING)
            logger.error(
                "A reply to %s could not be sent, and it is closed with %d: the server refused it "
                "with %s: %s",
                *(self.name, _INTERNAL_ERROR, type(error).__name__, error),
            )
            self._code = _INTERNAL_ERROR
            return
        # A reply that closes does not end the connection: the server says when it is gone.
        await asyncio.Event().wait()

    async def _refuse_when_expired(self) -> None:
        await self.expire()
        # As after any other close, the server says when the connection is gone.
        await asyncio.Event().wait()

    async def _close_on_overflow(self) -> None:
        """Close the connection of a client that does not read what it is sent."""
        await self.replies.overflowed.wait()
        logger.warning(
            "%s is closed: its client left more than %d bytes unread.",
            *(self.name.capitalize(), MOST_UNREAD),
        )
        await self._give_up(FULL.code)
        self._code = FULL.code

    async def _give_up(self, code: int) -> bool:
        """Close the connection by the server's decision; returns whether that was possible."""
        self._state = "closed"
        try:
            await asyncio.wait_for(self._close(code), _CLOSING)
        except Exception:
            return False
        self._code = code
        return True

    async def refuse(self, refusal: Refusal) -> None:
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

    async def reply(self, message: Content) -> bool:
        """Act on one reply; returns whether it closed the connection.

        Raises:
            Exception: The server's refusal of an event.
        """
        if self._state == "refused":
            return True
        try:
            message = reply_of(message)
        except ValueError as error:
            # The worker's mistake; the connection goes on, as it did with Daphne 1.
            logger.error(
                "HTTP/WS send decode error: Got invalid WebSocket reply message on %s - %s",
                *(self.replies.channel, error),
            )
            return False
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


def _payload(event: Event) -> Content:
    """Return the one of ``text`` and ``bytes`` that the event has; servers may set both."""
    if event.get("bytes") is not None:
        return {"bytes": event["bytes"]}
    return {"text": event.get("text", "")}
