"""Transcripts: what consumers do in a test, step by step, so that two runs can be compared."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from ..record.content import Snapshot
from ..record.events import Event, is_client, is_step
from ..record.text import plain, shown

# JSON that is more than a number or a word begins with one of these characters.
_JSON = ("{", "[", '"')


def canonical(value: Any) -> Any:
    """Return ``value`` with one form for all that is equal: its repr can be compared.

    Mappings are sorted by key and tuples are lists, as most wires make them; JSON in texts and in
    bytes, also inside of JSON, is written in one way.

    Args:
        value: The content of an event.
    """
    kind = type(value)
    if kind is str:
        return canonical_text(value)
    if kind is dict:
        items = [(canonical(key), canonical(item)) for key, item in value.items()]
        return dict(sorted(items, key=_key))
    if kind is list or kind is tuple:
        return [canonical(item) for item in value]
    if kind is bytes:
        return _canonical_bytes(value)
    if kind is Snapshot:
        return Snapshot(value.name, tuple((name, canonical(each)) for name, each in value.values))
    return plain(value)


def canonical_text(text: str) -> str:
    """Return ``text``, in its one form if it is JSON of more than a number or a word."""
    if not text.lstrip().startswith(_JSON):
        return text
    try:
        return _ENCODER.encode(_inner(_DECODER.decode(text)))
    except (ValueError, RecursionError):
        return text


def canonical_headers(headers: Iterable[Any] | Mapping[Any, Any]) -> list[tuple[str, str]]:
    """Return headers as sorted pairs of texts, the names in lower case."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return sorted((_text(name).lower(), _text(value)) for name, value in pairs)


def _key(item: tuple[Any, Any]) -> str:
    return str(item[0])


def _inner(value: Any) -> Any:
    if type(value) is str:
        return canonical_text(value)
    if type(value) is dict:
        return {key: _inner(item) for key, item in value.items()}
    if type(value) is list:
        return [_inner(item) for item in value]
    return value


def _pairs(pairs: list[tuple[str, Any]]) -> Any:
    """A JSON object; one that has a key twice is no dict, and stays what it is."""
    found = dict(pairs)
    return found if len(found) == len(pairs) else {"duplicate keys": [list(pair) for pair in pairs]}


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs)
_ENCODER = json.JSONEncoder(sort_keys=True)


def _canonical_bytes(value: bytes) -> bytes:
    if not value.lstrip().startswith((b"{", b"[", b'"')):
        return value
    try:
        return canonical_text(value.decode()).encode()
    except UnicodeDecodeError:
        return value


def _text(value: Any) -> str:
    return value.decode("latin1") if isinstance(value, bytes) else str(value)


# Channels on which `enforce_ordering` keeps what came too early.
_WAIT = "__wait__."

# What a websocket client sees of a message.
_WEBSOCKET = {"accept", "text", "bytes", "close"}

# Channels that servers send to, for a client. The project has named all others itself.
_OF_SERVERS = {"websocket.connect", "websocket.receive", "websocket.disconnect", "http.request"}

# What an HTTP response has. Any other message is one of the project's own.
_RESPONSE = {"status", "headers", "content"}

# What can be left out of a transcript.
KINDS = ("frames", "channels", "groups", "members", "exceptions")

INDENT = "    "

_EMPTY = ("text ''", "bytes b''")


class Effect(str):
    """A line for what followed from a step.

    Attributes:
        typed: The line with the message's ``type``, where a modern consumer sent it: the type names
            the handler that runs, and consumers of Channels 1 need not send one.
        unsent: Whether it is an empty frame of a consumer of Channels 1, which its server did not
            pass on. Servers of today pass on those of a modern application.
    """

    typed: str | None = None
    unsent = False


def transcript(events: Iterable[Event], ignore: Collection[str] = ()) -> list[str]:
    """Return what consumers do, step by step.

    A step is what the test does; below it stands what followed, ordered by what it went to. The
    order of what goes to one client, channel or group counts; between two of them there is none.
    After the step that changed a group it stands who is in it.

    Args:
        events: The events of a record.
        ignore: What is left out: ``"frames"``, ``"channels"``, ``"groups"``, ``"members"``,
            ``"exceptions"``, ``"signals"``. With ``"channels"`` the test's own steps on channels of
            the project are left out, too: what follows from one belongs to the step before it.

    Returns:
        Lines; those of effects are indented.
    """
    last = _Step()
    steps = {0: last}
    state = _State(ignore)
    for event in events:
        begins = is_step(event) and not _is_to_client(event)
        if "channels" in ignore and _is_on_own_channel(event):
            begins = False
        step = steps.get(event.step)
        if step is None:
            if begins or not is_step(event):
                last = _Step()
            step = steps[event.step] = last
        if begins:
            step.heading = _heading(event)
        state.add(event, step)
    groups: dict[str, str] = {}
    # In the order of their numbers; a step that was merged is there once.
    found = dict.fromkeys(steps[number] for number in sorted(steps))
    return [line for step in found for line in step.lines(groups)]


def _is_on_own_channel(event: Event) -> bool:
    """Whether a step is a message on a channel that the project has named."""
    return event.kind != "group" and event.channel not in _OF_SERVERS


def _is_to_client(event: Event) -> bool:
    """Whether the test sent a message to a client's modern consumer: in Channels 1, a frame."""
    return event.kind == "send" and is_client(event.target.removeprefix("channel of "))


class _Step:
    """One step of the test, and what followed from it."""

    __slots__ = ("effects", "heading", "members")

    def __init__(self) -> None:
        self.heading = ""
        # What each effect went to, and its line.
        self.effects: list[tuple[str, str]] = []
        # Who is in the groups that have changed.
        self.members: dict[str, str] = {}

    def lines(self, groups: dict[str, str]) -> Iterator[str]:
        """Return the step's lines.

        Args:
            groups: Who was in each group before the step; it is brought up to date.
        """
        for group, members in self.members.items():
            if groups.get(group, "nobody") != members:
                groups[group] = members
                self.effects.append((f"group {group}", Effect(f"{INDENT}group {group}: {members}")))
        if self.heading:
            yield self.heading
        if len(self.effects) > 1:
            self.effects.sort(key=_place)
        for _, line in self.effects:
            yield line


def _place(effect: tuple[str, str]) -> str:
    return effect[0]


class _State:
    """What has to be known of earlier events to read the next one."""

    def __init__(self, ignore: Collection[str]) -> None:
        self._ignore = ignore
        self._groups: dict[str, dict[str, None]] = {}
        # Clients that have connected, and were or were not accepted yet.
        self._accepted: set[str] = set()
        self._waiting: set[str] = set()

    def add(self, event: Event, step: _Step) -> None:
        kind = event.kind
        if kind == "frame":
            self._add_frames(event.target, event.content, step, event.modern)
            if self._waiting and isinstance(event.content, dict) and event.content.get("accept"):
                self._accept(event.target, step)
        elif kind == "consume":
            if event.channel == "websocket.connect":
                self._accepted.discard(event.source)
                self._waiting.add(event.source)
        elif kind == "group":
            for member in event.members:
                if is_client(member):
                    self._add_frames(member, event.content, step)
            if event.consumer is not None:
                self._add_payload("groups", event, step)
        elif kind == "send":
            # An event for a modern consumer shows in the frames that follow from it.
            to_consumer = is_client(event.target.removeprefix("channel of "))
            waits = event.channel.startswith(_WAIT)
            if event.consumer is not None and not waits and not to_consumer:
                self._add_payload("channels", event, step)
        elif kind in ("join", "leave"):
            self._change_group(event, step)
        elif kind == "error":
            self._add("exceptions", "!", f"raised {canonical(event.content)}", step)
        elif kind == "signal":
            self._add("signals", event.target, repr(canonical(event.content)), step)

    def _add(self, kind: str, place: str, text: str, step: _Step) -> None:
        if kind not in self._ignore:
            step.effects.append((place, f"{INDENT}{place} {text}"))

    def _add_frames(
        self, client: str, content: Mapping[str, Any], step: _Step, modern: bool = False
    ) -> None:
        if "frames" in self._ignore:
            return
        place = f"{client} <-"
        for frame in self._frames(client, content):
            line = f"{INDENT}{place} {frame}"
            if frame in _EMPTY and not modern:
                line = Effect(line)
                line.unsent = True
            step.effects.append((place, line))

    def _frames(self, client: str, content: Mapping[str, Any]) -> Iterator[str]:
        """What a client sees of a message: one message of Channels 1 may be several frames."""
        if not isinstance(content, dict):
            yield repr(canonical(content))
            return
        if _WEBSOCKET.isdisjoint(content):
            yield _response(content)
            return
        # A second acceptance does not reach the client.
        if content.get("accept") and client not in self._accepted:
            self._accepted.add(client)
            yield _accept(content)
        for key in ("text", "bytes"):
            if content.get(key) is not None:
                yield f"{key} {canonical(content[key])!r}"
        close = content.get("close") or content.get("accept") is False
        if close:
            # The code that a close without one has on the wire.
            reason = f" {content['reason']!r}" if content.get("reason") else ""
            yield f"close {1000 if close is True else close}{reason}"

    def _add_payload(self, kind: str, event: Event, step: _Step) -> None:
        if kind in self._ignore:
            return
        place = f"{event.target} <-"
        content = {key: each for key, each in event.content.items() if key != "__asgi_channel__"}
        line = Effect(f"{INDENT}{place} {canonical(content)!r}")
        if event.modern and "type" in content:
            typed = str(line)
            del content["type"]
            line = Effect(f"{INDENT}{place} {canonical(content)!r}")
            line.typed = typed
        step.effects.append((place, line))

    def _change_group(self, event: Event, step: _Step) -> None:
        members = self._groups.setdefault(event.channel, {})
        for member in event.members:
            # A consumer's own channel is where its client is.
            member = member.removeprefix("channel of ")
            if event.kind == "join":
                members[member] = None
            else:
                members.pop(member, None)
        self._show_group(event.channel, step)

    def _accept(self, client: str, step: _Step) -> None:
        """Count a client as a member of its groups: before it was accepted it could get nothing."""
        self._waiting.discard(client)
        for group, members in self._groups.items():
            if client in members:
                self._show_group(group, step)

    def _show_group(self, group: str, step: _Step) -> None:
        if "members" not in self._ignore:
            members = sorted(each for each in self._groups[group] if each not in self._waiting)
            step.members[group] = ", ".join(members) or "nobody"


def _heading(event: Event) -> str:
    if event.kind == "consume":
        if not is_client(event.source):
            return f"the test runs {event.channel}"
        return f"{event.source} -> {event.channel} {shown(canonical(event.content))}".rstrip()
    # A client's message has the same heading whether anything has run it or not; and code of the
    # project that the test calls itself sends with a type once it is ported.
    target = event.channel if is_client(event.source) else event.target
    content = {key: value for key, value in event.content.items() if key != "type"}
    return f"{event.source} -> {target} {shown(canonical(content))}".rstrip()


def _accept(content: Mapping[str, Any]) -> str:
    text = "accept"
    if content.get("subprotocol"):
        text += f" subprotocol {content['subprotocol']!r}"
    if content.get("headers"):
        text += f" headers {canonical_headers(content['headers'])}"
    return text


def _response(content: Mapping[str, Any]) -> str:
    if _RESPONSE.isdisjoint(content):
        return repr(canonical(content))
    whole = {key: each for key, each in content.items() if key != "more_content" or each}
    whole["headers"] = canonical_headers(content.get("headers") or ())
    return repr(canonical(whole))
