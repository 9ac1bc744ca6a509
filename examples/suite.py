"""Run the newsroom's suite with some interpreter, and tell afterwards what ran on what."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

NEWSROOM = Path(__file__).with_name("newsroom")
PACKAGES = ("Django", "Channels", "asgiref")
VERSIONS = f"""
import importlib.metadata, json, platform
packages = [importlib.metadata.version(name) for name in {PACKAGES}]
print(json.dumps([platform.python_version(), *packages]))
"""


class Run(NamedTuple):
    """One run of the suite: where, for how long, and how it ended."""

    database: str
    versions: list[str]
    tests: int
    seconds: float
    passed: bool


def run(python: str, settings: str, *, flags: list[str], database: Path | None = None) -> Run:
    """Run the suite as its team did, with ``manage.py test``; its output goes to the terminal.

    Args:
        python: The interpreter.
        settings: The settings module.
        flags: What the interpreter is given, such as ``-W error``.
        database: The SQLite file to test on; None is in memory.
    """
    environment = dict(os.environ, NEWSROOM_TEST_DATABASE=str(database or ""))
    versions = json.loads(
        subprocess.check_output([python, *flags, "-c", VERSIONS], env=environment)
    )
    command = [python, *flags, "manage.py", "test", "--settings", settings, "--noinput"]
    print("\n$", *command, flush=True)
    start = time.monotonic()
    process = subprocess.Popen(
        command, cwd=NEWSROOM, env=environment, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    tests = 0
    for line in process.stderr:
        print(line, end="", flush=True)
        if counted := re.match(r"Ran (\d+) tests? in ", line):
            tests = int(counted[1])
    return Run(
        database="file" if database else "memory",
        versions=versions,
        tests=tests,
        passed=process.wait() == 0 and tests > 0,
        seconds=time.monotonic() - start,
    )


def summarize(runs: list[Run]) -> int:
    """Print a table of the runs; return the exit status, 1 if one of them failed."""
    rows = [("Suite", "SQLite", "Python", *PACKAGES, "Tests", "Seconds", "Result")]
    rows += [
        (
            NEWSROOM.name,
            run.database,
            *run.versions,
            str(run.tests),
            f"{run.seconds:.1f}",
            "passed" if run.passed else "FAILED",
        )
        for run in runs
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    print()
    for row in rows:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
    return int(not all(run.passed for run in runs))
