"""`Connection`: one modern application and its client, and what the application has said."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

from channels.consumer import AsyncConsumer

from ..errors import MalformedEvent

# What an application may say to a websocket's handshake.
_ANSWERS = ("websocket.accept", "websocket.close", "websocket.http.response.start")


class Connection:
    """One modern application, its scope, and what it has told its client.

    Args:
        application: An ASGI 3 application.
        scope: Its scope.

    Attributes:
        application: The application.
        scope: The scope it was given (middleware may have made copies).
        answered: Whether it answered the handshake of a websocket.
        accepted: Whether it accepted the websocket.
        subprotocol: The subprotocol it chose (str), or ``None``.
        status: The status of its HTTP response (int), also where that denies a websocket.
        headers: Response headers: of the websocket's acceptance, or of the HTTP response.
        close_code: The code it closed the websocket with (int), or ``None``.
        close_reason: The reason it gave (str), or ``None``.
        consumer: The instance of its consumer class, or ``None`` if it has none.
        reply_to: The layer and the name of the reply channel of its client.
    """

    def __init__(self, application: Any, scope: dict[str, Any]) -> None:
        self.application = application
        self.scope = scope
        self.answered = False
        self.accepted = False
        self.subprotocol: str | None = None
        self.status: int | None = None
        self.headers: list[tuple[bytes, bytes]] = []
        self.close_code: int | None = None
        self.close_reason: str | None = None
        self.consumer: Any = None
        self.reply_to: tuple[Any, str] | None = None

    @property
    def name(self) -> str:
        """What errors call the application: by its path, its channel or its protocol."""
        scope = self.scope
        place = scope.get("path") or scope.get("channel")
        return f"the application on {place}" if place else f"the {scope.get('type')} application"

    def frame(self, message: dict[str, Any]) -> None:
        """Send the client a message of Channels 1, as if the application had.

        Args:
            message: ``{"text": …}``, ``{"bytes": …}``, ``{"close": …}`` or several of them.
        """
        raise NotImplementedError

    def send_now(self, event: dict[str, Any]) -> None:
        """Take an event from the application; from any thread.

        Args:
            event: The event.

        Raises:
            MalformedEvent: It is none that the application may send now.
        """
        raise NotImplementedError

    def note(self, event: Any) -> None:
        """Check what the application sends, and keep what tests ask for later.

        Args:
            event: The event.

        Raises:
            MalformedEvent: It is none that the application may send now.
        """
        kind = event.get("type") if isinstance(event, dict) else None
        if not isinstance(kind, str) or not self._is_event(kind):
            raise MalformedEvent(
                f"a {self.scope['type']} application sent {event!r:.100}, which is no event of "
                "its protocol (ASGI 3)"
            )
        if kind in _ANSWERS:
            self.answered = True
        if kind == "websocket.accept":
            self.accepted = True
            self.subprotocol = event.get("subprotocol")
            self.headers = list(event.get("headers") or ())
        elif kind == "websocket.close":
            self.close_code = event.get("code") or 1000
            self.close_reason = event.get("reason")
        elif kind == "websocket.send":
            self._check_frame(event)
        elif kind.endswith("http.response.start"):
            self.status = event.get("status")
            self.headers = list(event.get("headers") or ())
            if not isinstance(self.status, int):
                raise MalformedEvent(f"the status of a response is an int: {event!r:.100}")
        elif kind.endswith("http.response.body"):
            self._check_body(event)

    def _is_event(self, kind: str) -> bool:
        if self.scope["type"] == "websocket":
            return kind in _ANSWERS or kind in ("websocket.send", "websocket.http.response.body")
        return kind.partition(".")[0] in (self.scope["type"], "http")

    def _check_body(self, event: dict[str, Any]) -> None:
        if self.status is None:
            raise MalformedEvent(f"{event['type']} before the response's start")
        if not isinstance(event.get("body", b""), bytes):
            raise MalformedEvent(f"the body of a response is bytes: {event!r:.100}")

    def _check_frame(self, event: dict[str, Any]) -> None:
        text, data = event.get("text"), event.get("bytes")
        if not self.accepted:
            raise MalformedEvent("websocket.send before websocket.accept")
        if self.close_code is not None:
            raise MalformedEvent("websocket.send after websocket.close")
        if (text is None) == (data is None):
            raise MalformedEvent(
                "The response needs exactly one of 'text' or 'bytes': websocket.send takes either "
                f"text or bytes: {event!r:.100}"
            )
        if not isinstance(text, str | None) or not isinstance(data, bytes | None):
            raise MalformedEvent(
                f"the text of websocket.send is a str and its bytes are bytes: {event!r:.100}"
            )


def consumer_of(task: Any) -> Any:
    """Return the innermost consumer instance among the coroutines that a task waits in.

    Args:
        task: The task, or ``None``.
    """
    found = None
    waiting: Any = task.get_coro() if task is not None else None
    while waiting is not None:
        found = _owner(getattr(waiting, "cr_frame", None)) or found
        waiting = getattr(waiting, "cr_await", None)
    return found


def consumer_calling() -> Any:
    """Return the innermost consumer instance among the callers of this function."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if (owner := _owner(frame)) is not None:
            return owner
        frame = frame.f_back
    return None


def _owner(frame: FrameType | None) -> Any:
    owner = frame.f_locals.get("self") if frame is not None else None
    return owner if isinstance(owner, AsyncConsumer) else None
