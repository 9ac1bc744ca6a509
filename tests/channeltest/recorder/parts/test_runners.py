"""pytest records with the same file, here on today's Channels with channeltest's names of 1.x."""

from __future__ import annotations

import subprocess
import sys

import pytest

from channeltest.comparison.suites.files import read
from channeltest.recorder.command import recorder

from ...helpers import ENVIRONMENT, ROOT

PROJECT = """
from django.conf import settings

settings.configure(
    INSTALLED_APPS=["channeltest"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    CHANNEL_LAYERS={"default": {"BACKEND": "asgiref.inmemory.ChannelLayer", "ROUTING": []}},
)

import django

django.setup()
"""

TESTS = """
import pytest
from channels import Channel
from channels.test import Client


def test_passes():
    Client().send("c", {"n": 1})


def test_fails():
    Client().send("c", {"n": 1})
    assert 0


@pytest.mark.skip
def test_is_skipped():
    pass
"""


@pytest.mark.parametrize("named", ["--channeltest-record=before.json", "CHANNELTEST_RECORD"])
def test_pytest(tmp_path, named):
    (tmp_path / "channels1_recorder.py").write_text(recorder())
    (tmp_path / "conftest.py").write_text(PROJECT)
    (tmp_path / "test_it.py").write_text(TESTS)
    options = [named] if named.startswith("--") else []
    environment = {} if options else {named: "before.json"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:channeltest", "-p", "no:django"]
    done = subprocess.run(
        [*command, "-p", "channels1_recorder", "-p", "no:randomly", *options],
        cwd=tmp_path,
        env={**ENVIRONMENT, **environment, "PYTHONPATH": f"{tmp_path}:{ROOT}"},
        capture_output=True,
        text=True,
    )
    assert "1 failed, 1 passed, 1 skipped" in done.stdout, done.stdout + done.stderr
    file = tmp_path / "before.json"
    assert f"recorded 1 tests in {file}" in done.stderr
    (found,) = read(file).values()
    assert found.test == "test_it.py::test_passes"
    assert [(event.kind, event.target) for event in found.events] == [("send", "channel c")]
