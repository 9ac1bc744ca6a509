"""The events of a record as the rows of a sequence diagram."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ..record.events import Event, is_step
from ..record.schema import to_json

# Characters of one text that a report keeps.
MOST = 4000

# Members of a group that are named.
_NAMED = 4

# What a client adds to every message by itself.
_USUAL = {"reply_channel", "headers", "order", "__asgi_channel__"}

# Characters that do not show, or that change the order in which others show, and what shows for
# them: what consumers send is not to be trusted.
_INVISIBLE = str.maketrans(
    {
        **{code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\n\t"},
        0x7F: "\u2421",
        **{
            code: f"\\u{code:04x}"
            for first, last in ((0x80, 0x9F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2069))
            for code in range(first, last + 1)
        },
        0xFEFF: "\\ufeff",
    }
)


class Row(NamedTuple):
    """One row of a sequence diagram.

    Attributes:
        kind: The kind of the event.
        source: What the arrow comes from.
        target: What the arrow goes to.
        consumer: The name of the consumer that ran, sent, took or raised; ``""`` for the test.
        route: The path or the channel of a message that a consumer ran; else ``""``.
        title: What the message is, in a few words.
        content: What it holds.
        is_step: Whether it is a step of the test, and not what followed from one.
    """

    kind: str
    source: str
    target: str
    consumer: str
    route: str
    title: str
    content: str
    is_step: bool


def rows(events: Iterable[Event]) -> list[Row]:
    """Return events as rows.

    Args:
        events: The events of a record.
    """
    return [_row(event) for event in events]


def visible(text: str) -> str:
    """Return ``text`` with signs for what does not show, and shortened if it is very long.

    Args:
        text: What is shown.
    """
    if len(text) > MOST:
        text = f"{text[:MOST]}\u2026 ({len(text) - MOST} more characters)"
    if text.isascii() and text.isprintable():
        return text
    # Half of a pair of surrogates cannot be written to a file.
    return text.translate(_INVISIBLE).encode("utf-8", "backslashreplace").decode()


def _row(event: Event) -> Row:
    title, content = _message(event)
    source, target = event.source, event.target or event.source
    if event.kind == "receive" and event.modern:
        # A consumer's own channel would be one more participant for each client.
        source = target
    return Row(
        kind=event.kind,
        source=visible(source),
        target=visible(target),
        consumer=visible(event.consumer or ""),
        route=visible(_route(event)),
        title=visible(title),
        content=visible(content),
        is_step=is_step(event),
    )


def _route(event: Event) -> str:
    if event.kind != "consume":
        return ""
    path = _path(event.content)
    if path:
        # Tests of one route have objects with several numbers.
        return "/".join("*" if part.isdigit() else part for part in path.split("/"))
    return event.channel


def _path(content: Any) -> str:
    """The path of a message; none where a client has none, and sends "/"."""
    path = content.get("path") if isinstance(content, Mapping) else None
    return path if isinstance(path, str) and path.strip("/") else ""


def _message(event: Event) -> tuple[str, str]:
    """The title and the content of a row."""
    if event.kind == "consume":
        path = _path(event.content)
        return f"{event.channel} {path}".strip(), _content(event.content, without_path=True)
    if event.kind == "group":
        return f"send to {_in_words(event.members)}", _content(event.content)
    if event.kind in ("frame", "receive"):
        title = "takes" if event.kind == "receive" else ""
        return " ".join(filter(None, (title, *_words(event.content)))), _content(event.content)
    if event.kind == "error":
        return "raises", str(event.content)
    titles = {"nothing": "takes nothing", "join": "joins", "leave": "leaves"}
    content = _content(event.content) if event.content is not None else ""
    return titles.get(event.kind, event.kind), content or ", ".join(event.members)


def _in_words(members: tuple[str, ...]) -> str:
    if len(members) > _NAMED:
        return f"{len(members)} members"
    return ", ".join(members) or "nobody"


def _words(content: Any) -> Iterator[str]:
    """What a client sees of a message, in a few words."""
    if not isinstance(content, Mapping):
        return
    if content.get("accept") is False:
        yield "close"
    for key in ("accept", "text", "bytes"):
        if content.get(key) is not None and content[key] is not False:
            yield key
    if content.get("close"):
        yield "close" if content["close"] is True else f"close {content['close']}"
    if "status" in content:
        yield f"status {content['status']}"
    if isinstance(content.get("type"), str):
        yield content["type"]


def _content(content: Any, without_path: bool = False) -> str:
    """The text of a message, where it has nothing else, or all that it has, as JSON."""
    if not isinstance(content, dict):
        return content if isinstance(content, str) else _json(content)
    rest = {key: each for key, each in content.items() if key not in _USUAL}
    if without_path or rest.get("path") == "/":
        rest.pop("path", None)
    if rest in ({}, {"accept": True}):
        return ""
    if rest.keys() == {"text"} and isinstance(rest["text"], str):
        return rest["text"]
    return _json(rest)


def _json(value: Any) -> str:
    return json.dumps(to_json(value), ensure_ascii=False)
