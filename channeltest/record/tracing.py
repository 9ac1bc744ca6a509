"""`trace`: the record of a test or of a block, as data, as text and as a diagram."""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType

from . import entries
from .events import Event, read
from .failures import show
from .mermaid import diagram
from .schema import Record
from .sources import recorded
from .text import as_text


class trace:
    """The record of what happens between tests and consumers, in order.

    As a context manager it covers its block, and an exception that leaves the block shows the
    record. Without ``with`` it covers the running test from its beginning, or from its first
    client on where the test is in a plain test case or a function; the last 250 entries are kept.

    Recorded is: messages that cross a captive layer (in the block, any layer in memory), messages
    that a test's client has a consumer run, what modern applications send, and what consumers
    raise; in the block also what ``channels.testing``'s communicators send and get.
    """

    def __init__(self) -> None:
        self._start = entries.beginning()
        self._kept: entries.Excerpt | None = None
        self._events: list[Event] | None = None

    def __enter__(self) -> trace:
        """Begin here, and keep everything."""
        self._undone = ExitStack()
        entries.keep_all()
        self._undone.callback(entries.keep_few)
        patches = recorded()
        self._undone.callback(patches.stop)
        patches.start()
        self._start = entries.now()
        self._kept = self._events = None
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        """End here; the record stays readable."""
        with self._undone:
            self._kept = entries.since(self._start)
        if exc_val is not None:
            show(exc_val, self)

    @property
    def events(self) -> list[Event]:
        """The events so far, or until the block was left."""
        if self._kept is None:
            return read(self.excerpt.entries)
        if self._events is None:
            self._events = read(self._kept.entries)
        return list(self._events)

    @property
    def excerpt(self) -> entries.Excerpt:
        """The part of the record that this covers."""
        return self._kept or entries.since(self._start)

    def as_text(self, most: int | None = None) -> str:
        """Return the record as text, one line for each event.

        Args:
            most: How many lines to show, the last ones; all by default.

        Returns:
            A title that says how many lines were left out, and the lines; ``""`` when nothing
            happened.
        """
        return as_text(self.events, self.excerpt.lost, most)

    def as_record(self, test: str = "") -> Record:
        """Return the record as data that can be pickled, or written as JSON.

        Args:
            test: The name of the test.
        """
        return Record(test, tuple(self.events), self.excerpt.lost)

    def as_mermaid(self) -> str:
        """Return the record as a Mermaid sequence diagram."""
        return diagram(self.events)
