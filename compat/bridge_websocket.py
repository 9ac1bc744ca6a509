"""A websocket connection as messages on a channel layer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

from .bridge_common import Conversation, Event
from .replies import Replies

REPLY_KEYS = frozenset({"accept", "bytes", "close", "text"})

# "Try again later": the layer has no room for the connection's messages.
OVERLOADED = 1013


class WebsocketConversation(Conversation):
    """A websocket: ``websocket.connect``, ``.receive`` and ``.disconnect`` messages.

    Replies may have ``accept``, ``text`` or ``bytes``, and ``close``; the first text or bytes
    accept the connection too.

    Args:
        layer: The channel layer.
        scope: The connection's ASGI 3 scope.
        replies: Its reply channel.
        send: Sends an ASGI 3 event to the client.
        protocols: Subprotocols to accept, when the client offers one.
    """

    default_scheme = "ws"

    def __init__(
        self,
        layer: Any,
        scope: dict[str, Any],
        replies: Replies,
        send: Callable[[Event], Awaitable[None]],
        protocols: Sequence[str],
    ) -> None:
        super().__init__(layer, scope, replies, send)
        offered = scope.get("subprotocols", ())
        self._subprotocol = next((name for name in offered if name in protocols), None)
        self._state = "connecting"
        self._order = 0

    async def run(self, receive: Callable[[], Awaitable[Event]]) -> None:
        """Serve the connection until it is closed."""
        # A reply that closes does not end it: the server says when the connection is gone.
        replying = asyncio.ensure_future(self.relay_replies())
        try:
            await self._relay_events(receive)
        finally:
            replying.cancel()
            with suppress(asyncio.CancelledError):
                await replying

    async def _relay_events(self, receive: Callable[[], Awaitable[Event]]) -> None:
        while True:
            event = await receive()
            kind = event["type"]
            if kind == "websocket.disconnect":
                break
            if kind == "websocket.connect":
                message = {**self.request_message(), "order": 0}
            else:
                self._order += 1
                message = {**self.address, "order": self._order, **_payload(event)}
            if self._state != "overloaded" and not self.put(kind, message):
                self._state = "overloaded"
                await self.send({"type": "websocket.close", "code": OVERLOADED})
        if self._state != "overloaded":
            code = event.get("code", 1005)
            gone = {**self.address, "order": self._order + 1, "code": code}
            self.put("websocket.disconnect", gone)

    async def reply(self, message: dict[str, Any]) -> bool:
        """Act on one reply; returns whether it closed the connection.

        Raises:
            ValueError: The reply has unknown keys, or both text and bytes.
        """
        if self._state == "overloaded":
            return True
        self._check(message)
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
            await self.send({"type": "websocket.close", "code": 1000 if code is True else code})
        return bool(code)

    def _check(self, message: dict[str, Any]) -> None:
        problem = f"Got invalid WebSocket reply message on {self.replies.channel} - contains "
        unknown = message.keys() - REPLY_KEYS
        if unknown:
            raise ValueError(
                f"{problem}unknown keys {sorted(unknown)} (looking for either {sorted(REPLY_KEYS)})"
            )
        if message.get("bytes") and message.get("text"):
            raise ValueError(f"{problem}both bytes and text keys")


def _payload(event: Event) -> dict[str, Any]:
    """Return the one of ``text`` and ``bytes`` that the event has; servers may set both."""
    if event.get("bytes") is not None:
        return {"bytes": event["bytes"]}
    return {"text": event.get("text", "")}
