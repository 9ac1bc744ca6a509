"""Test cases run inside a test, and programs run in an interpreter of their own."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import textwrap
import unittest
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Another interpreter's test run must not use, and in the end delete, this one's database file.
# CI makes pytest print more than a developer sees.
ENVIRONMENT = {
    name: value for name, value in os.environ.items() if name not in ("CHANNELTEST_DB", "CI")
}


class Outcome(unittest.TestResult):
    """What became of each test: its name to ``ok``, ``skip`` or the last line of its traceback."""

    def __init__(self) -> None:
        super().__init__()
        self.tests: dict[str, str] = {}

    def stopTest(self, test: Any) -> None:
        super().stopTest(test)
        self.tests.setdefault(test._testMethodName, "ok")

    def addSkip(self, test: Any, reason: str) -> None:
        super().addSkip(test, reason)
        self._note(test, "skip")

    def addError(self, test: Any, err: Any) -> None:
        super().addError(test, err)
        self._note(test, f"{err[0].__name__}: {err[1]}")

    def addFailure(self, test: Any, err: Any) -> None:
        super().addFailure(test, err)
        self._note(test, f"{err[0].__name__}: {err[1]}")

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._note(test, f"{err[0].__name__}: {err[1]}")

    def _note(self, test: Any, outcome: str) -> None:
        name = getattr(test, "_testMethodName", "class")
        self.tests[name] = f"{self.tests[name]}, {outcome}" if name in self.tests else outcome


def run(case: Any) -> dict[str, str]:
    """Run every test of a test case class, as a test runner does, in alphabetical order."""
    outcome = Outcome()
    unittest.TestSuite([unittest.defaultTestLoader.loadTestsFromTestCase(case)]).run(outcome)
    return outcome.tests


def run_one(case: Any, body: Any = lambda case: None) -> str:
    """Run ``body(case)`` as the one test of a subclass of ``case``."""
    return run(type(case.__name__, (case,), {"test": body}))["test"]


def python(source: str, *options: str, status: int = 0) -> str:
    """Run a program in an interpreter of its own, warnings as errors; what it printed.

    With another ``status`` than 0 the program must fail; then what it printed last as error.
    """
    done = subprocess.run(
        [sys.executable, "-W", "error", *options, "-c", textwrap.dedent(source)],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == status, done.stderr
    return done.stdout.strip() if status == 0 else done.stderr.strip().splitlines()[-1]


# A project with one layer of Channels 1, and what its names must be good for.
_SETTINGS = """
import django
from django.conf import settings
settings.configure(
    INSTALLED_APPS={apps!r},
    DATABASES={{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    CHANNEL_LAYERS={{
        "default": {{"BACKEND": "asgiref.inmemory.ChannelLayer", "ROUTING": "{routing}"}},
    }},
)
"""

EVERYTHING = """
from channels import Channel, Group, channel_layers, include, route, route_class
from channels.test import ChannelTestCase, WSClient
from channels.tests.http import HttpClient
from channels.generic.websockets import JsonWebsocketConsumer
from asgiref.inmemory import ChannelLayer
assert type(channel_layers["default"].channel_layer) is ChannelLayer
import django.test
"""


def project(body, apps, routing="tests.layers.routing"):
    """Run ``body`` as a program, after the settings of a project."""
    return python(_SETTINGS.format(apps=apps, routing=routing) + body)
