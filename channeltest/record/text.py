"""Events as text, and as a Mermaid sequence diagram (https://mermaid.js.org)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from .content import SCALARS, Snapshot
from .events import Event, is_client

# The beginning of a record's text.
TITLE = "The record"

# Characters of a message's content in one row.
WIDTH = 100

# Groups that the row of a message to nobody names.
_MOST_GROUPS = 5

# What a client adds to every message by itself.
_USUAL = {"reply_channel", "headers", "order", "__asgi_channel__"}

_SHORT = (int, float, bool, type(None))


def is_shown(event: Event) -> bool:
    """Whether an event has a row. A join has none: a send to the group shows its members."""
    return event.kind not in ("join", "leave")


def row(event: Event, groups: str = "") -> tuple[str, str]:
    """Return what an event went from and to, and its content.

    Args:
        event: The event.
        groups: The groups that have members, for a message to a group that has none.
    """
    if event.kind == "error":
        return event.source, f"raised {shortened(event.content)}"
    if event.kind in ("receive", "nothing"):
        taken = shown(event.content) if event.kind == "receive" else "nothing there"
        if event.source == event.target:
            return f"{event.target} takes", taken
        return f"{event.target} <- {event.source}", taken
    return f"{event.source} -> {event.target}", summary(event, groups)


def summary(event: Event, groups: str = "") -> str:
    """Return what was sent, and over which channel or to how many.

    Args:
        event: The event.
        groups: As for `row`.
    """
    content = shown(event.content)
    if event.kind == "consume" and not event.source.startswith("channel "):
        return f"{event.channel} {content}".strip()
    if event.kind == "group":
        nobody = f"nobody; groups: {groups}" if groups else "nobody"
        return f"(to {len(event.members) or nobody}) {content}"
    return content


def shown(content: Any) -> str:
    """Return the content of a message without what every message of a client has, shortened."""
    if not isinstance(content, dict):
        return shortened(content)
    rest = {key: value for key, value in content.items() if key not in _USUAL}
    if rest.get("path") == "/":
        del rest["path"]
    return shortened(rest) if rest else ""


def shortened(value: Any) -> str:
    """Return ``value`` in one row of bounded length."""
    text = " ".join((value if isinstance(value, str) else repr(_cut(value))).split())
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"


def _cut(value: Any) -> Any:
    """Return the part of a value that can show in one row: the rest need not have a repr."""
    kind = type(value)
    if kind is str or kind is bytes:
        return value if len(value) <= 2 * WIDTH else value[: 2 * WIDTH]
    if kind in _SHORT:
        return value
    if kind is dict:
        # Most values are short texts.
        return {
            key if type(key) is str and len(key) <= WIDTH else _cut(key): item
            if type(item) is str and len(item) <= WIDTH
            else _cut(item)
            for key, item in value.items()
        }
    if kind is list:
        return [_cut(item) for item in value[:WIDTH]]
    if kind is tuple:
        return tuple(_cut(item) for item in value[:WIDTH])
    return plain(value)


class _Text(str):
    """A text that is its own repr."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def plain(value: Any) -> Any:
    """Return ``value`` with what has no stable repr replaced by something that has one.

    Sets are sorted. An object that no record has made is shown by its class, as its own repr may
    query the database, or raise.
    """
    kind = type(value)
    if kind is dict:
        return {plain(key): plain(item) for key, item in value.items()}
    if kind is list or kind is tuple:
        return kind(plain(item) for item in value)
    if kind is set or kind is frozenset:
        items = ", ".join(sorted(repr(plain(item)) for item in value))
        return _Text(f"{{{items}}}" if items else "set()")
    if kind is Snapshot or kind in SCALARS:
        return value
    return _Text(f"<{kind.__name__}>")


def table(rows: Iterable[tuple[str, str]]) -> list[str]:
    """Return rows of two columns as text."""
    rows = list(rows)
    width = max((len(first) for first, _ in rows), default=0)
    return [f"{first:<{width}}  {second}".rstrip() for first, second in rows]


def as_text(events: Sequence[Event], lost: bool, most: int | None = None) -> str:
    """Return events as text: a title, and one line for each.

    Args:
        events: The events; those that are not shown in text are left out.
        lost: Whether earlier events are forgotten.
        most: How many lines to show, the last ones; all by default.

    Returns:
        The text. The title says how many lines were left out. ``""`` when nothing happened.
    """
    rows = list(_rows(events))
    if not rows:
        return ""
    shown = rows if most is None else rows[-most:]
    left_out = len(rows) - len(shown)
    title = f"{TITLE}, in order"
    if left_out or lost:
        more = "more than " if lost else ""
        title += f" (its last {len(shown)} lines; {more}{left_out} earlier ones are left out)"
    return "\n".join([f"{title}:", *(f"  {each}" for each in table(shown))])


def _rows(events: Iterable[Event]) -> Iterator[tuple[str, str]]:
    members: dict[str, set[str]] = {}
    for event in events:
        if event.kind == "join":
            members.setdefault(event.target, set()).update(event.members)
        elif event.kind == "leave":
            members.get(event.target, set()).difference_update(event.members)
        elif event.kind == "group" and not event.members:
            # The group may have another name.
            yield row(event, _named(members))
        elif is_shown(event):
            yield row(event)


def _named(members: Mapping[str, Collection[str]]) -> str:
    """Return the names of groups, each with the number of its members; those that have some."""
    named = [
        f"{group.removeprefix('group ')!r} ({len(inside)})"
        for group, inside in members.items()
        if inside
    ]
    more = ["…"] if len(named) > _MOST_GROUPS else []
    return ", ".join([*named[:_MOST_GROUPS], *more])


# Characters that mean something to Mermaid, as it wants them written.
_ESCAPES = str.maketrans({"#": "#35;", ";": "#59;", "<": "#lt;", ">": "#gt;", "%": "#37;"})

# Arrows that a message to a group is drawn with.
_MOST_MEMBERS = 8


def diagram(events: Iterable[Event]) -> str:
    """Return the text of a sequence diagram.

    Args:
        events: The events, in order.
    """
    drawn = _Diagram()
    steps = [step for event in filter(is_shown, events) for step in drawn.steps(event)]
    participants = [
        f"participant p{number} as {_escaped(name)}"
        for number, name in enumerate(drawn.participants)
    ]
    return "\n".join(["sequenceDiagram", *(f"    {each}" for each in participants + steps)]) + "\n"


class _Diagram:
    """The participants so far, and the steps that an event is drawn with."""

    def __init__(self) -> None:
        self.participants: dict[str, int] = {}

    def steps(self, event: Event) -> Iterator[str]:
        if event.kind == "error":
            yield f"Note over {self._participant(event.source)}: raised {_escaped(event.content)}"
            return
        if event.kind == "nothing":
            where = "" if event.source == event.target else f" on {_escaped(event.source)}"
            yield f"Note over {self._participant(event.target)}: nothing{where}"
            return
        # A consumer's own channel would be one more participant for each client.
        own = event.kind == "receive" and event.modern
        source = self._participant(event.target if own else event.source)
        target = self._participant(event.target)
        if event.kind == "receive":
            # What reached a client is drawn already, where it was sent.
            if own or source != target:
                yield self._arrow(source, "-->>", target, shown(event.content))
        else:
            arrow = "-->>" if event.kind == "frame" else "->>"
            yield self._arrow(source, arrow, target, summary(event))
            yield from self._members(event, target)

    def _members(self, event: Event, group: str) -> Iterator[str]:
        clients = [name for name in event.members if is_client(name)]
        for name in clients[:_MOST_MEMBERS]:
            yield self._arrow(group, "-->>", self._participant(name), shown(event.content))
        if len(clients) > _MOST_MEMBERS:
            yield f"Note over {group}: and to {len(clients) - _MOST_MEMBERS} more"

    def _arrow(self, source: str, arrow: str, target: str, text: str) -> str:
        return f"{source}{arrow}{target}: {_escaped(text)}"

    def _participant(self, name: str) -> str:
        return f"p{self.participants.setdefault(name, len(self.participants))}"


def _escaped(text: str) -> str:
    # A message may not be empty.
    return " ".join(text.split()).translate(_ESCAPES) or "(empty)"
