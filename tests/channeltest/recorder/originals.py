"""Runs suites on the original Channels with the recorder, and on today's with its record."""

from __future__ import annotations

import functools
import subprocess
import sys
from pathlib import Path

import pytest

from channeltest.recorder.command import recorder
from scripts import reference

from ..helpers import ENVIRONMENT, ROOT

NEWSROOM = ROOT / "examples" / "newsroom"

# The settings of a project with the recorder in it.
SETTINGS = """
from newsroom.settings import *

INSTALLED_APPS = ["channels1_recorder"] + INSTALLED_APPS
"""


@functools.cache
def python() -> Path:
    """The interpreter of the original; the test is skipped where there is none."""
    return reference.python() or pytest.skip(reference.MISSING)


def record(file, *options, status=0, **environment):
    """Record the newsroom's suite on the original; what was printed."""
    folder = file.parent / "recorder"
    folder.mkdir(exist_ok=True)
    (folder / "channels1_recorder.py").write_text(recorder())
    (folder / "settings_recorded.py").write_text(SETTINGS)
    command = [python(), "-W", "ignore", "manage.py", "test", "--noinput", "-v0"]
    done = subprocess.run(
        [*command, "--settings", "settings_recorded", *options],
        cwd=NEWSROOM,
        env={
            **ENVIRONMENT,
            "PYTHONPATH": str(folder),
            "PYTHONDONTWRITEBYTECODE": "1",
            "CHANNELTEST_RECORD": str(file),
            **environment,
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == status, done.stderr[-5000:]
    return done.stderr


def compare(file, project="newsroom", settings="settings_today", status=0, **environment):
    """Compare the newsroom's suite with a record; what was printed."""
    done = subprocess.run(
        [
            *(sys.executable, ROOT / "examples" / project / "manage.py", "test", "--noinput"),
            *("-v0", "--settings", f"newsroom.{settings}"),
        ],
        cwd=NEWSROOM,
        env={
            **ENVIRONMENT,
            "PYTHONPATH": str(ROOT),
            "CHANNELTEST_COMPARE": str(file),
            **environment,
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == status, done.stderr[-5000:]
    return done.stderr
