"""The record of a suite under ``manage.py test``, as the environment asks for it.

A parallel run records in the runner's processes, whether they are forked or started.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import Any
from unittest import TestCase, TestResult

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.test.runner import DiscoverRunner

from ...patching import Patch
from ..transcript import KINDS
from .record import PARTS, SuiteRecord
from .run import Reporter

RECORD, COMPARE, IGNORE = "CHANNELTEST_RECORD", "CHANNELTEST_COMPARE", "CHANNELTEST_IGNORE"
UNCOVERED = "CHANNELTEST_UNCOVERED"

_suite: SuiteRecord | None = None
_report: Reporter | None = None

# unittest leaves frames of modules with this name out of tracebacks.
__unittest = True


def enable(report: Reporter | None = None) -> None:
    """Record and compare, if the environment asks for it, what Django's test runner runs.

    Args:
        report: What shows the run in the end, or ``None``.
    """
    global _report
    if report is None and not any(map(os.environ.get, (RECORD, COMPARE, UNCOVERED))):
        return
    _report = report
    if PARTS in os.environ:
        # A process of a parallel run.
        _begin()
    else:
        _RUN_SUITE.start()


def of_environment(report: Reporter | None = None) -> SuiteRecord:
    """Return what the environment asks for.

    Args:
        report: What shows the run in the end, or ``None``.

    Raises:
        ImproperlyConfigured: ``CHANNELTEST_IGNORE`` has something that is not known, or
            ``CHANNELTEST_UNCOVERED`` is no number of percent.
        UnreadableRecord: A file is no record.
        UnwritableRecord: The record cannot be written.
    """
    record, compare = os.environ.get(RECORD), os.environ.get(COMPARE, "")
    ignore = [each.strip() for each in os.environ.get(IGNORE, "").split(",") if each.strip()]
    unknown = sorted(set(ignore) - set(KINDS))
    if unknown:
        raise ImproperlyConfigured(
            f"{IGNORE} knows {', '.join(KINDS)}, and not {', '.join(unknown)}"
        )
    percent = os.environ.get(UNCOVERED, "")
    if percent and not (percent.isdigit() and int(percent) <= 100):
        raise ImproperlyConfigured(f"{UNCOVERED} is a number of percent, and not {percent!r}")
    return SuiteRecord(
        Path(record).absolute() if record else None,
        [Path(file).absolute() for file in compare.split(os.pathsep) if file],
        ignore,
        int(percent) if percent else None,
        report,
    )


def _begin() -> SuiteRecord:
    global _suite
    _suite = of_environment(_report)
    _RUN_TEST.start()
    _suite.start()
    return _suite


def _run_suite(runner: DiscoverRunner, suite: Any, **options: Any) -> Any:
    """Run a suite, record its tests, and print what became of the record."""
    global _suite
    try:
        running, result = _begin(), None
    except (ImproperlyConfigured, OSError, ValueError) as error:
        raise CommandError(str(error), returncode=2) from error
    try:
        result = _RUN_SUITE.original(runner, suite, **options)
        return result
    finally:
        _RUN_TEST.stop()
        _suite = None
        for line in running.finish():
            print(line, file=sys.stderr)
        if running.too_little and result is not None:
            # The command's exit status is the number of failures.
            result.failures.append((suite, "too few routes are reached"))


def _run_test(case: TestCase, result: Any = None) -> Any:
    """Run a test with a result that records it when it passes."""
    # Each of the two runs of parity is a part of a test, and has a result of its own.
    if _suite is None or result is None or getattr(result, "is_of_part", False):
        return _RUN_TEST.original(case, result)
    if not _suite.runs(case.id()):
        return result
    _suite.begin()
    try:
        return _RUN_TEST.original(case, RecordingResult(result, _suite))
    finally:
        _suite.cancel()


_RUN_SUITE = Patch(DiscoverRunner, "run_suite", _run_suite)
_RUN_TEST = Patch(TestCase, "run", _run_test)


def _as_text(error: Any) -> str:
    """A failure as text, without the calls within unittest."""
    shown = traceback.TracebackException(*error)
    is_ours = ["__unittest" not in frame.f_globals for frame, _ in traceback.walk_tb(error[2])]
    shown.stack = traceback.StackSummary.from_list(
        [each for each, ours in zip(shown.stack, is_ours, strict=True) if ours]
    )
    return "".join(shown.format())


class RecordingResult:
    """A test result that records tests which pass, and fails those that differ from their record.

    Args:
        result: The real result.
        suite: The record of the suite.
    """

    def __init__(self, result: TestResult, suite: SuiteRecord) -> None:
        self._result = result
        self._suite = suite

    def __getattr__(self, name: str) -> Any:
        return getattr(self._result, name)

    def addSuccess(self, test: TestCase) -> None:
        """Pass a success on, or a failure in its place."""
        try:
            text = self._suite.passed(test.id())
            if text:
                raise test.failureException(text)
        except Exception:
            self._result.addFailure(test, sys.exc_info())
        else:
            self._result.addSuccess(test)

    def addFailure(self, test: TestCase, error: Any) -> None:
        """Pass a failure on; a report has its record.

        Args:
            test: The test.
            error: What `sys.exc_info` returned.
        """
        self._suite.failed(test.id(), _as_text(error))
        self._result.addFailure(test, error)

    def addError(self, test: TestCase, error: Any) -> None:
        """Pass an error on; a report has its record.

        Args:
            test: The test.
            error: What `sys.exc_info` returned.
        """
        self._suite.failed(test.id(), _as_text(error))
        self._result.addError(test, error)

    def addSubTest(self, test: TestCase, subtest: TestCase, error: Any) -> None:
        """Pass the end of a subtest on; a report has the record of a test of which one fails.

        Args:
            test: The test.
            subtest: The subtest.
            error: What `sys.exc_info` returned, or ``None``.
        """
        if error is not None:
            self._suite.failed(test.id(), f"{subtest}\n{_as_text(error)}")
        self._result.addSubTest(test, subtest, error)
