"""What tests and consumers say to each other, written down as it happens.

Every message pays for this, and only a failing test reads it: what is kept is a short tuple for
each step in a bounded queue, and `channeltest.events` makes sense of them afterwards.
"""

from __future__ import annotations

from collections import deque
from itertools import count
from typing import Any, NamedTuple

# Steps that are kept while nobody asked for all of them.
LIMIT = 1000

Entry = tuple[int, str, str, Any, Any, Any]

_numbers = count()
_entries: deque[Entry] = deque(maxlen=LIMIT)
_begun: list[int] = []
_watchers = 0


class Excerpt(NamedTuple):
    """A stretch of the record.

    Attributes:
        entries: Its entries, in order.
        lost: How many were before them and are forgotten.
    """

    entries: list[Entry]
    lost: int


def record(kind: str, name: str = "", content: Any = None, who: Any = None, more: Any = ()) -> None:
    """Write down one step; the queue's lock makes it safe from any thread.

    Args:
        kind: ``"send"``, ``"group"``, ``"receive"``, ``"nothing"``, ``"consume"``, ``"done"``,
            ``"frame"``, ``"error"``, ``"client"`` or ``"new"``.
        name: The channel, or the group.
        content: What was said; it must not change any more.
        who: The consumer of Channels 1, or the `Connection` of a modern application.
        more: The members of the group.
    """
    _entries.append((next(_numbers), kind, name, content, who, more))


def begin() -> None:
    """Begin the conversation of a test."""
    _begun.append(next(_numbers))


def end() -> None:
    """Forget the conversation of the test, unless somebody watches."""
    _begun.pop()
    if not _watchers:
        _entries.clear()


def beginning() -> int:
    """The number at which the running test's conversation began, or the present one."""
    return _begun[-1] if _begun else now()


def now() -> int:
    """A number between those of all that was written down and of all that will be."""
    return next(_numbers)


def since(number: int) -> Excerpt:
    """Return what was written down after ``number``."""
    entries = [entry for entry in _entries.copy() if entry[0] > number]
    if len(_entries) != _entries.maxlen or len(entries) < len(_entries):
        return Excerpt(entries, 0)
    return Excerpt(entries, entries[0][0] - number - 1)


def watch() -> None:
    """Keep everything from now on."""
    global _entries, _watchers
    _watchers += 1
    if _watchers == 1:
        _entries = deque(_entries)


def unwatch() -> None:
    """Keep no more than usual; of a test that is over, nothing."""
    global _entries, _watchers
    _watchers -= 1
    if not _watchers:
        _entries = deque(_entries if _begun else (), maxlen=LIMIT)
