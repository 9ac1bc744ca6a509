"""The interface server of Channels 1 as an ASGI 3 application."""

from __future__ import annotations

from collections.abc import Sequence

from ..applications.callables import Receive, Scope, Send
from ..base_layer import BaseChannelLayer
from . import http, websocket
from .backlog import DiskBacklog, MemoryBacklog
from .http import MOST_IN_MEMORY, HttpConnection
from .layer_connection import LayerConnection
from .outbox import Outbox
from .reply_channels import ReplyChannels
from .undelivered import Undelivered
from .websocket import WebsocketConnection


class LayerApplication:
    """Turns the events of ASGI 3 into messages on a channel layer, and replies into events.

    A request becomes a message on ``http.request``, a websocket one on ``websocket.connect``
    and so on, each with a fresh ``reply_channel``; workers of this process or another reply.

    What the layer does not take is answered at once: with status 503 or close code 1013 when a
    channel is full or the layer's server cannot be reached, with 413 or 1009 when a message is
    too large. A websocket whose client leaves 16 MiB unread is closed with 1013; of a response
    that its client does not read 16 MiB are kept in memory and 1 GiB on disk.

    Args:
        channel_layer: A channel layer of ASGI 1, or its wrapper.
        ws_protocols: Websocket subprotocols to accept, when a client offers one.
        http_timeout: Seconds until the first reply to a request, which is then answered with
            status 503; ``None`` for as long as it takes.
        websocket_connect_timeout: Seconds until a websocket is accepted, or else rejected;
            ``None`` for as long as it takes.

    Source: the message formats of ASGI 1 and the behaviour of Daphne 1; ASGI 3.
    """

    def __init__(
        self,
        channel_layer: BaseChannelLayer,
        ws_protocols: Sequence[str] = (),
        http_timeout: float | None = None,
        websocket_connect_timeout: float | None = None,
    ) -> None:
        self.channel_layer = channel_layer
        self.ws_protocols = ws_protocols
        self.http_timeout = http_timeout
        self.websocket_connect_timeout = websocket_connect_timeout
        self._outbox = Outbox(channel_layer)
        self._undelivered = Undelivered(channel_layer, self._outbox)
        self._http_replies = ReplyChannels(
            channel_layer, "http.response", lambda: DiskBacklog(MOST_IN_MEMORY, http.MOST_UNREAD)
        )
        self._websocket_replies = ReplyChannels(
            channel_layer, "websocket.send", lambda: MemoryBacklog(websocket.MOST_UNREAD)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection.

        Raises:
            ValueError: Its type is neither ``http`` nor ``websocket``.
        """
        common = (self.channel_layer, self._outbox, scope)
        if scope["type"] == "http":
            replies = self._http_replies.open()
            connection: LayerConnection = HttpConnection(*common, replies, send, self.http_timeout)
        elif scope["type"] == "websocket":
            replies = self._websocket_replies.open()
            connection = WebsocketConnection(
                *(*common, replies, send, self.websocket_connect_timeout),
                *(self.ws_protocols, self._undelivered),
            )
        else:
            raise ValueError(
                "A channel layer serves http and websocket connections, not " + scope["type"]
            )
        try:
            async with self._outbox.in_use():
                await connection.run(receive)
        finally:
            replies.close()
