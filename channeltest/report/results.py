"""What a report says of each test of a run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from ..comparison.difference import AROUND
from ..comparison.suites.old_records import name_of
from ..comparison.suites.run import Run, Verdict
from ..record.schema import Record
from ..record.text import TITLE
from .pairs import Pair, pairs
from .rows import MOST

# The record below a failure. Under pytest each line of a failure begins with "E".
_RECORD = re.compile(rf"\n(?P<indent>E? *){TITLE}, in order[^\n]*(?:\n(?P=indent)  [^\n]*)*")

Status = Literal["failed", "differs", "not run", "new", "same", "passed"]

# In the order in which a report shows them: what asks for attention first.
STATUSES: tuple[Status, ...] = ("failed", "differs", "not run", "new", "same", "passed")


class Result(NamedTuple):
    """What a report says of one test.

    Attributes:
        name: The name of the test.
        status: ``"failed"``, ``"differs"`` from its old record, ``"not run"`` or not passed, where
            an old record is, ``"new"``, where none is, ``"same"`` as its old record, or
            ``"passed"``, where nothing is compared.
        text: The failure, or where the records differ.
        before: The old record; ``None`` if there is none.
        after: The record of the run; ``None`` if there is none.
        pairs: Both transcripts side by side, if they differ.
    """

    name: str
    status: Status
    text: str
    before: Record | None
    after: Record | None
    pairs: tuple[Pair, ...] = ()


def results(run: Run) -> list[Result]:
    """Return what a report says of each test, failures first, else by name.

    Args:
        run: The run.
    """
    found = [*_of_run(run), *_not_run(run)]
    return sorted(found, key=lambda each: (STATUSES.index(each.status), each.name))


def _of_run(run: Run) -> Iterator[Result]:
    # A test may fail before it has a record.
    for name in {**run.records, **run.verdicts}:
        after = run.records.get(name)
        verdict = run.verdicts.get(name)
        before = None if run.old is None else run.old.get(name_of(name))
        status = _status(run, verdict, before)
        text = "" if verdict is None else _short(verdict.text)
        sides: tuple[Pair, ...] = ()
        if run.old is not None and before and after and verdict:
            sides = tuple(pairs(*run.old.transcripts(after, verdict.ignore)))
            # The lines around are in the pairs.
            text = text.partition(f"\n{AROUND}")[0]
        yield Result(name, status, text, before, after, sides)


def _short(text: str) -> str:
    """A failure without the record, which a report shows itself; of a long one, the end."""
    text = _RECORD.sub("", text).strip()
    return text if len(text) <= MOST else f"\u2026{text[1 - MOST :]}"


def _status(run: Run, verdict: Verdict | None, before: Record | None) -> Status:
    if verdict is not None:
        return "failed" if verdict.failed else "differs"
    if run.old is None:
        return "passed"
    return "new" if before is None else "same"


def _not_run(run: Run) -> Iterator[Result]:
    ran = {name_of(name) for name in {**run.records, **run.verdicts}}
    for name, record in (run.old or {}).items():
        if name not in ran:
            yield Result(name, "not run", "", record, None)
