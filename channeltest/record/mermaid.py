"""Events as a Mermaid sequence diagram (https://mermaid.js.org)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .events import Event, is_client
from .text import is_shown, shown, summary

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
