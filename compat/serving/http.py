"""An HTTP request as messages on a channel layer."""

from __future__ import annotations

import asyncio
import logging

from ..applications.callables import Receive
from ..asgi import ChannelLayerWrapper
from ..base_layer import Content
from ..message import Message
from ..utils import name_that_thing
from .http_replies import response_events
from .layer_connection import (
    LayerConnection,
    Refusal,
    first_to_finish,
    opening,
)

logger = logging.getLogger("django.channels")

# Bytes of a body that one message carries at most; more goes over a body channel.
BODY_CHUNK = 512 * 1024

# Bytes of a response that wait for a client which does not read them; the first in memory.
MOST_UNREAD = 1024 * 1024 * 1024
MOST_IN_MEMORY = 16 * 1024 * 1024

INVALID = Refusal(500, 1011, "500 Internal Server Error")

# Seconds between two tries to send on a full body channel.
RETRY_INTERVAL = 0.05


class HttpConnection(LayerConnection):
    """A request: one ``http.request`` message, its body's rest, and ``http.disconnect``.

    The first reply has ``status`` and ``headers``, each has ``content``, and the last no
    ``more_content``.
    """

    default_scheme = "http"
    first_channel = "http.request"

    _started = False

    @property
    def name(self) -> str:
        """What the connection is, for logs."""
        return f"{self.scope['method']} {self.scope['path']}"

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
            await self.refuse(refusal)
            return
        upload = message.get("body_channel")
        try:
            await first_to_finish(
                self._upload_and_listen(upload, receive),
                self.relay_replies(),
                self._end_on_overflow(),
                self.expire(),
            )
        except ConnectionAbortedError as error:
            # A server ends the connection of an application that returns without the last part.
            # Not raised: Daphne would look after none of its applications any more.
            logger.error("The response to %s ends before it is complete: %s", self.name, error)
        finally:
            await asyncio.shield(self.put("http.disconnect", self.address))

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
        if channel is not None and not await self._upload(channel, receive):
            return
        while (await receive())["type"] != "http.disconnect":
            pass

    async def _upload(self, channel: str, receive: Receive) -> bool:
        """Send the body's rest; returns whether it was complete when the client had gone.

        The next piece is read while one is sent.
        """
        body: bytes | None = b""
        more = True
        sending: asyncio.Future[None] | None = None
        try:
            while more and body is not None:
                body, more = await self._read(receive)
                if sending is not None:
                    await sending
                is_gone = body is None
                chunk = {"closed": True} if is_gone else {"content": body, "more_content": more}
                sending = asyncio.ensure_future(self._put_when_there_is_room(channel, chunk))
            if sending is not None:
                await sending
        finally:
            if sending is not None:
                sending.cancel()
        return body is not None

    async def _put_when_there_is_room(self, channel: str, chunk: Content) -> None:
        while await self.put(channel, chunk) is not None:
            await asyncio.sleep(RETRY_INTERVAL)

    async def _end_on_overflow(self) -> None:
        """End the connection of a client that does not read its response.

        Raises:
            ConnectionAbortedError: Too much waits.
        """
        await self.replies.overflowed.wait()
        raise ConnectionAbortedError(f"its client left more than {MOST_UNREAD} bytes unread")

    async def reply(self, message: Content) -> bool:
        """Send a part of the response; returns whether it was the last.

        A first part that is none is answered with status 500.

        Raises:
            ConnectionAbortedError: A later part is none, or says that the response cannot be
                completed.
            Exception: The server's refusal of a part, after it is logged.
        """
        try:
            events = response_events(message, self._started)
        except ValueError as error:
            if self._started:
                raise ConnectionAbortedError(
                    f"{self._consumer()} replied wrongly: {error}"
                ) from None
            logger.error(
                "%s is answered with status 500, because %s replied wrongly: %s",
                *(self.name, self._consumer(), error),
            )
            await self.refuse(INVALID)
            return True
        self._started = True
        try:
            for event in events:
                await self.send(event)
        except OSError:
            # The client has gone.
            raise
        except Exception as error:
            # uvicorn compares the content with its Content-Length, say. Raised: it ends only the
            # connections of applications that raise what it has raised.
            logger.error(
                "The response to %s ends before it is complete: the server refused a part from "
                "%s with %s: %s",
                *(self.name, self._consumer(), type(error).__name__, error),
            )
            raise
        return not events[-1]["more_body"]

    def _consumer(self) -> str:
        """Return the name of the consumer that the request is for."""
        if not isinstance(self.layer, ChannelLayerWrapper):
            return "a consumer"
        content = {**opening(self.scope, self.default_scheme), **self.address}
        match = self.layer.router.target(Message(content, self.first_channel, self.layer))
        return name_that_thing(match[0]) if match else "code that knows its reply channel"

    async def refuse(self, refusal: Refusal) -> None:
        """Answer the request in the place of the workers."""
        reply = {
            "status": refusal.status,
            "headers": [(b"Content-Type", b"text/plain; charset=utf-8")],
            "content": refusal.reason.encode(),
        }
        self._started = True
        for event in response_events(reply, False):
            await self.send(event)
