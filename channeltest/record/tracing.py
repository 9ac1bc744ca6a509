"""`trace`: the record of a test or of a block, as data, as text and as a diagram.

There is no hook for the beginning or the end of a test in a plain test case or a function:
`record_test` begins its record with its first client or communicator.
"""

from __future__ import annotations

import unittest
from contextlib import ExitStack
from types import TracebackType
from typing import Any

from ..end_of_test import at_end_of_test, at_end_of_waiting_test, running_case
from ..patching import Patch
from . import entries
from .events import Event
from .failures import ShowingResult, show
from .reader import collection_paused, read
from .schema import Record
from .sources import journal, recorded
from .text import as_text, diagram


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
            return _events_of(self.excerpt)
        if self._events is None:
            self._events = _events_of(self._kept)
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

        What follows when the harness disconnects a test's communicators at its end is left out: it
        is not what the test does.

        Args:
            test: The name of the test.
        """
        excerpt = self.excerpt
        return Record(test, tuple(_events_of(excerpt.of_test())), excerpt.lost)

    def as_mermaid(self) -> str:
        """Return the record as a Mermaid sequence diagram."""
        return diagram(self.events)


def _events_of(excerpt: entries.Excerpt) -> list[Event]:
    with collection_paused():
        return read(excerpt.entries)


# What is undone at the end of the test that is being recorded.
_started: list[Patch] = []


def record_test() -> None:
    """Record the running test, and show the record if the test fails."""
    if _started:
        return
    entries.begin()
    if not (at_end_of_test(_end) or at_end_of_waiting_test(_end)):
        entries.end()
        return
    _start(journal)
    outcome = _outcome(running_case())
    if getattr(outcome, "result", None) is not None:
        _start(Patch(outcome, "result", ShowingResult(outcome.result)))


def _start(patch: Patch) -> None:
    patch.start()
    _started.append(patch)


def _end() -> None:
    # Python 3.10 reports failures to the result that it had at first, when all is over.
    for _, failure in getattr(_outcome(running_case()), "errors", ()):
        if failure is not None:
            show(failure[1])
    while _started:
        _started.pop().stop()
    entries.end()


def _outcome(case: unittest.TestCase | None) -> Any:
    """What unittest keeps about a running test: where it reports to, and on 3.10 the failures."""
    return getattr(case, "_outcome", None)
