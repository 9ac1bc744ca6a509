"""The record of a suite under pytest: ``--channeltest-record`` and ``--channeltest-compare``.

Under pytest-xdist each worker records its tests, and the process that has started them writes the
file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ..transcript import KINDS
from .record import SuiteRecord
from .run import Reporter

MARKER = "channeltest_ignore"


class SuitePlugin:
    """Hooks that record and compare the tests of one run.

    Args:
        config: pytest's configuration.
        report: What shows the run in the end, or ``None``.

    Raises:
        UsageError: A file is no record, or ``--channeltest-ignore`` has something that is not
            known.
    """

    def __init__(self, config: pytest.Config, report: Reporter | None = None) -> None:
        ignore = config.getoption("channeltest_ignore")
        _check(ignore, "--channeltest-ignore")
        folder = config.invocation_params.dir
        file = config.getoption("channeltest_record")
        record = folder / file if file else None
        compare = [folder / each for each in config.getoption("channeltest_compare")]
        try:
            self._suite = SuiteRecord(record, compare, ignore, _percent(config), report)
        except (OSError, ValueError) as error:
            raise pytest.UsageError(str(error)) from error
        self._lines: list[str] = []
        self._suite.start()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Leave out the tests that the environment does not name."""
        others = [item for item in items if not self._suite.runs(item.nodeid)]
        if others:
            items[:] = [item for item in items if self._suite.runs(item.nodeid)]
            config.hook.pytest_deselected(items=others)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Record a test from its set-up on."""
        self._suite.begin()
        yield
        self._suite.cancel()

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Iterator[None]:
        """Keep the record of a test that has passed, or fail the test if it differs."""
        outcome: Any = yield
        report: pytest.TestReport = outcome.get_result()
        if call.when == "call" and report.passed:
            ignore = [each for mark in item.iter_markers(MARKER) for each in mark.args]
            _check(ignore, f"the marker {MARKER} of {item.nodeid}")
            text = self._suite.passed(item.nodeid, ignore)
            if text:
                report.outcome, report.longrepr = "failed", text
        elif report.failed:
            self._suite.failed(item.nodeid, report.longreprtext)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the file, when all processes have ended."""
        self._lines = self._suite.finish()
        if self._suite.too_little and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say what became of the record."""
        if self._lines:
            terminalreporter.section("channeltest")
            for line in self._lines:
                terminalreporter.line(line)


def _percent(config: pytest.Config) -> int | None:
    percent: str | None = config.getoption("channeltest_uncovered")
    if percent is not None and not (percent.isdigit() and int(percent) <= 100):
        raise pytest.UsageError(
            f"--channeltest-uncovered takes percent, and not {percent!r}. Before a test's path "
            "write --channeltest-uncovered=0"
        )
    return None if percent is None else int(percent)


def _check(ignore: list[str], where: str) -> None:
    unknown = sorted(set(ignore) - set(KINDS))
    if unknown:
        raise pytest.UsageError(f"{where} knows {', '.join(KINDS)}, and not {', '.join(unknown)}")
