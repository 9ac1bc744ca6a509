"""Proofs of whole projects, whose suites run under Django and pytest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.upgrade.test_projects import HERE, ROOT

IDENTITY = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in (("NAME", "somebody"), ("EMAIL", "somebody@example.org"))
}
DJANGO = "python -m django test --noinput -v0 --settings settings -p *_tests.py"
PYTEST = "DJANGO_SETTINGS_MODULE=settings python -m pytest -q -p no:randomly {}_tests.py"


def run(folder, *command):
    environment = {**os.environ, **IDENTITY, "GIT_CONFIG_GLOBAL": "/dev/null"}
    environment |= {"PYTHONPATH": str(ROOT)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("name", "command", "options"), [("rooms", DJANGO, ["--async"]), ("livechat", PYTEST, [])]
)
def test_a_project(name, command, options, tmp_path):
    folder = tmp_path / name
    shutil.copytree(HERE / name, folder, ignore=shutil.ignore_patterns("__pycache__"))
    run(folder, "git", "init", "--quiet", "--initial-branch=main")
    run(folder, "git", "add", "--all")
    run(folder, "git", "commit", "--quiet", "--message", "what was there")
    command = command.format(name.removeprefix("live"))
    upgrade = [sys.executable, "-m", "channeltest", "upgrade", *options]
    report = run(folder, *upgrade, "--prove", command, ".")
    assert "Converted and proved" in report
    assert report.count("CT107") == (2 if options else 0)
    assert "Not converted" not in report, report
    assert "Of all functions the tests reached" in report
    assert "which is checked out." in report
    assert run(folder, "git", "status", "--porcelain") == ""
    commits = run(folder, "git", "rev-list", "--count", "HEAD").strip()
    assert f"The {int(commits) - 1} commits are on the branch main" in report
