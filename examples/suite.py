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
PORTED = Path(__file__).with_name("newsroom_ported")
# What stands behind the same tests: the project whose manage.py runs them, and its settings.
CONSUMERS = {
    "original": (NEWSROOM, "newsroom.settings"),
    "old": (NEWSROOM, "newsroom.settings_today"),
    "ported": (PORTED, "newsroom.settings_ported"),
    "stack": (PORTED, "newsroom.settings_stack"),
}
PACKAGES = ("Django", "Channels", "asgiref")
VERSIONS = f"""
import importlib.metadata, json, platform
packages = [importlib.metadata.version(name) for name in {PACKAGES}]
print(json.dumps([platform.python_version(), *packages]))
"""


class Run(NamedTuple):
    """One run of the suite: where, for how long, and how it ended."""

    consumers: str
    database: str
    versions: list[str]
    tests: int
    seconds: float
    passed: bool


def run(
    python: str,
    consumers: str,
    *,
    flags: list[str],
    file: Path | None = None,
    postgres: str | None = None,
) -> Run:
    """Run the suite as its team did, with ``manage.py test``; its output goes to the terminal.

    Args:
        python: The interpreter.
        consumers: What the tests run against, a key of ``CONSUMERS``.
        flags: What the interpreter is given, such as ``-W error``.
        file: The SQLite file to test on; without one, and without PostgreSQL, it is in memory.
        postgres: ``host:port`` of the PostgreSQL server to test on.
    """
    project, settings = CONSUMERS[consumers]
    environment = dict(
        os.environ, NEWSROOM_TEST_DATABASE=str(file or ""), NEWSROOM_POSTGRES=postgres or ""
    )
    versions = json.loads(
        subprocess.check_output([python, *flags, "-c", VERSIONS], env=environment)
    )
    # In the folder of the tests, whichever project they run against.
    manage = os.path.relpath(project / "manage.py", NEWSROOM)
    command = [python, *flags, manage, "test", "--settings", settings, "--noinput"]
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
        consumers=consumers,
        database="PostgreSQL" if postgres else "SQLite file" if file else "SQLite",
        versions=versions,
        tests=tests,
        passed=process.wait() == 0 and tests > 0,
        seconds=time.monotonic() - start,
    )


def summarize(runs: list[Run]) -> int:
    """Print a table of the runs; return the exit status, 1 if one of them failed."""
    rows = [("Consumers", "Database", "Python", *PACKAGES, "Tests", "Seconds", "Result")]
    rows += [
        (
            run.consumers,
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
