"""The record of tests in plain test cases of Django's or in functions.

Nothing there calls us when a test begins or ends. So the test's first client or communicator begins
the record.
"""

from __future__ import annotations

import unittest
from typing import Any

from ..end_of_test import at_end_of_test, at_end_of_waiting_test, running_case
from ..patching import Patch
from . import entries
from .failures import ShowingResult, show
from .sources import journal

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
