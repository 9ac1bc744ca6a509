"""An HTTP request as messages on a channel layer."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from .layer_connection import (
    TIMED_OUT,
    LayerConnection,
    Receive,
    Refusal,
    first_to_finish,
    opening,
)

logger = logging.getLogger("django.channels")

# Bytes of a body that one message carries at most; more goes over a body channel.
BODY_CHUNK = 512 * 1024

# Seconds between two tries to send on a full body channel.
RETRY_INTERVAL = 0.05


class HttpConnection(LayerConnection):
    """A request: one ``http.request`` message, its body's rest, and ``http.disconnect``.

    The first reply has ``status`` and ``headers``, each has ``content``, and the last no
    ``more_content``.
    """

    default_scheme = "http"

    _started = False

    async def run(self, receive: Receive) -> None:
        """Serve the request until it is answered or the client has gone."""
        body, more = await self._read(receive)
        if body is None:
            return
        message = {**opening(self.scope, self.default_scheme), **self.address, "body": body}
        if more:
            message["body_channel"] = self._body_channel()
        refusal = await self.put("http.request", message)
        if refusal is not None:
            await self._refuse(refusal)
            return
        upload = message.get("body_channel")
        try:
            await first_to_finish(
                self._upload_and_listen(upload, receive),
                self.relay_replies(),
                self._expire(),
            )
        finally:
            await self.put("http.disconnect", self.address)

    def _body_channel(self) -> str:
        # Made here, not by the layer's new_channel(), which may have a server to ask: the name
        # of the reply channel is nobody else's either.
        return "http.request.body?" + self.replies.channel.partition("!")[2]

    async def _read(self, receive: Receive) -> tuple[bytes | None, bool]:
        """Return the next piece of the body and whether more follows; no piece when gone."""
        pieces = []
        size = 0
        more = True
        while more and size < BODY_CHUNK:
            event = await receive()
            if event["type"] == "http.disconnect":
                return None, False
            pieces.append(event.get("body", b""))
            size += len(pieces[-1])
            more = event.get("more_body", False)
        return b"".join(pieces), more

    async def _upload_and_listen(self, channel: str | None, receive: Receive) -> None:
        """Send the body's rest, then wait until the client goes."""
        more = channel is not None
        while more:
            body, more = await self._read(receive)
            gone = body is None
            chunk = {"closed": True} if gone else {"content": body, "more_content": more}
            while await self.put(str(channel), chunk) is not None:
                await asyncio.sleep(RETRY_INTERVAL)
            if gone:
                return
        while (await receive())["type"] != "http.disconnect":
            pass

    async def _expire(self) -> None:
        """Answer in the workers' place when none of them does in time."""
        await asyncio.sleep(self.timeout or 0)
        if self.timeout is None or self._started:
            await asyncio.Event().wait()
        logger.error(
            "No worker answered %s %s within %s seconds: are there workers for 'http.request', "
            "and does one of their consumers block?",
            *(self.scope["method"], self.scope["path"], self.timeout),
        )
        await self._refuse(TIMED_OUT)

    async def reply(self, message: dict[str, Any]) -> bool:
        """Send a part of the response; returns whether it was the last.

        Raises:
            ValueError: The first part has no status, or a later one has.
        """
        if not self._started:
            if "status" not in message:
                raise ValueError("Specifying a status code is required for a Response message.")
            self._started = True
            await self.send(
                {
                    "type": "http.response.start",
                    "status": message["status"],
                    "headers": [_header(*pair) for pair in message.get("headers", ())],
                }
            )
        elif "status" in message:
            raise ValueError(f"Got multiple Response messages for {self.replies.channel}!")
        more = bool(message.get("more_content", False))
        body = message.get("content", b"")
        await self.send({"type": "http.response.body", "body": body, "more_body": more})
        return not more

    async def _refuse(self, refusal: Refusal) -> None:
        await self.reply(
            {
                "status": refusal.status,
                "headers": [(b"Content-Type", b"text/plain; charset=utf-8")],
                "content": refusal.reason.encode(),
            }
        )


def _header(name: str | bytes, value: str | bytes) -> tuple[bytes, bytes]:
    """Return a header as ASGI 3 wants it; the cookies of 1.x begin with a blank."""
    raw_name = name.encode("latin1") if isinstance(name, str) else bytes(name)
    raw_value = value.encode("latin1") if isinstance(value, str) else bytes(value)
    return raw_name.lower(), raw_value.strip()
