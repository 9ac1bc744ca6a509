"""The interface server of Channels 1 as an ASGI 3 application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from .bridge_http import HttpConversation
from .bridge_websocket import WebsocketConversation
from .replies import ReplyChannels

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class LayerApplication:
    """Turns the events of ASGI 3 into messages on a channel layer, and replies into events.

    A request becomes a message on ``http.request``, a websocket one on ``websocket.connect``
    and so on, each with a fresh ``reply_channel``; workers of this process or another reply.
    A full channel is answered with status 503, or close code 1013.

    Args:
        channel_layer: A channel layer of ASGI 1, or its wrapper.
        ws_protocols: Websocket subprotocols to accept, when a client offers one.

    Source: the message formats of ASGI 1 and the behaviour of Daphne 1; ASGI 3.
    """

    def __init__(self, channel_layer: Any, ws_protocols: Sequence[str] = ()) -> None:
        self.channel_layer = channel_layer
        self.ws_protocols = ws_protocols
        self._http_replies = ReplyChannels(channel_layer, "http.response")
        self._websocket_replies = ReplyChannels(channel_layer, "websocket.send")

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Serve one connection.

        Raises:
            ValueError: Its type is neither ``http`` nor ``websocket``.
        """
        if scope["type"] == "http":
            replies = self._http_replies.open()
            conversation: HttpConversation | WebsocketConversation = HttpConversation(
                self.channel_layer, scope, replies, send
            )
        elif scope["type"] == "websocket":
            replies = self._websocket_replies.open()
            conversation = WebsocketConversation(
                self.channel_layer, scope, replies, send, self.ws_protocols
            )
        else:
            raise ValueError(
                "A channel layer serves http and websocket connections, not " + scope["type"]
            )
        try:
            await conversation.run(receive)
        finally:
            replies.close()
