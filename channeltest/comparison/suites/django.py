"""The record of a suite under ``manage.py test``, as the environment asks for it.

A parallel run records in the runner's processes, whether they are forked or started.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any
from unittest import TestCase, TestResult

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.test.runner import DiscoverRunner

from ...patching import Patch
from ..transcript import KINDS
from .record import PARTS, SuiteRecord

RECORD, COMPARE, IGNORE = "CHANNELTEST_RECORD", "CHANNELTEST_COMPARE", "CHANNELTEST_IGNORE"
UNCOVERED = "CHANNELTEST_UNCOVERED"

_suite: SuiteRecord | None = None

# unittest leaves frames of modules with this name out of tracebacks.
__unittest = True


def enable() -> None:
    """Record and compare, if the environment asks for it, what Django's test runner runs."""
    if not any(map(os.environ.get, (RECORD, COMPARE, UNCOVERED))):
        return
    if PARTS in os.environ:
        # A process of a parallel run.
        _begin()
    else:
        _RUN_SUITE.start()


def of_environment() -> SuiteRecord:
    """Return what the environment asks for.

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
    )


def _begin() -> SuiteRecord:
    global _suite
    _suite = of_environment()
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
