"""What tests and consumers say to each other, written down as it happens.

Every message pays for this, and only a failing test reads it: what is kept is a short tuple for
each step in a bounded queue, and `channeltest.record.events` makes sense of them afterwards.
"""

from __future__ import annotations

from collections import deque
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest import SkipTest

if TYPE_CHECKING:
    from ..asgi.connection import Connection

# The dialogue whose application is running: layers tell by it whose channels they hand out.
current: ContextVar[Connection] = ContextVar("channeltest_connection")

# Steps that are kept while nobody asked for all of them.
LIMIT = 250

Entry = tuple[str, str, Any, Any, Any]

_entries: deque[Entry] = deque(maxlen=LIMIT)
_begun: list[object] = []
_watchers = 0


class Excerpt(NamedTuple):
    """A stretch of the record.

    Attributes:
        entries: Its entries, in order.
        lost: Whether there were more before them, which are forgotten.
    """

    entries: list[Entry]
    lost: bool


def record(kind: str, name: str = "", content: Any = None, who: Any = None, more: Any = ()) -> None:
    """Write down one step; the queue's lock makes it safe from any thread.

    Args:
        kind: ``"send"``, ``"group"``, ``"receive"``, ``"nothing"``; ``"consume"`` and ``"done"``
            around what an application does with a message, or ``"ran"`` after what a consumer of
            Channels 1 did; ``"frame"``, ``"error"``, ``"client"`` or ``"new"``; ``"given"`` and
            ``"said"`` for what a communicator and its application send each other.
        name: The channel, or the group.
        content: What was said. After ``"ran"``: the message before its consumer could change it.
        who: The consumer of Channels 1, or the `Connection` with a modern application.
        more: The members of the group.
    """
    _entries.append((kind, name, content, who, more))


def record_crossing(
    kind: str, name: str, content: dict[str, Any] | None = None, members: tuple[str, ...] = ()
) -> None:
    """Write down what crosses a layer, and the modern application that sent or took it."""
    _entries.append((kind, name, content, current.get(None), members))


def begin() -> None:
    """Begin the conversation of a test."""
    _begun.append(now())


def end() -> None:
    """Forget the conversation of the test, unless somebody watches."""
    _begun.pop()
    if not _watchers:
        _entries.clear()


def forget() -> None:
    """Forget the conversation of a test that is over, unless a test case or somebody keeps it."""
    if not _begun and not _watchers:
        _entries.clear()


def beginning() -> object:
    """The mark at which the running test's conversation began, or a new one."""
    return _begun[-1] if _begun else now()


def now() -> object:
    """Make a mark between all that was written down and all that will be."""
    mark = object()
    _entries.append(("mark", "", None, mark, ()))
    return mark


def since(mark: object) -> Excerpt:
    """Return what was written down after ``mark``."""
    entries = list(_entries.copy())
    for index, entry in enumerate(entries):
        if entry[3] is mark:
            return Excerpt(entries[index + 1 :], False)
    forgotten = len(entries) == _entries.maxlen
    return Excerpt(entries if forgotten else [], forgotten)


def watch() -> None:
    """Keep everything from now on."""
    global _entries, _watchers
    _watchers += 1
    if _watchers == 1:
        _entries = deque(_entries)


def watched() -> bool:
    """Whether everything is kept."""
    return _watchers > 0


def unwatch() -> None:
    """Keep no more than usual; of a test that is over, nothing."""
    global _entries, _watchers
    _watchers -= 1
    if not _watchers:
        _entries = deque(_entries if _begun else (), maxlen=LIMIT)


def is_failure(error: BaseException) -> bool:
    """Whether ``error`` fails a test: it does not skip it, nor end the run."""
    if isinstance(error, Exception):
        return not isinstance(error, SkipTest)
    # pytest's fail() and raises() raise no Exception.
    return type(error).__name__ == "Failed"
