"""The parts of an HTTP response in ASGI 1, as events of ASGI 3."""

from __future__ import annotations

import re

from ..applications.callables import Event
from ..base_layer import Content

# RFC 9110, section 5.6.2.
_NAME = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_NOT_IN_VALUES = re.compile(rb"[\r\n\x00]")


def response_events(message: Content, is_started: bool) -> list[Event]:
    """Return what a server is to send for one part of a response.

    Args:
        message: ``status`` (int) and ``headers`` (pairs of bytes or str) in the first part,
            ``content`` (bytes) and ``more_content`` (bool) in each.
        is_started: Whether it is not the first part.

    Raises:
        ValueError: The part is not like that, or ends with ``closed`` a response that is not
            complete.
    """
    if message.get("closed"):
        raise ValueError("it failed before its response was complete")
    events = []
    if is_started:
        if "status" in message:
            raise ValueError("Got multiple Response messages: a second one has a status")
    else:
        events.append(_start(message))
    content = message.get("content", b"")
    if not isinstance(content, bytes):
        raise ValueError(f"content is bytes, not {content!r:.80}")
    more = bool(message.get("more_content", False))
    events.append({"type": "http.response.body", "body": content, "more_body": more})
    return events


def _start(message: Content) -> Event:
    if "status" not in message:
        raise ValueError("Specifying a status code is required for a Response message.")
    status = message["status"]
    # Below 200 they announce another response, and no server takes them from an application.
    if type(status) is not int or not 200 <= status <= 999:
        raise ValueError(f"status is a number from 200 to 999, not {status!r:.80}")
    headers = message.get("headers", ())
    if not isinstance(headers, (list, tuple)):
        raise ValueError(f"headers is a list of pairs, not {headers!r:.80}")
    return {
        "type": "http.response.start",
        "status": status,
        "headers": [_header(header) for header in headers],
    }


def _header(header: object) -> tuple[bytes, bytes]:
    """Return a header as ASGI 3 wants it; the cookies of 1.x begin with a blank."""
    if not isinstance(header, (list, tuple)) or len(header) != 2:
        raise ValueError(f"a header is a name and a value, not {header!r:.80}")
    name, value = (_bytes(part) for part in header)
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r:.80} is no name of a header")
    if _NOT_IN_VALUES.search(value):
        raise ValueError(f"the header {name!r:.80} has a line break or a NUL: {value!r:.80}")
    name, value = name.lower(), value.strip()
    if name == b"content-length" and not value.isdigit():
        raise ValueError(f"Content-Length is a number, not {value!r:.80}")
    return name, value


def _bytes(part: object) -> bytes:
    if isinstance(part, bytes):
        return part
    if not isinstance(part, str):
        raise ValueError(f"headers are bytes or text, not {part!r:.80}")
    try:
        return part.encode("latin1")
    except UnicodeEncodeError:
        raise ValueError(f"headers are latin-1, not {part!r:.80}") from None
