"""What became of one run of a test that is run twice and reported once."""

from __future__ import annotations

import unittest
from typing import Any


class Outcome(unittest.TestResult):
    """Collects what a run reports, to be repeated to the real result.

    Attributes:
        errors_seen: The exceptions that failed the test.
        verdict: What became of it, in words.
    """

    UNEXPECTED = "succeeds unexpectedly"
    SKIPPED = "is skipped"
    EXPECTED = "fails as expected"

    def __init__(self) -> None:
        super().__init__()
        self.errors_seen: list[BaseException] = []
        self.verdict = "passes"
        self._reports: list[tuple[str, tuple[Any, ...]]] = []

    @property
    def has_not_run(self) -> bool:
        """Whether the test was skipped, or failed as expected before it came to its end."""
        return self.verdict in (self.SKIPPED, self.EXPECTED)

    def repeat(self, result: Any) -> None:
        """Report all that was reported to ``result``."""
        for method, args in self._reports:
            # Results of other runners need not know of subtests or durations.
            report = getattr(result, method, None)
            if report is not None:
                report(*args)
            elif method == "addSubTest":
                test, _, err = args
                result.addFailure(test, err)

    def addError(self, test: Any, err: Any) -> None:  # noqa: D102
        self._failed("addError", test, err)

    def addFailure(self, test: Any, err: Any) -> None:  # noqa: D102
        self._failed("addFailure", test, err)

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:  # noqa: D102
        if err is not None:
            self._failed("addSubTest", test, subtest, err)

    def addSuccess(self, test: Any) -> None:  # noqa: D102
        self._reports.append(("addSuccess", (test,)))

    def addSkip(self, test: Any, reason: str) -> None:  # noqa: D102
        self._ended(self.SKIPPED, "addSkip", test, reason)

    def addExpectedFailure(self, test: Any, err: Any) -> None:  # noqa: D102
        self._ended(self.EXPECTED, "addExpectedFailure", test, err)

    def addUnexpectedSuccess(self, test: Any) -> None:  # noqa: D102
        self._ended(self.UNEXPECTED, "addUnexpectedSuccess", test)

    def addDuration(self, test: Any, elapsed: float) -> None:  # noqa: D102
        self._reports.append(("addDuration", (test, elapsed)))

    def _failed(self, method: str, *args: Any) -> None:
        self.errors_seen.append(args[-1][1])
        self._reports.append((method, args))

    def _ended(self, verdict: str, method: str, *args: Any) -> None:
        self.verdict = verdict
        self._reports.append((method, args))
