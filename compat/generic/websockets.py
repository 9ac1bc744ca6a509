"""Consumers of a websocket's three channels, of JSON frames, and of multiplexed streams."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from ..advice import with_note
from ..auth import channel_and_http_session_user_from_http, channel_session_user_from_http
from ..channel import Channel, Group
from ..exceptions import SendNotAvailableOnDemultiplexer
from ..message import Message
from ..sessions import enforce_ordering
from .base import BaseConsumer


def _frame(text: Any, data: Any, close: bool | int) -> dict[str, Any]:
    """Return the message that sends a frame to a client."""
    message: dict[str, Any] = {"close": close} if close else {}
    if text is not None:
        message["text"] = text
    elif data is not None:
        message["bytes"] = data
    else:
        raise ValueError("You must pass text or bytes")
    return message


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
        if self.http_user or self.http_user_and_session:
            self.channel_session_user = True
        self.path = message["path"]
        handler = super().get_handler(message, **kwargs)
        if self.http_user_and_session:
            handler = channel_and_http_session_user_from_http(handler)
        elif self.http_user:
            handler = channel_session_user_from_http(handler)
        if self.strict_ordering:
            ordered: Callable[..., Any] = enforce_ordering(handler, slight=False)
            return ordered
        if getattr(self, "slight_ordering", False):
            raise ValueError(
                "Slight ordering is now always on. Please remove `slight_ordering=True`."
            )
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


class WebsocketMultiplexer:
    """What a consumer behind a `WebsocketDemultiplexer` answers with.

    It is handed to the consumer as the keyword argument ``multiplexer``, so that the consumer
    need not know the name of its stream.

    Args:
        stream: The stream's name.
        reply_channel: The connection's reply channel.

    Source: Channels 1.1.8.
    """

    stream: str | None = None
    reply_channel: Channel | None = None

    def __init__(self, stream: str, reply_channel: Channel) -> None:
        self.stream = stream
        self.reply_channel = reply_channel

    def send(self, payload: Any) -> None:
        """Send ``payload`` on this stream of this connection."""
        self.reply_channel.send(self.encode(self.stream, payload))  # type: ignore[union-attr]

    @classmethod
    def encode_json(cls, content: Any) -> str:
        """Return ``content`` as JSON, dates, decimals and UUIDs included."""
        return json.dumps(content, cls=DjangoJSONEncoder)

    @classmethod
    def encode(cls, stream: str | None, payload: Any) -> dict[str, Any]:
        """Return the message that sends ``payload`` on ``stream``."""
        return {"text": cls.encode_json({"stream": stream, "payload": payload})}

    @classmethod
    def group_send(cls, name: str, stream: str, payload: Any, close: bool = False) -> None:
        """Send ``payload`` on ``stream`` of every connection in the group ``name``.

        Args:
            name: The group's name.
            stream: The stream's name.
            payload: What to send, anything JSON can hold.
            close: Whether to close the connections after the frame.
        """
        message = cls.encode(stream, payload)
        if close:
            message["close"] = True
        Group(name).send(message)


class WebsocketDemultiplexer(JsonWebsocketConsumer):
    """A consumer that deals the streams of one connection out to other consumers.

    A frame is ``{"stream": name, "payload": {...}}``. The payload goes to the consumer of that
    stream as the text of a frame of its own; connections and disconnections go to all. Each
    gets the keyword argument ``multiplexer`` to answer with.

    Attributes:
        consumers: Stream names, each with its consumer.
        multiplexer_class: The class of ``multiplexer``.

    Source: Channels 1.1.8. There, the consumers' own ``send`` stayed out of order for the rest
    of the process once a frame had come to them; here, for that frame only.
    """

    consumers: dict[str, Callable[..., Any]] = {}
    multiplexer_class: type[WebsocketMultiplexer] = WebsocketMultiplexer

    def receive(self, content: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """Hand the payload of a frame to the consumer of its stream.

        Raises:
            ValueError: The frame has no stream or payload, the payload is no dict, or nobody
                consumes the stream.
        """
        if not (isinstance(content, dict) and "stream" in content and "payload" in content):
            raise with_note(
                ValueError("Invalid multiplexed **frame received (no channel/payload key)"),
                f'Send {{"stream": …, "payload": {{…}}}}; this was {content!r:.100}',
            )
        wanted, payload = content["stream"], content["payload"]
        # Compared one by one: what the client calls a stream may not be hashable.
        mapped = next((item for item in self.consumers.items() if item[0] == wanted), None)
        if mapped is None:
            raise with_note(
                ValueError("Invalid multiplexed frame received (stream not mapped)"),
                f"The frame names stream {wanted!r}; consumers has "
                f"{', '.join(map(repr, self.consumers)) or 'none'}.",
            )
        stream, consumer = mapped
        if not isinstance(payload, dict):
            raise ValueError("Multiplexed frame payload is not a dict")
        self.message.content["text"] = self.encode_json(payload)
        kwargs["multiplexer"] = self.multiplexer_class(stream, self.message.reply_channel)  # type: ignore[arg-type]
        _consume_with(self.send, consumer, self.message, kwargs)

    def connect(self, message: Message, **kwargs: Any) -> None:
        """Accept the connection and hand it to every consumer."""
        self.message.reply_channel.send({"accept": True})  # type: ignore[union-attr]
        _consume_all(self, message, kwargs)

    def disconnect(self, message: Message, **kwargs: Any) -> None:
        """Hand the disconnection to every consumer."""
        _consume_all(self, message, kwargs)

    def send(self, *args: Any) -> None:
        """Refuse: a frame outside any stream would confuse the client.

        Raises:
            SendNotAvailableOnDemultiplexer: Always.
        """
        raise SendNotAvailableOnDemultiplexer("Use multiplexer.send of the multiplexer kwarg.")

    @classmethod
    def group_send(  # type: ignore[override]
        cls, name: str, stream: str, payload: Any, close: bool = False
    ) -> None:
        """Refuse, as `send` does.

        Raises:
            SendNotAvailableOnDemultiplexer: Always.
        """
        raise SendNotAvailableOnDemultiplexer("Use WebsocketMultiplexer.group_send")


# Functions, not methods: subclasses are other people's, and own every name on the instance.


def _consume_all(
    demultiplexer: WebsocketDemultiplexer, message: Message, kwargs: dict[str, Any]
) -> None:
    """Hand ``message`` to every consumer, each with the multiplexer of its stream."""
    for stream, consumer in demultiplexer.consumers.items():
        kwargs["multiplexer"] = demultiplexer.multiplexer_class(
            stream,
            demultiplexer.message.reply_channel,  # type: ignore[arg-type]
        )
        consumer(message, **kwargs)


def _consume_with(
    send: Callable[..., None], consumer: Any, message: Message, kwargs: dict[str, Any]
) -> None:
    """Hand ``message`` to ``consumer``, with ``send`` in place of the consumer's own."""
    if isinstance(consumer, type) and hasattr(consumer, "send"):
        # A class-based consumer consumes while it is initialised, so it gets the attribute
        # before that: on the instance, since the class may be routed to on its own as well.
        instance: Any = consumer.__new__(consumer, message, **kwargs)
        instance.send = send
        instance.__init__(message, **kwargs)
        return
    if hasattr(consumer, "send"):
        consumer.send = send
    consumer(message, **kwargs)
