"""The events that an application has sent, which it may send next, and their reply messages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from ..errors import MalformedEvent
from .scope import Event, Scope

# pytest leaves frames of modules with this name out of tracebacks.
__tracebackhide__ = True

# Bytes of a close frame (RFC 6455: 125) without its code.
_LONGEST_REASON = 123

# Statuses of responses whose Content-Length is that of another response.
_WITHOUT_BODY = (204, 304)

_NOUNS = {str: "a str", bytes: "bytes", int: "an int"}

# What names of headers and subprotocols are made of (RFC 9110, section 5.6.2).
_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")

# Bytes that a header may not have.
_NOT_IN_HEADERS = (b"\r", b"\n", b"\0")


class SentEvents:
    """Checks each event that an application sends, and keeps the values that tests read later.

    It refuses an event if ASGI forbids it and Daphne or uvicorn refuses it.

    Args:
        scope: The scope of the application.

    Attributes:
        scope: The same.
        answered: Whether the application answered the handshake of a websocket.
        accepted: Whether it accepted the websocket.
        subprotocol: The subprotocol it chose (str), or ``None``.
        status: The status of its HTTP response (int), also where that denies a websocket.
        headers: Response headers: of the websocket's acceptance, or of the HTTP response.
        close_code: The code it closed the websocket with (int), or ``None``.
        close_reason: The reason it gave (str), or ``None``.
        is_complete: Whether it sent the last part of its HTTP response.

    Source: ASGI 3 (HTTP and websocket), Daphne 4.2, uvicorn 0.54.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.answered = False
        self.accepted = False
        self.subprotocol: str | None = None
        self.status: int | None = None
        self.headers: list[tuple[bytes, bytes]] = []
        self.close_code: int | None = None
        self.close_reason: str | None = None
        self.is_complete = False
        self._has_closed = False
        # Bytes of the body that have not been sent; None if its length is not known or not checked.
        self._missing: int | None = None

    def note(self, event: Any) -> None:
        """Check an event that the application sends, and keep its values.

        Args:
            event: The event.

        Raises:
            MalformedEvent: The application may not send it, or not now.
        """
        kind = event.get("type") if isinstance(event, dict) else None
        protocol = self.scope["type"]
        take = self._TAKERS.get((protocol, kind)) if isinstance(kind, str) else None
        if take is not None:
            take(self, event)
        elif not isinstance(kind, str) or not self._is_extension(protocol, kind):
            raise MalformedEvent(
                f"a {protocol} application sent {event!r:.100}, which is no event of its protocol "
                f"(ASGI 3): it sends {', '.join(self._kinds(protocol)) or 'none'}"
            )

    def _is_extension(self, protocol: str, kind: str) -> bool:
        """Return whether the scope offers the event, or has a protocol that is not checked here."""
        if not self._kinds(protocol):
            return kind.partition(".")[0] in (protocol, "http")
        return kind.startswith(f"{protocol}.") and kind in (self.scope.get("extensions") or ())

    @classmethod
    def _kinds(cls, protocol: str) -> list[str]:
        return [kind for known, kind in cls._TAKERS if known == protocol]

    def _take_accept(self, event: Event) -> None:
        self._check_handshake(event)
        subprotocol = event.get("subprotocol")
        _check_type(event, "subprotocol", subprotocol, str, optional=True)
        if subprotocol is not None and not _TOKEN.fullmatch(subprotocol.encode(errors="replace")):
            raise MalformedEvent(
                f"the subprotocol of websocket.accept is {subprotocol!r:.100}: letters, digits and "
                "!#$%&'*+-.^_`|~ make one, nothing else does"
            )
        self.headers = _checked_headers(event)
        self.subprotocol = subprotocol
        self.answered = self.accepted = True

    def _take_close(self, event: Event) -> None:
        if self._has_closed:
            raise MalformedEvent(
                "websocket.close after websocket.close: the application closes a websocket once"
            )
        self._check_no_denial(event)
        code, reason = event.get("code"), event.get("reason")
        _check_type(event, "code", code, int, optional=True)
        _check_type(event, "reason", reason, str, optional=True)
        if self.accepted:
            # A refused handshake is a plain HTTP response, which has neither.
            if code is not None and not _is_close_code(code):
                raise MalformedEvent(
                    f"websocket.close with code {code}, which no close frame may have: use 1000, "
                    "or 3000 to 4999 (RFC 6455)"
                )
            if reason is not None and len(reason.encode()) > _LONGEST_REASON:
                raise MalformedEvent(
                    f"websocket.close with a reason of {len(reason.encode())} bytes: a close frame "
                    f"holds {_LONGEST_REASON}"
                )
        self.answered = self._has_closed = True
        self.close_code, self.close_reason = code or 1000, reason

    def _take_frame(self, event: Event) -> None:
        text, data = event.get("text"), event.get("bytes")
        self._check_no_denial(event)
        if self.close_code is not None:
            raise MalformedEvent(
                "websocket.send after websocket.close: the client gets no frame any more"
            )
        if not self.accepted:
            raise MalformedEvent(
                "websocket.send before websocket.accept: accept the websocket first"
            )
        if (text is None) == (data is None):
            raise MalformedEvent(
                "The response needs exactly one of 'text' or 'bytes': websocket.send takes either "
                f"text or bytes: {event!r:.100}"
            )
        _check_type(event, "text", text, str, optional=True)
        _check_type(event, "bytes", data, bytes, optional=True)
        if text is not None and not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError as error:
                raise MalformedEvent(
                    f"websocket.send with a text that UTF-8 cannot encode: {error}"
                ) from None

    def _take_denial(self, event: Event) -> None:
        self._check_handshake(event)
        self._take_head(event)
        self.answered = True

    def _take_start(self, event: Event) -> None:
        if self.status is not None:
            raise MalformedEvent(f"{event['type']} after {event['type']}: a response starts once")
        self._take_head(event)

    def _take_head(self, event: Event) -> None:
        status = event.get("status")
        _check_type(event, "status", status, int)
        if not 200 <= event["status"] < 600:
            raise MalformedEvent(f"the status of a response is 200 to 599: {event!r:.100}")
        self.headers = _checked_headers(event)
        self.status = status
        lengths = {value for name, value in self.headers if name.lower() == b"content-length"}
        if len(lengths) > 1 or not all(map(bytes.isdigit, lengths)):
            raise MalformedEvent(
                f"the Content-Length of {event['type']} is one number, not "
                f"{b', '.join(sorted(lengths))!r:.100}"
            )
        if lengths and not self._has_no_body():
            self._missing = int(lengths.pop())

    def _has_no_body(self) -> bool:
        """Return whether the response has a Content-Length but no body."""
        return self.scope.get("method") == "HEAD" or self.status in _WITHOUT_BODY

    def _take_body(self, event: Event) -> None:
        if self.status is None:
            raise MalformedEvent(f"{event['type']} before the response's start")
        if self.is_complete:
            raise MalformedEvent(
                f"{event['type']} after the response's last part: send the parts before it with "
                "more_body=True"
            )
        _check_type(event, "body", event.get("body", b""), bytes)
        self.is_complete = not event.get("more_body", False)
        if self._missing is not None:
            self._missing -= len(event.get("body", b""))
            if self._missing < 0 or (self.is_complete and self._missing):
                much = "more" if self._missing < 0 else "less"
                raise MalformedEvent(f"the body of the response is {much} than its Content-Length")

    def _check_handshake(self, event: Event) -> None:
        """Check that the handshake of the websocket has not been answered."""
        self._check_no_denial(event)
        if self._has_closed:
            raise MalformedEvent(f"{event['type']} after websocket.close")
        if self.answered:
            raise MalformedEvent(
                f"{event['type']} after websocket.accept: the handshake is answered once"
            )

    def _check_no_denial(self, event: Event) -> None:
        if self.status is not None:
            raise MalformedEvent(
                f"{event['type']} after websocket.http.response.start: the response has denied "
                "the websocket, and only its body may follow"
            )

    # The method that checks an event, by protocol and type of the event.
    _TAKERS: ClassVar[dict[tuple[str, str], Callable[[SentEvents, Event], None]]] = {
        ("websocket", "websocket.accept"): _take_accept,
        ("websocket", "websocket.send"): _take_frame,
        ("websocket", "websocket.close"): _take_close,
        ("websocket", "websocket.http.response.start"): _take_denial,
        ("websocket", "websocket.http.response.body"): _take_body,
        ("http", "http.response.start"): _take_start,
        ("http", "http.response.body"): _take_body,
    }


def _check_type(event: Event, key: str, value: Any, type_: type, optional: bool = False) -> None:
    if not isinstance(value, type_) and not (optional and value is None):
        raise MalformedEvent(
            f"the {key} of {event['type']} is {_NOUNS[type_]}, not {type(value).__name__}: "
            f"{event!r:.100}"
        )


def _checked_headers(event: Event) -> list[tuple[bytes, bytes]]:
    if "headers" not in event:
        return []
    headers = event["headers"]
    try:
        pairs = [(name, value) for name, value in headers]
    except (TypeError, ValueError):
        raise MalformedEvent(
            f"the headers of {event['type']} are pairs of names and values: {headers!r:.100}"
        ) from None
    for pair in pairs:
        for part in pair:
            if not isinstance(part, bytes):
                raise MalformedEvent(
                    f"the headers of {event['type']} are pairs of bytes, not {pair!r:.100}"
                )
            if any(end in part for end in _NOT_IN_HEADERS):
                raise MalformedEvent(
                    f"the header {pair!r:.100} of {event['type']} has a line break or a zero byte"
                )
        if not _TOKEN.fullmatch(pair[0]):
            raise MalformedEvent(
                f"the header {pair!r:.100} of {event['type']} has no name: letters, digits and "
                "!#$%&'*+-.^_`|~ make one, nothing else does"
            )
    if isinstance(headers, Iterator):
        # It is read now, and the test reads the event later.
        event["headers"] = pairs
    return pairs


def _is_close_code(code: int) -> bool:
    """Return whether a close frame may have a code: RFC 6455's, IANA's and private codes."""
    return code in (1000, 1001, 1002, 1003) or 1007 <= code <= 1014 or 3000 <= code <= 4999


class ReplyMessages:
    """Translates the events of one application into the reply messages of Channels 1."""

    def __init__(self) -> None:
        # A response's status and headers travel with the first part of its body.
        self._head: dict[str, Any] = {}

    def __call__(self, event: Event) -> list[dict[str, Any]]:
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
