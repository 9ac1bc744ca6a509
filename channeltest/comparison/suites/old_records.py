"""`OldRecords`: the files that a run is compared with."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from ...record.schema import Record
from ..difference import describe, transcripts
from .files import read, versions

# The consumer of Channels 1 that answers with Django's views.
_VIEWS = "ViewConsumer"

# The first status of a response that Django may have made itself.
_ERROR = 400


class OldRecords(Mapping[str, Record]):
    """What was recorded before, by the names of tests.

    A test has one name under pytest and Django's runner: ``chat.tests.Tests.test_a``.

    Args:
        files: The files. Where the second one, of the same code, differs from the first, the suite
            differs by itself; that is not compared.
        django: The version of Django that the new records are of; the installed one by default.

    Raises:
        UnreadableRecord: A file cannot be read, is none, has another layout, or was cut off.
    """

    def __init__(self, files: Sequence[Path], django: str | None = None) -> None:
        self._name = ", ".join(file.name for file in files)
        first, *others = [
            {name_of(test): each for test, each in read(file).items()} for file in files
        ] or [{}]
        self._first, self._others = first, others
        now = versions()["django"] if django is None else django
        self._same_django = all(versions(file)["django"] == now for file in files)

    def __getitem__(self, test: str) -> Record:
        """Return the record of a test, whichever runner names it."""
        return self._first[name_of(test)]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter(self._first)

    def __len__(self) -> int:
        """Return the number of tests."""
        return len(self._first)

    def describe(self, new: Record, ignore: Collection[str]) -> str:
        """Return where a record differs; ``""`` if it does not, or its test is new.

        Args:
            new: The record.
            ignore: As for `channeltest.parity`.
        """
        if name_of(new.test) not in self._first:
            return ""
        old, new, *again = self._records(new)
        if old.events == new.events:
            return ""
        return describe(old, new, ignore, self._name, again)

    def transcripts(self, new: Record, ignore: Collection[str]) -> tuple[list[str], list[str]]:
        """Return the transcripts that `describe` compares: the old one, and that of a record.

        Args:
            new: The record, of a test that is not new.
            ignore: As for `channeltest.parity`.
        """
        old, new, *again = self._records(new)
        return transcripts(old, new, ignore, again)

    def _records(self, new: Record) -> list[Record]:
        """The old record of a test, the new one, and those of other old runs."""
        name = name_of(new.test)
        again = [each[name] for each in self._others if name in each]
        records = [self._first[name], new, *again]
        return records if self._same_django else [_without_error_pages(each) for each in records]


def name_of(test: str) -> str:
    """Return the name that Django's runner gives a test.

    Args:
        test: A name of either runner.
    """
    file, is_pytest, rest = test.partition(".py::")
    return f"{file}.{rest.replace('::', '.')}".replace("/", ".") if is_pytest else test


def _without_error_pages(record: Record) -> Record:
    """Leave out the text of pages that Django has for errors: each version has others."""
    events = tuple(
        event._replace(content={"status": event.content["status"]})
        if event.kind == "frame"
        and event.consumer == _VIEWS
        and isinstance(event.content, dict)
        and event.content.get("status", 0) >= _ERROR
        else event
        for event in record.events
    )
    return Record(record.test, events, record.lost)
