"""The long run, in a few seconds."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bench.soak.deployment import Memory

from .processes import ROOT

pytest.importorskip("uvicorn", reason="uvicorn is optional")


def test_a_short_run():
    arguments = ("--minutes", "0.1", "--clients", "10", "--life", "2")
    # Its own bounds are longer than those of the servers in other tests.
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bench.soak", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert run.returncode == 0, run.stdout
    assert "10 clients for 0.1 minutes" in run.stdout


def rows(*sizes):
    return [{"worker": (float(age), float(size))} for age, size in enumerate(sizes)]


@pytest.mark.parametrize(
    ("samples", "growth"),
    [
        (rows(1, 1, 9, 9, 9, 9, 9, 9, 9, 9), (9, 9)),
        (rows(1, 1, 1, 2, 3, 4, 5, 6, 7, 8), (1.5, 7.5)),
        # Of a process that was started again, the run that grew most.
        (rows(1, 1, 1, 2, 3, 4) + rows(1, 1, 5, 5, 5, 5, 6), (1, 4)),
    ],
)
def test_growth(samples, growth):
    memory = Memory(settling=2)
    for each in samples:
        memory.add(each)
    assert memory.growth() == {"worker": growth}
