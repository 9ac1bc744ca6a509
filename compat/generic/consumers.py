"""Consumers of a websocket's three channels, and of JSON frames."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..auth import channel_and_http_session_user_from_http, channel_session_user_from_http
from ..channel import Group
from ..message import Message
from ..ordering import enforce_ordering
from .base import BaseConsumer


def _frame(text: Any, data: Any, close: bool | int) -> dict[str, Any]:
    """Return the message that sends a frame to a client."""
    if text is None and data is None:
        raise ValueError("You must pass text or bytes")
    content = {"bytes": data} if text is None else {"text": text}
    return {"close": close, **content} if close else content


def _decorators(consumer: WebsocketConsumer) -> Iterator[Callable[..., Any]]:
    """Yield what the attributes of a consumer ask for, the innermost decorator first."""
    if consumer.http_user_and_session:
        yield channel_and_http_session_user_from_http
    elif consumer.http_user:
        yield channel_session_user_from_http
    if consumer.strict_ordering:
        yield enforce_ordering


class WebsocketConsumer(BaseConsumer):
    """A consumer of websocket connections; override `connect`, `receive` and `disconnect`.

    Attributes:
        path: The path of the message in hand (str).
        groups: Names of the groups that every connection joins, if any.
        http_user: Whether the user of the HTTP session is logged in to the channel session;
            turns on ``channel_session_user``.
        http_user_and_session: The same, and ``message.http_session`` is kept at hand.
        strict_ordering: Whether to consume each connection's messages in their order.

    Source: Channels 1.1.8.
    """

    method_mapping = {
        "websocket.connect": "raw_connect",
        "websocket.receive": "raw_receive",
        "websocket.disconnect": "raw_disconnect",
    }

    http_user: bool = False
    http_user_and_session: bool = False
    strict_ordering: bool = False
    groups: Iterable[str] | None = None

    def get_handler(self, message: Message, **kwargs: Any) -> Callable[..., Any]:
        """Return the method that consumes ``message``, with the user and the ordering asked for.

        Raises:
            KeyError: The message has no ``path``.
            ValueError: The class sets ``slight_ordering``, which 1.0 had.
        """
        self.path = message["path"]
        if not self.strict_ordering and getattr(self, "slight_ordering", False):
            raise ValueError(
                "Slight ordering is now always on. Please remove `slight_ordering=True`."
            )
        self.channel_session_user |= self.http_user or self.http_user_and_session
        handler = super().get_handler(message, **kwargs)
        for decorate in _decorators(self):
            handler = decorate(handler)
        return handler

    def connection_groups(self, **kwargs: Any) -> Iterable[str]:
        """Return the names of the groups to join on connection and leave on disconnection.

        Args:
            **kwargs: What the route captured.
        """
        return self.groups or []

    def raw_connect(self, message: Message, **kwargs: Any) -> None:
        """Join the groups and call `connect`."""
        for name in self.connection_groups(**kwargs):
            Group(name, channel_layer=message.channel_layer).add(message.reply_channel)  # type: ignore[arg-type]
        self.connect(message, **kwargs)

    def connect(self, message: Message, **kwargs: Any) -> None:
        """Accept the connection; override to do more, or to refuse it."""
        self.message.reply_channel.send({"accept": True})  # type: ignore[union-attr]

    def raw_receive(self, message: Message, **kwargs: Any) -> None:
        """Call `receive` with the frame's ``text`` or ``bytes``.

        Raises:
            KeyError: The message has neither.
        """
        if "text" in message:
            self.receive(text=message["text"], **kwargs)
        else:
            self.receive(bytes=message["bytes"], **kwargs)

    def receive(self, text: str | None = None, bytes: bytes | None = None, **kwargs: Any) -> None:
        """Consume a frame; override it.

        Args:
            text: The frame's text, or ``None`` if it is binary.
            bytes: The frame's bytes, or ``None`` if it is text.
            **kwargs: What the route captured.
        """

    def send(
        self, text: str | None = None, bytes: bytes | None = None, close: bool | int = False
    ) -> None:
        """Send a frame to this connection.

        Args:
            text: The frame's text.
            bytes: The frame's bytes, if there is no text.
            close: ``True`` or a close code to close the connection after the frame.

        Raises:
            ValueError: There is neither text nor bytes.
        """
        self.message.reply_channel.send(_frame(text, bytes, close))  # type: ignore[union-attr]

    @classmethod
    def group_send(
        cls,
        name: str,
        text: str | None = None,
        bytes: bytes | None = None,
        close: bool | int = False,
    ) -> None:
        """Send a frame to every connection in the group ``name``; see `send`."""
        Group(name).send(_frame(text, bytes, close))

    def close(self, status: bool | int = True) -> None:
        """Close this connection.

        Args:
            status: A close code, or ``True`` for the server's default.
        """
        self.message.reply_channel.send({"close": status})  # type: ignore[union-attr]

    def raw_disconnect(self, message: Message, **kwargs: Any) -> None:
        """Leave the groups and call `disconnect`."""
        for name in self.connection_groups(**kwargs):
            Group(name, channel_layer=message.channel_layer).discard(message.reply_channel)  # type: ignore[arg-type]
        self.disconnect(message, **kwargs)

    def disconnect(self, message: Message, **kwargs: Any) -> None:
        """Do what is to be done when the connection has ended; override it."""


class JsonWebsocketConsumer(WebsocketConsumer):
    """A `WebsocketConsumer` whose text frames are JSON.

    Source: Channels 1.1.8.
    """

    def raw_receive(self, message: Message, **kwargs: Any) -> None:
        """Call `receive` with the decoded frame.

        Raises:
            ValueError: The frame is binary, or no JSON.
        """
        if "text" not in message:
            raise ValueError("No text section for incoming WebSocket frame!")
        self.receive(self.decode_json(message["text"]), **kwargs)

    def receive(self, content: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """Consume a frame; override it.

        Args:
            content: The decoded JSON.
            **kwargs: What the route captured.
        """

    def send(self, content: Any, close: bool | int = False) -> None:  # type: ignore[override]
        """Send ``content`` as JSON to this connection; ``close`` as in `WebsocketConsumer`."""
        super().send(text=self.encode_json(content), close=close)

    @classmethod
    def decode_json(cls, text: str) -> Any:
        """Return what the JSON ``text`` of a frame stands for."""
        return json.loads(text)

    @classmethod
    def encode_json(cls, content: Any) -> str:
        """Return ``content`` as JSON."""
        return json.dumps(content)

    @classmethod
    def group_send(  # type: ignore[override]
        cls, name: str, content: Any, close: bool | int = False
    ) -> None:
        """Send ``content`` as JSON to every connection in the group ``name``."""
        WebsocketConsumer.group_send(name, cls.encode_json(content), close=close)
