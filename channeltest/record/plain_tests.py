"""The conversation of tests in plain test cases of Django's or in functions.

Nobody says there when a test begins, or asks how it ended. So the test's first client or
communicator does.
"""

from __future__ import annotations

import unittest
from typing import Any

from ..compat.inmemory import ChannelLayer
from ..end_of_test import at_end_of_test, at_end_of_waiting_test, running_case
from . import entries as conversation

_kept: list[Any] = []


def converse() -> None:
    """Write down the conversation of the running test, and have it shown if the test fails."""
    if _kept:
        return
    conversation.begin()
    if not (at_end_of_test(_end) or at_end_of_waiting_test(_end)):
        conversation.end()
        return
    _kept.append(vars(ChannelLayer)["journal"])
    ChannelLayer.journal = staticmethod(conversation.record_crossing)
    case = running_case()
    outcome: Any = getattr(case, "_outcome", None)
    if getattr(outcome, "result", None) is not None:
        outcome.result = _ShowingResult(outcome.result)


def _end() -> None:
    case = running_case()
    # Python 3.10 tells the result of failures when all is over.
    for _, failure in getattr(getattr(case, "_outcome", None), "errors", ()):
        if failure is not None:
            _show(failure)
    ChannelLayer.journal = _kept.pop()
    conversation.end()


class _ShowingResult:
    """A test result that is told of failures when they show their conversation.

    Args:
        result: The real one.
    """

    def __init__(self, result: Any) -> None:
        self._result = result

    def __getattr__(self, name: str) -> Any:
        return getattr(self._result, name)

    def addError(self, test: unittest.TestCase, err: Any) -> None:
        """Tell the real result of an error."""
        _show(err)
        self._result.addError(test, err)

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:
        """Tell the real result of a failure."""
        _show(err)
        self._result.addFailure(test, err)

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Any) -> None:
        """Tell the real result what became of a subtest."""
        if err is not None:
            _show(err)
        self._result.addSubTest(test, subtest, err)


def _show(err: Any) -> None:
    if conversation.is_failure(err[1]):
        from .tracing import show  # only for tests that fail

        show(err[1])
