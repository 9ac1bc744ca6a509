"""Records every test of an example's suite: Django's test runner with a record for each test."""

from __future__ import annotations

import os
import subprocess
import sys
import unittest
from pathlib import Path

from django.test.runner import DiscoverRunner

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "examples"
FILE = "CHANNELTEST_EXAMPLE_RECORD"


class RecordingResult(unittest.TextTestResult):
    """Traces each test, from its set-up to its last cleanup."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.records = []

    def startTest(self, test):
        from channeltest import trace

        super().startTest(test)
        self._trace = trace()
        self._trace.__enter__()

    def stopTest(self, test):
        from channeltest.comparison.suites.sent_steps import in_sent_steps

        self._trace.__exit__(None, None, None)
        record = in_sent_steps(self._trace.as_record(test.id()))
        self.records.append(record.ordered())
        super().stopTest(test)


class RecordingRunner(DiscoverRunner):
    """Writes the records of all tests to a file."""

    def get_resultclass(self):
        return RecordingResult

    def run_suite(self, suite, **kwargs):
        from channeltest.record.schema import dumps

        result = super().run_suite(suite, **kwargs)
        Path(os.environ[FILE]).write_text(dumps(result.records))
        return result


def record(folder, *arguments, project=EXAMPLES / "newsroom", settings="settings_today", **env):
    """Run the newsroom's suite, and return its record.

    Args:
        folder: Where the record is written.
        *arguments: What ``manage.py test`` gets, such as labels of tests.
        project: The folder with the project's ``manage.py``.
        settings: The module of its settings.
        **env: Other variables of the environment.
    """
    file = folder / "record.jsonl"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), FILE: str(file), **env}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, project / "manage.py", "test", "--noinput", "-v0"]
    command += ["--settings", f"newsroom.{settings}"]
    command += ["--testrunner", "tests.examples.recording.RecordingRunner", *arguments]
    done = subprocess.run(
        command, cwd=EXAMPLES / "newsroom", env=environment, capture_output=True, text=True
    )
    assert file.exists(), done.stderr[-5000:]
    return file.read_text()
