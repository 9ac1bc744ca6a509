"""The picture of the landing page: a failing test's record, drawn from a run of that test.

`test_picture` compares it with the committed file, and writes that file where
``CHANNELTEST_WRITE_PICTURE`` is set.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from channeltest.record.events import TEST, Event
from channeltest.record.text import is_shown, summary

PICTURE = Path(__file__).resolve().parents[2] / "docs" / "_static" / "failing_test.svg"

# Sizes in the units of the picture. A narrow screen shows four lanes with readable letters.
LANE, TOP, STEP = 104, 34, 38


def draw(events: list[Event], failure: str) -> str:
    """Return the picture of events, and of the failure that ended their test."""
    shown = [event for event in events if is_shown(event) and not is_taken_as_sent(event)]
    names = [TEST]
    for event in shown:
        names += [name for name in (event.source, event.target) if name not in names]
    height = TOP + STEP * (len(shown) + 1) + 10
    lines = [
        f'<svg class="record" viewBox="0 0 {LANE * len(names)} {height}" role="img" '
        f'xmlns="http://www.w3.org/2000/svg" aria-label="{escape(failure)}">',
        "<defs><marker id='tip' viewBox='0 0 8 8' refX='8' refY='4' markerWidth='8' "
        "markerHeight='8' orient='auto'><path d='M0 0 8 4 0 8z' fill='context-stroke'/>"
        "</marker></defs>",
    ]
    for number, name in enumerate(names):
        x = middle(number)
        lines.append(f'<text class="name" x="{x}" y="16">{escape(name)}</text>')
        lines.append(f'<path class="lane" d="M{x} 24V{height - STEP}"/>')
    for number, event in enumerate(shown):
        y = TOP + STEP * (number + 1)
        lines += step(event, names, y - 8)
    lines.append(f'<text class="failure" x="4" y="{height - 12}">{escape(failure)}</text>')
    return "\n".join([*lines, "</svg>", ""])


def is_taken_as_sent(event: Event) -> bool:
    """Whether a client takes what an arrow shows already."""
    return event.kind == "receive" and event.source == event.target


def middle(number: int) -> int:
    """The x of a lane."""
    return LANE * number + LANE // 2


def step(event: Event, names: list[str], y: int) -> Iterator[str]:
    """Yield what draws an event."""
    start, end = middle(names.index(event.source)), middle(names.index(event.target))
    if event.kind == "nothing":
        yield f'<circle class="lost" cx="{end}" cy="{y}" r="5"/>'
        yield f'<text class="failure" x="{end + 12}" y="{y + 4}">receives nothing</text>'
        return
    lost = event.kind == "group" and not event.members
    text = escape(summary(event))
    yield f'<text x="{min(start, end) + 6}" y="{y - 6}">{text}</text>'
    kind = "arrow lost" if lost else "arrow"
    yield f'<path class="{kind}" d="M{start} {y}H{end}" marker-end="url(#tip)"/>'
