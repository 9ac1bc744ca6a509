"""Transcripts: what consumers do in a test, step by step, so that two runs can be compared."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ..record.events import TEST, Event, is_client, is_step
from ..record.text import shown
from .canonical import Forms, canonical_headers
from .one_shape import in_one_shape
from .steps import INDENT

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

# Kinds of events that no line stands for.
_WITHOUT_LINES = ("receive", "nothing")

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


def transcript(
    events: Iterable[Event], ignore: Collection[str] = (), forms: Forms | None = None
) -> list[str]:
    """Return what consumers do, step by step.

    A step is what the test does; below it stands what followed, ordered by what it went to. The
    order of what goes to one client, channel or group counts; between two of them there is none.
    After the step that changed a group it stands who is in it.

    Args:
        events: The events of a record.
        ignore: What is left out: ``"frames"``, ``"channels"``, ``"groups"``, ``"members"``,
            ``"exceptions"``, ``"signals"``. With ``"channels"`` the test's own steps on channels of
            the project are left out, too: what follows from one belongs to the step before it.
        forms: The canonical forms that are known already.

    Returns:
        Lines; those of effects are indented.
    """
    last = _Step()
    steps = {0: last}
    forms = forms or Forms()
    state = _State(ignore, forms)
    for event in in_one_shape(events):
        if event.kind in _WITHOUT_LINES:
            continue
        begins = is_step(event) and not _is_to_client(event)
        if "channels" in ignore and _is_on_own_channel(event):
            begins = False
        step = steps.get(event.step)
        if step is None:
            if begins or not is_step(event):
                last = _Step()
            step = steps[event.step] = last
        if begins:
            step.heading = _heading(event, forms)
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


class _Begun(NamedTuple):
    """A response whose body has not ended: what there is of it, and its place in its step."""

    step: _Step
    position: int
    content: Mapping[str, Any]


class _State:
    """What has to be known of earlier events to read the next one."""

    def __init__(self, ignore: Collection[str], forms: Forms) -> None:
        self._ignore = ignore
        self._canonical = forms.canonical
        self._repr = forms.repr_of_text
        self._groups: dict[str, dict[str, None]] = {}
        # Clients that have connected, and were or were not accepted yet.
        self._accepted: set[str] = set()
        self._waiting: set[str] = set()
        # Responses whose bodies have not ended, by client.
        self._responses: dict[str, _Begun] = {}

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
            self._add("exceptions", "!", f"raised {self._canonical(event.content)}", step)
        elif kind == "signal":
            self._add("signals", event.target, repr(self._canonical(event.content)), step)

    def _add(self, kind: str, place: str, text: str, step: _Step) -> None:
        if kind not in self._ignore:
            step.effects.append((place, f"{INDENT}{place} {text}"))

    def _add_frames(
        self, client: str, content: Mapping[str, Any], step: _Step, modern: bool = False
    ) -> None:
        if "frames" in self._ignore:
            return
        place = f"{client} <-"
        if isinstance(content, dict) and _is_response(content):
            self._add_response(client, place, content, step)
            return
        for frame in self._frames(client, content):
            line = f"{INDENT}{place} {frame}"
            if frame in _EMPTY and not modern:
                line = Effect(line)
                line.unsent = True
            step.effects.append((place, line))

    def _frames(self, client: str, content: Mapping[str, Any]) -> Iterator[str]:
        """What a client sees of a message: one message of Channels 1 may be several frames."""
        if not isinstance(content, dict):
            yield repr(self._canonical(content))
            return
        if _WEBSOCKET.isdisjoint(content):
            yield repr(self._canonical(content))
            return
        # A second acceptance does not reach the client.
        if content.get("accept") and client not in self._accepted:
            self._accepted.add(client)
            yield _accept(content)
        text, data = content.get("text"), content.get("bytes")
        if text is not None:
            yield f"text {self._repr[text] if type(text) is str else repr(self._canonical(text))}"
        if data is not None:
            yield f"bytes {self._canonical(data)!r}"
        close = content.get("close") or content.get("accept") is False
        if close:
            # The code that a close without one has on the wire.
            reason = f" {content['reason']!r}" if content.get("reason") else ""
            yield f"close {1000 if close is True else close}{reason}"

    def _add_response(
        self, client: str, place: str, content: Mapping[str, Any], step: _Step
    ) -> None:
        """Add a response, or the next part of its body: a client does not see the parts."""
        begun = self._responses.pop(client, None)
        position = len(step.effects)
        if begun is not None and begun.step is step:
            position = begun.position
            body = begun.content["content"] + content.get("content", b"")
            more = content.get("more_content", False)
            content = {**begun.content, "content": body, "more_content": more}
        line = f"{INDENT}{place} {_response(content, self._canonical)}"
        step.effects[position : position + 1] = [(place, line)]
        if content.get("more_content") and isinstance(content.get("content"), bytes):
            self._responses[client] = _Begun(step, position, content)

    def _add_payload(self, kind: str, event: Event, step: _Step) -> None:
        if kind in self._ignore:
            return
        place = f"{event.target} <-"
        content = {key: each for key, each in event.content.items() if key != "__asgi_channel__"}
        line = Effect(f"{INDENT}{place} {self._canonical(content)!r}")
        if event.modern and "type" in content:
            typed = str(line)
            del content["type"]
            line = Effect(f"{INDENT}{place} {self._canonical(content)!r}")
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


def _heading(event: Event, forms: Forms) -> str:
    if event.kind == "consume":
        if not is_client(event.source) and event.source != TEST:
            return f"the test runs {event.channel}"
        content = _without_type(event.content)
        return f"{event.source} -> {event.channel} {forms.of(content, _shown)}".rstrip()
    # A client's message has the same heading whether anything has run it or not; and code of the
    # project that the test calls itself sends with a type once it is ported.
    target = event.channel if is_client(event.source) else event.target
    return f"{event.source} -> {target} {forms.of(_without_type(event.content), _shown)}".rstrip()


def _without_type(content: Any) -> Any:
    if not isinstance(content, dict) or "type" not in content:
        return content
    return {key: value for key, value in content.items() if key != "type"}


def _shown(content: Any, forms: Forms) -> str:
    return shown(forms.canonical(content))


def _accept(content: Mapping[str, Any]) -> str:
    text = "accept"
    if content.get("subprotocol"):
        text += f" subprotocol {content['subprotocol']!r}"
    if content.get("headers"):
        text += f" headers {canonical_headers(content['headers'])}"
    return text


def _is_response(content: Mapping[str, Any]) -> bool:
    return _WEBSOCKET.isdisjoint(content) and not _RESPONSE.isdisjoint(content)


def _response(content: Mapping[str, Any], canonical: Callable[[Any], Any]) -> str:
    whole = {key: each for key, each in content.items() if key != "more_content" or each}
    whole["headers"] = canonical_headers(content.get("headers") or ())
    return repr(canonical(whole))
