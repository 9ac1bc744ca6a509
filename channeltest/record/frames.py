"""The replies of a modern application, in Channels 1's shape and with all that they carry."""

from __future__ import annotations

from typing import Any

from ..asgi.sent_events import ReplyMessages


class FrameReader:
    """Reads the ASGI events of one application.

    Clients of Channels 1 cannot be told a subprotocol, headers or a reason; a record has them.
    """

    def __init__(self) -> None:
        self._messages_of = ReplyMessages()

    def __call__(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the messages for one event, none or one.

        Args:
            event: An ASGI event of a websocket or an HTTP response.
        """
        messages = self._messages_of(event)
        more: tuple[str, ...] = ()
        if event["type"] == "websocket.accept":
            more = ("subprotocol", "headers")
        elif event["type"] == "websocket.close":
            more = ("reason",)
        extra = {key: event[key] for key in more if event.get(key)}
        return [{**message, **extra} for message in messages] if extra else messages
