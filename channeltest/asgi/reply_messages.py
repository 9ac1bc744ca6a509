"""The events of an application, as the reply messages of Channels 1."""

from __future__ import annotations

from typing import Any


class ReplyMessages:
    """Translates the events of one application into the reply messages of Channels 1."""

    def __init__(self) -> None:
        # A response's status and headers travel with the first part of its body.
        self._head: dict[str, Any] = {}

    def __call__(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the messages for one event, none or one."""
        kind = event["type"]
        if kind == "channels1":
            return [event["message"]]
        if kind == "websocket.accept":
            return [{"accept": True}]
        if kind == "websocket.send":
            text = event.get("text")
            frame = {"text": text} if text is not None else {"bytes": event["bytes"]}
            return [{**frame, "close": event["close"]} if event.get("close") else frame]
        if kind == "websocket.close":
            return [{"close": event.get("code") or True}]
        if kind.endswith("http.response.start"):
            pairs = [(bytes(name), bytes(value)) for name, value in event.get("headers") or ()]
            self._head = {"status": event["status"], "headers": pairs}
        if kind.endswith("http.response.body"):
            head, self._head = self._head, {}
            body, more = event.get("body", b""), event.get("more_body", False)
            return [{**head, "content": body, "more_content": more}]
        return []
