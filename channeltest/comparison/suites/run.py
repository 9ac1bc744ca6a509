"""`Run`: what one run of a suite has found, for whoever shows it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ...record.schema import Record, dumps, loads
from .old_records import OldRecords


class Verdict(NamedTuple):
    """Why a test did not pass.

    Attributes:
        text: The failure, or where the test differs from its old record.
        failed: Whether it failed by itself; else it only differs.
        ignore: What may differ in this test, as for `channeltest.parity`.
    """

    text: str
    failed: bool
    ignore: tuple[str, ...] = ()


class Run(NamedTuple):
    """What one run of a suite has found.

    Attributes:
        records: The records of the tests that ran, also of those that failed, by their names.
        verdicts: The verdicts on those that did not pass, by their names.
        old: What the run was compared with; ``None`` if it was not.
        versions: The versions of Channels and Django that the tests ran on.
        uncovered: The routes, handlers and groups that no test reached, as text.
    """

    records: Mapping[str, Record]
    verdicts: Mapping[str, Verdict]
    old: OldRecords | None
    versions: Mapping[str, str]
    uncovered: list[str]


# It shows a run, and returns a line for whoever has started the run.
Reporter = Callable[[Run], str]


class Verdicts:
    """The verdicts of one process of a run, in a file.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, test: str, verdict: Verdict, record: Record | None = None) -> None:
        """Write the verdict on a test.

        Args:
            test: The name of the test.
            verdict: The verdict.
            record: The record of a test that failed.
        """
        line = [test, *verdict, dumps([record]) if record else ""]
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(line)}\n")

    def read(self) -> Iterator[tuple[str, Verdict, Record | None]]:
        """Yield what was added: the test, the verdict and the record."""
        for line in self._path.read_text(encoding="utf-8").splitlines():
            test, text, failed, ignore, record = json.loads(line)
            yield test, Verdict(text, failed, tuple(ignore)), next(iter(loads(record)), None)
