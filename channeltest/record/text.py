"""Events of a conversation in words."""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from .events import Event

# Characters of a message's content in one line.
WIDTH = 100

# What a client adds to every message by itself.
_USUAL = ("reply_channel", "headers", "order", "__asgi_channel__")

# Values whose text is short, and whose repr does nothing else (a lazy one asks the database).
SHOWN = (str, bytes, int, float, decimal.Decimal, datetime.date, datetime.time, uuid.UUID)


def line(event: Event) -> tuple[str, str]:
    """Return who spoke to whom, and what was said."""
    if event.kind == "error":
        return event.source, f"raised {shortened(event.content)}"
    if event.kind in ("receive", "nothing"):
        taken = shown(event.content) if event.kind == "receive" else "nothing there"
        if event.source == event.target:
            return f"{event.target} takes", taken
        return f"{event.target} <- {event.source}", taken
    return f"{event.source} -> {event.target}", said(event)


def said(event: Event) -> str:
    """Return what was sent, and over which channel or to how many."""
    content = shown(event.content)
    if event.kind == "consume" and not event.source.startswith("channel "):
        return f"{event.channel} {content}".strip()
    if event.kind == "group":
        number = len(event.members)
        return f"(to {number if number else 'nobody'}) {content}"
    return content


def shown(content: Any) -> str:
    """Return the content of a message without what every message of a client has, shortened."""
    if not isinstance(content, Mapping):
        return shortened(content)
    rest = {key: value for key, value in content.items() if key not in _USUAL}
    if rest.get("path") == "/":
        del rest["path"]
    return shortened(rest) if rest else ""


def shortened(value: Any) -> str:
    """Return ``value`` in one line of bounded length."""
    text = " ".join((value if isinstance(value, str) else repr(_cut(value))).split())
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"


def _cut(value: Any) -> Any:
    """Drop what `shortened` would make the repr of only to cut it off."""
    if isinstance(value, str | bytes):
        return value[: 2 * WIDTH]
    if isinstance(value, Mapping):
        return {key: _cut(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_cut(item) for item in value[:WIDTH]]
    return quiet(value)


class Unasked:
    """Stands in for an object whose repr is not to be asked for: it might ask the database.

    Args:
        kind: The object's class.
    """

    def __init__(self, kind: type) -> None:
        self._kind = kind

    def __repr__(self) -> str:
        return f"<{self._kind.__name__}>"


def quiet(value: Any) -> Any:
    """Return ``value``, or what stands in for it."""
    known = value is None or issubclass(type(value), SHOWN)
    return value if known else Unasked(type(value))


def table(rows: Iterable[tuple[str, str]]) -> list[str]:
    """Return lines of two columns."""
    rows = list(rows)
    width = max((len(first) for first, _ in rows), default=0)
    return [f"{first:<{width}}  {second}".rstrip() for first, second in rows]
