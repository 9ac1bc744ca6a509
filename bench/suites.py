"""A table of its own: a suite of 200 async tests with the communicators of either side.

``python -m bench.suites channeltest`` runs the suite once in this process, with its communicators
from that package, and prints one line of JSON: the tests, seconds for all of them, and the seconds
that one negative check took on average.
"""

from __future__ import annotations

import gc
import io
import json
import os
import subprocess
import sys
import time
import types
import unittest
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SUITE = Path(__file__).with_name("async_suite.py")
IMPORT = "from {} import WebsocketCommunicator\n"
ORIGINAL, PROJECT = "channels.testing", "channeltest"
# What of a run is a line of the table, by the line's name.
LINES = {"suite of 200 async tests": "suite", "one negative check in that suite": "check"}


class Run(NamedTuple):
    """One run of the suite.

    Attributes:
        tests: How many tests ran.
        suite: Seconds for all of them.
        check: Seconds for one negative check, on average.
    """

    tests: int
    suite: float
    check: float


def in_process(package: str) -> Run:
    """Run the suite once in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-m", "bench.suites", package]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "bench.async_settings"}
    output = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True, text=True
    ).stdout
    return Run(*json.loads(output))


def suite_with(package: str) -> Any:
    """Return the suite's module, with its communicators from ``package``."""
    source = SUITE.read_text()
    assert source.count(IMPORT.format(ORIGINAL)) == 1
    module = types.ModuleType("bench.async_suite")
    sys.modules[module.__name__] = module
    source = source.replace(IMPORT.format(ORIGINAL), IMPORT.format(package))
    exec(compile(source, str(SUITE), "exec"), vars(module))
    return module


def main(package: str) -> None:
    """Run the suite once, here."""
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import setup_test_environment

    setup_test_environment()
    connection.creation.create_test_db(verbosity=0)
    module = suite_with(package)
    load = unittest.defaultTestLoader.loadTestsFromTestCase
    tests = unittest.TestSuite(map(load, module.CASES))
    count = tests.countTestCases()
    gc.collect()
    started = time.perf_counter()
    result = unittest.TextTestRunner(stream=(report := io.StringIO())).run(tests)
    seconds = time.perf_counter() - started
    if not result.wasSuccessful() or count != result.testsRun:
        raise SystemExit(report.getvalue())
    print(json.dumps(Run(count, seconds, sum(module.NEGATIVE) / len(module.NEGATIVE))))


if __name__ == "__main__":
    main(sys.argv[1])
