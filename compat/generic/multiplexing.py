"""Multiplexing: several streams of JSON over one websocket, each with a consumer of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from ..advice import with_note
from ..channel import Channel, Group
from ..exceptions import SendNotAvailableOnDemultiplexer
from ..message import Message
from .consumers import JsonWebsocketConsumer


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
        closing = {"close": True} if close else {}
        Group(name).send({**cls.encode(stream, payload), **closing})


class WebsocketDemultiplexer(JsonWebsocketConsumer):
    """A consumer that hands each stream of one connection to another consumer.

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
        stream, payload = _stream_and_payload(content, self.consumers)
        self.message.content["text"] = self.encode_json(payload)
        kwargs["multiplexer"] = self.multiplexer_class(stream, self.message.reply_channel)  # type: ignore[arg-type]
        _consume_with(self.send, self.consumers[stream], self.message, kwargs)

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


def _stream_and_payload(content: Any, streams: Iterable[str]) -> tuple[str, dict[str, Any]]:
    """Return the stream that a frame names and its payload.

    Raises:
        ValueError: As `WebsocketDemultiplexer.receive`.
    """
    if not (isinstance(content, dict) and content.keys() >= {"stream", "payload"}):
        raise with_note(
            ValueError("Invalid multiplexed **frame received (no channel/payload key)"),
            f'Send {{"stream": …, "payload": {{…}}}}; this was {content!r:.100}',
        )
    # Compared one by one: what the client calls a stream may not be hashable.
    named = [stream for stream in streams if stream == content["stream"]]
    if not named:
        raise with_note(
            ValueError("Invalid multiplexed frame received (stream not mapped)"),
            f"The frame names stream {content['stream']!r}; consumers has "
            f"{', '.join(map(repr, streams)) or 'none'}.",
        )
    if not isinstance(content["payload"], dict):
        raise ValueError("Multiplexed frame payload is not a dict")
    return named[0], content["payload"]


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
    if not hasattr(consumer, "send"):
        consumer(message, **kwargs)
    elif isinstance(consumer, type):
        # A class-based consumer consumes while it is initialised, so it gets the attribute
        # before that: on the instance, since the class may be routed to on its own as well.
        instance: Any = consumer.__new__(consumer, message, **kwargs)
        instance.send = send
        instance.__init__(message, **kwargs)
    else:
        consumer.send = send
        consumer(message, **kwargs)
