"""The newsroom's suite, against the consumers of 2017 and against what became of them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


def demo(*arguments):
    """Run the demo; return its output and the table's rows, each a list of cells."""
    done = subprocess.run(
        [sys.executable, "demo.py", *arguments], cwd=EXAMPLES, capture_output=True, text=True
    )
    _, _, table = done.stdout.rpartition("\n\n")
    rows = [re.split(r" {2,}", line.strip()) for line in table.splitlines()]
    return done, [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


@pytest.mark.parametrize("consumers", ["old", "ported", "stack"])
def test_on_each_database(consumers, postgres_server):
    address = f"{postgres_server.host}:{postgres_server.port}"
    done, runs = demo("--consumers", consumers, "--postgres", address)
    assert done.returncode == 0, done.stderr[-5000:]
    assert [run["Database"] for run in runs] == ["SQLite", "SQLite file", "PostgreSQL"]
    assert {run["Result"] for run in runs} == {"passed"}
    assert {int(run["Tests"]) for run in runs} == {count_of_tests()}


def count_of_tests():
    """How many tests there are in the one place where there are any."""
    files = [*EXAMPLES.glob("newsroom/*/test*.py"), *EXAMPLES.glob("newsroom/*/tests/*.py")]
    return sum(len(re.findall(r"^    def test_", file.read_text(), re.M)) for file in files)


def test_the_port_has_no_tests_of_its_own():
    assert not [*EXAMPLES.glob("newsroom_ported/**/test*")]


def test_a_failure_is_told():
    done, runs = demo("--consumers", "old", "--postgres", "127.0.0.1:1")
    assert done.returncode == 1
    assert [run["Result"] for run in runs] == ["passed", "passed", "FAILED"]
