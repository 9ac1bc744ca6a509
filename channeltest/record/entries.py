"""Entries: what happens between tests and applications, recorded when it happens.

Each message makes an entry, and only a failing test reads them: so an entry is a short tuple in a
bounded queue. `channeltest.record.reader` makes events of the entries afterwards.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar, Token
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple

from .content import describe, freeze

if TYPE_CHECKING:
    from ..asgi.connection import Connection

# The connection of the application that is running. A layer records it with the channels that it
# makes.
current: ContextVar[Connection] = ContextVar("channeltest_connection")

# What is running and has no connection of ours: a consumer of Channels 1, or the application of a
# communicator of another package.
running: ContextVar[object] = ContextVar("channeltest_running")

# Entries that are kept, unless `keep_all` was called.
LIMIT = 250

# Kind, channel or group, frozen content, source, members of the group.
Entry = tuple[str, str, Any, Any, tuple[str, ...]]


class _Queue:
    """The entries that are kept, and the sources of those that have the number of theirs.

    While every entry is kept, an entry has the number of its source. It then holds nothing that the
    garbage collector traverses: it would do so again and again, and take longer than the record.

    Args:
        kept: Entries that are there already.
        limit: How many are kept; ``None`` for all.
    """

    def __init__(self, kept: Iterable[Entry] = (), limit: int | None = None) -> None:
        self.entries: deque[Entry] = deque(kept, limit)
        self.has_numbers = limit is None
        self.sources: dict[int, object] = {}
        self._numbers: dict[int, int] = {}
        self._next = itertools.count()

    def number(self, source: object) -> int:
        number = self._numbers.get(id(source))
        if number is None:
            number = next(self._next)
            # Two threads may give one source two numbers; each number has one source.
            self.sources[number] = source
            self._numbers[id(source)] = number
        return number


# Another thread may exchange it at any time: whoever needs it twice reads it once.
_queue = _Queue(limit=LIMIT)
_begun: list[object] = []
_keepers = 0
_keeping = threading.Lock()
# The first mark of what runs without `begin`, such as a function with communicators.
_first: object | None = None


class Excerpt(NamedTuple):
    """A stretch of the record.

    Attributes:
        kept: Its entries, in order; some have the number of their source.
        lost: Whether there were more before them, which are forgotten.
        sources: Sources by number.
    """

    kept: list[Entry]
    lost: bool
    sources: Mapping[int, object]

    @property
    def entries(self) -> list[Entry]:
        """Its entries, in order."""
        return _with_sources(self.kept, self.sources)

    def of_test(self) -> Excerpt:
        """Return the part that the test did: what stands in blocks of `ending` is left out."""
        kept: list[Entry] = []
        depth = 0
        for entry in self.kept:
            depth += (entry[0] == "begin") - (entry[0] == "end")
            if not depth:
                kept.append(entry)
        return self._replace(kept=kept)


def _with_sources(kept: Iterable[Entry], sources: Mapping[int, object]) -> list[Entry]:
    return [
        (entry[0], entry[1], entry[2], sources[entry[3]], entry[4])
        if type(entry[3]) is int
        else entry
        for entry in kept
    ]


def record(
    kind: str,
    name: str = "",
    content: Any = None,
    source: Connection | object | None = None,
    members: tuple[str, ...] = (),
) -> None:
    """Add an entry; safe from any thread.

    Args:
        kind: What happened. On a layer: ``"send"``, ``"group"``, ``"receive"``, ``"nothing"``,
            ``"join"``, ``"leave"``, ``"new"``. Between a client and a consumer: ``"consume"``,
            ``"frame"`` (an ASGI event of an application that replies to a client of Channels 1),
            ``"input"`` and ``"output"`` (ASGI events that a communicator sends and gets),
            ``"client"`` (a client exists), ``"made"`` (one was made, and may not be used). Also
            ``"error"`` and ``"signal"``, and ``"begin"`` and ``"end"`` around an `ending`.
        name: The channel, the group or the signal.
        content: The message. It is copied.
        source: The connection whose application did it, or the consumer of Channels 1; ``None``
            for the test.
        members: Channels: those in the group that was sent to, or those that join or leave.
    """
    queue = _queue
    if source is not None and queue.has_numbers:
        source = queue.number(source)
    frozen = None if content is None else freeze(content)
    queue.entries.append((kind, name, frozen, source, members))


def record_crossing(
    kind: str, name: str, message: Any = None, members: tuple[str, ...] = ()
) -> None:
    """Add an entry for what happens on a layer; its source is the application that is running."""
    record(kind, name, message, current.get(None) or running.get(None), members)


def source_now() -> object | None:
    """Return the connection or the consumer of Channels 1 that is running, if one is."""
    return current.get(None) or running.get(None)


def record_error(error: BaseException, source: Connection | object | None) -> None:
    """Add an entry for an exception that an application has raised."""
    record("error", "", describe(error), source)


class consuming:
    """Context manager around a consumer of Channels 1: what happens inside is the consumer's.

    Args:
        channel: The name of the channel that its message came from.
        content: The message, before the consumer can change it.
        consumer: The consumer.
    """

    __slots__ = ("_consumer", "_token")

    def __init__(self, channel: str, content: dict[str, Any], consumer: object) -> None:
        self._consumer = consumer
        record("consume", channel, content, consumer)

    def __enter__(self) -> None:
        """Begin."""
        self._token: Token[object] = running.set(self._consumer)

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        """End; an exception is recorded."""
        running.reset(self._token)
        if isinstance(exc_val, Exception):
            record_error(exc_val, self._consumer)


@contextlib.contextmanager
def ending() -> Iterator[None]:
    """Mark what happens in the block as the harness's: it ends what the test has left open."""
    record("begin")
    try:
        yield
    finally:
        record("end")


def begin() -> None:
    """Begin the record of a test."""
    _begun.append(now())


def end() -> None:
    """Forget the record of the test, unless every entry is kept."""
    _begun.pop()
    _forget()


def forget() -> None:
    """Forget the record of a test that is over, unless a test runs or every entry is kept."""
    if not _begun:
        _forget()


def _forget() -> None:
    global _first
    _first = None
    if not _keepers:
        _queue.entries.clear()


def beginning() -> object:
    """Return the mark at which the running test's record began: `begin`, else the first call."""
    global _first
    if _begun:
        return _begun[-1]
    if _first is None:
        _first = now()
    return _first


def now() -> object:
    """Make a mark between the entries so far and those to come."""
    mark = object()
    _queue.entries.append(("mark", "", None, mark, ()))
    return mark


def since(mark: object) -> Excerpt:
    """Return the entries after ``mark``."""
    queue = _queue
    entries = list(queue.entries.copy())
    for index, entry in enumerate(entries):
        if entry[3] is mark:
            return Excerpt(entries[index + 1 :], False, queue.sources)
    forgotten = len(entries) == queue.entries.maxlen
    return Excerpt(entries if forgotten else [], forgotten, queue.sources)


def keep_all() -> None:
    """Keep every entry from now on; each call needs one of `keep_few`."""
    global _queue, _keepers
    with _keeping:
        _keepers += 1
        if _keepers == 1:
            _queue = _Queue(_queue.entries.copy())


def keeps_all() -> bool:
    """Whether every entry is kept."""
    return _keepers > 0


def keep_few() -> None:
    """Keep no more than usual; of a test that is over, nothing."""
    global _queue, _keepers
    with _keeping:
        _keepers -= 1
        if not _keepers:
            last = list(_queue.entries.copy())[-LIMIT:] if _begun else ()
            _queue = _Queue(_with_sources(last, _queue.sources), LIMIT)
