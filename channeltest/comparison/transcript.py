"""What consumers said in a test, written so that two runs of it can be compared."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings

from ..record.events import Event, Reading, is_client
from ..record.text import quiet, shortened, shown

# Lines around a difference.
_CONTEXT = 6

# Channels on which `enforce_ordering` keeps what came too early.
_WAIT = "__wait__."


def transcript(reading: Reading, ignore: Collection[str] = ()) -> list[str]:
    """Return what consumers said, step by step.

    A step is what the test does; below it stands what followed, ordered by whom it went to. The
    order of what goes to one client, channel or group counts; between two of them there is none.

    Args:
        reading: A conversation.
        ignore: Kinds of what consumers say that are left out: ``"frames"``, ``"channels"``,
            ``"groups"``, ``"exceptions"``.

    Returns:
        Lines. Names and keys that are random have fixed ones instead.
    """
    steps: list[tuple[str, list[tuple[str, str]]]] = [("", [])]
    plain = _without_random(reading)
    for event in reading.events:
        if _is_step(event):
            steps.append((_step(event, plain), []))
        effects = [(kind, *effect) for kind, *effect in _effects(event, plain)]
        steps[-1][1].extend((whom, what) for kind, whom, what in effects if kind not in ignore)
    return [line for step in steps for line in _lines(*step)]


def difference(old: list[str], new: list[str]) -> str:
    """Return where two transcripts differ, with some lines around; ``""`` if they do not."""
    lines = list(difflib.unified_diff(old, new, lineterm="", n=_CONTEXT))[2:]
    return "\n".join(_readable(line) for line in lines)


def _readable(line: str) -> str:
    if line.startswith("@@"):
        return "  ..."
    text = line[1:]
    indent = text[: len(text) - len(text.lstrip())]
    # What differs is shown in full.
    text = f"{indent}{shortened(text)}" if line[0] == " " else text
    return f"{line[0]} {text}"


def _lines(step: str, effects: list[tuple[str, str]]) -> Iterator[str]:
    if step:
        yield step
    for whom, what in sorted(effects, key=lambda effect: effect[0]):
        yield f"    {whom} {what}"


def _is_step(event: Event) -> bool:
    return event.kind == "consume" or (event.kind in ("send", "group") and event.consumer is None)


def _step(event: Event, plain: Callable[[Any], Any]) -> str:
    if event.kind == "consume":
        if not is_client(event.source):
            return f"the test runs {event.channel}"
        return f"{event.source} -> {event.channel} {shown(plain(event.content))}".rstrip()
    return f"{event.source} -> {event.target} {shown(plain(event.content))}".rstrip()


def _effects(event: Event, plain: Callable[[Any], Any]) -> Iterator[tuple[str, str, str]]:
    """The kind of each thing that follows from an event, to whom it went, and what it was."""
    if event.kind == "error":
        yield "exceptions", "!", f"raised {plain(event.content)}"
    if event.kind == "frame":
        for frame in _frames(event.content, plain):
            yield "frames", f"{event.target} <-", frame
    if event.kind == "group":
        for member in filter(is_client, event.members):
            for frame in _frames(event.content, plain):
                yield "frames", f"{member} <-", frame
    if event.consumer is not None and not event.channel.startswith(_WAIT):
        if event.kind == "group":
            yield "groups", f"{event.target} <-", _payload(event, plain)
        # What a modern consumer is sent by itself or others shows in what it says then.
        if event.kind == "send" and not is_client(event.target.removeprefix("channel of ")):
            yield "channels", f"{event.target} <-", _payload(event, plain)


def _payload(event: Event, plain: Callable[[Any], Any]) -> str:
    # The type says which handler a modern consumer runs; consumers of Channels 1 send none.
    hidden = ("type", "__asgi_channel__") if event.modern else ("__asgi_channel__",)
    return repr(plain({k: v for k, v in event.content.items() if k not in hidden}))


def _frames(content: Mapping[str, Any], plain: Callable[[Any], Any]) -> Iterator[str]:
    """What a client sees of a message: one message of Channels 1 may be several frames."""
    if not content.keys() & {"accept", "text", "bytes", "close"}:
        content = dict(content)
        headers = content.get("headers") or ()
        content["headers"] = sorted((_text(name).lower(), value) for name, value in headers)
        yield repr(plain(content))
        return
    if content.get("accept"):
        yield "accept"
    for key in ("text", "bytes"):
        if content.get(key) is not None:
            yield f"{key} {plain(content[key])!r}"
    close = content.get("close") or content.get("accept") is False
    if close:
        # The code that a close without one has on the wire.
        yield f"close {1000 if close is True else close}"


def _without_random(reading: Reading) -> Callable[[Any], Any]:
    """Return what gives random names in a value their fixed ones, and one form to all JSON."""
    names = {name: f"<{called}>" for name, called in {**reading.owners, **reading.clients}.items()}
    for number, key in enumerate(dict.fromkeys(_session_keys(reading.events)), 1):
        names[key] = f"<session {number}>"
    pattern = re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)) or "(?!)")

    def plain(value: Any) -> Any:
        if isinstance(value, Mapping):
            items = [(plain(key), plain(item)) for key, item in value.items()]
            return dict(sorted(items, key=lambda item: str(item[0])))
        if isinstance(value, list | tuple):
            return [plain(item) for item in value]
        if isinstance(value, bytes):
            return plain_text(value.decode("latin1")).encode("latin1", "replace")
        return plain_json(plain_text(value)) if isinstance(value, str) else quiet(value)

    def plain_text(text: str) -> str:
        return pattern.sub(lambda found: names[found[0]], text)

    def plain_json(text: str) -> str:
        if text[:1] not in ("{", "["):
            return text
        try:
            return json.dumps(json.loads(text), sort_keys=True)
        except ValueError:
            return text

    return plain


def _session_keys(events: Iterable[Event]) -> Iterator[str]:
    pattern = re.compile(rf"\b{re.escape(settings.SESSION_COOKIE_NAME)}=\"?(\w+)")
    for event in events:
        headers = event.content.get("headers") if isinstance(event.content, Mapping) else None
        pairs = headers.items() if isinstance(headers, Mapping) else headers or ()
        for name, value in pairs:
            if _text(name).lower() == "cookie":
                yield from pattern.findall(_text(value))


def _text(value: Any) -> str:
    return value.decode("latin1") if isinstance(value, bytes) else str(value)
