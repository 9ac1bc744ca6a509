"""What a client gets of an application's ASGI events: messages in Channels 1's shape."""

from __future__ import annotations

from typing import Any

from ..asgi.sent_events import ReplyMessages

# Values of events that messages of Channels 1 do not have, and a record has.
_MORE = {
    "websocket.accept": ("subprotocol", "headers"),
    "websocket.close": ("reason",),
}


class FrameReader:
    """Reads the ASGI events of one application.

    Messages of Channels 1 have no subprotocol, no headers and no reason; a record has them.
    """

    def __init__(self) -> None:
        self._messages_of = ReplyMessages()

    def __call__(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the messages for one event, none or one.

        Args:
            event: An ASGI event of a websocket or an HTTP response.
        """
        messages = self._messages_of(event)
        more = _MORE.get(event["type"])
        if more is None:
            return messages
        extra = {key: event[key] for key in more if event.get(key)}
        return [{**message, **extra} for message in messages] if extra else messages
