"""Whole projects: after the upgrade their unchanged suites pass, and clients get the same."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from channeltest.cli import main
from channeltest.comparison.transcript import transcript
from channeltest.record.schema import loads
from tests.examples.recording import FILE, ROOT

HERE = Path(__file__).parent / "projects"
NEWSROOM = ROOT / "examples" / "newsroom"
# Each with what is converted in it, and what is left alone.
PROJECTS = {
    "livechat": (4, 0),
    "notices": (3, 2),
    "rooms": (7, 0),
    "board": (8, 0),
    "leftovers": (2, 3),
    "alerts": (16, 0),
    "game": (10, 0),
    "jobs": (9, 0),
    "echoes": (17, 0),
    "relay": (11, 0),
    "elections": (7, 0),
    "market": (11, 0),
}
# Those whose routes are converted too.
WHOLE = PROJECTS.keys() - {"leftovers", "notices"}
# What becomes async with --async: the classes.
ASYNC = {
    "rooms": {"RoomConsumer", "EchoConsumer"},
    "board": {"connect_board", "listen"},
    "leftovers": {"OrderedConsumer"},
    "echoes": {"EchoConsumer", "RoomConsumer"},
    "relay": {"RelayConsumer", "PassOnConsumer", "Base"},
}

# Test classes that ``--tests communicators`` converts in each, and that it leaves alone.
TESTS = {
    "board": (2, 0),
    "echoes": (1, 0),
    "game": (1, 0),
    "jobs": (1, 0),
    "livechat": (1, 0),
    "market": (1, 0),
    "rooms": (1, 1),
}


def run(folder, *command):
    """Run a module of Python in a project; return the process."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", *command]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def frames(folder, settings, *options):
    """Run a project's suite, which must pass; return what each client of each test gets."""
    file = folder / "record.jsonl"
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}", FILE: str(file)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "django", "test", "--noinput", "-v0", "--settings", settings]
    command += ["--testrunner", "tests.examples.recording.RecordingRunner", *options]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr[-5000:]
    records = loads(file.read_text())
    assert records
    return {each.test: frames_of(transcript(each.events)) for each in records}


def frames_of(lines):
    """The frames of each client, in their order."""
    found = [re.match(r"\s+(client ?\d*) <- (.*)", line) for line in lines]
    # Between two clients there is no order.
    return sorted((match.groups() for match in found if match), key=lambda each: each[0])


def check(original, folder, settings, options, converted, left, *flags):
    """Convert a copy of a project, and compare what its tests record."""
    shutil.copytree(original, folder, ignore=shutil.ignore_patterns("__pycache__"))
    before = frames(folder, settings, *options)
    tests = {path: path.read_bytes() for path in folder.rglob("*test*.py")}
    done = run(folder, "channeltest", "upgrade", *flags, "--write", ".")
    assert done.returncode == (1 if converted else 0), done.stderr
    assert f"{converted} converted, {left} left as they are" in done.stderr, done.stderr
    assert {path: path.read_bytes() for path in tests} == tests
    after = frames(folder, settings, *options)
    assert after == before
    assert any(before.values())
    for each in {(), flags}:
        again = run(folder, "channeltest", "upgrade", *each, "--check", ".")
        assert (again.returncode, "0 files would change" in again.stderr) == (0, True)


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project(name, tmp_path):
    check(HERE / name, tmp_path / name, "settings", ["-p", "*_tests.py"], *PROJECTS[name])
    settings = (tmp_path / name / "settings.py").read_text()
    assert ("ROUTING" in settings, "ASGI_APPLICATION" in settings) == (
        name not in WHOLE,
        name in WHOLE,
    )


@pytest.mark.parametrize("name", ASYNC)
def test_a_project_with_async_consumers(name, tmp_path):
    converted, left = PROJECTS[name]
    # A class that derives from another becomes async with it.
    found = (converted + len(ASYNC[name]) + (name == "relay"), left)
    folder = tmp_path / name
    check(HERE / name, folder, "settings", ["-p", "*_tests.py"], *found, "--async")
    texts = "".join(path.read_text("latin-1") for path in folder.rglob("consumers.py"))
    assert {*re.findall(r"class (\w+)\(Async", texts)} == ASYNC[name]


@pytest.mark.parametrize("name", TESTS)
def test_the_tests_of_a_project(name, tmp_path, capsys):
    """Converted tests pass, and their records are those of the clients of Channels 1."""
    folder = tmp_path / name
    shutil.copytree(HERE / name, folder, ignore=shutil.ignore_patterns("__pycache__"))
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}"}
    suite = [sys.executable, "-m", "django", "test", "--noinput", "-v0", "--settings", "settings"]
    for variable in ("CHANNELTEST_RECORD", "CHANNELTEST_COMPARE"):
        done = subprocess.run(
            [*suite, "-p", "*_tests.py"],
            cwd=folder,
            env={**environment, variable: "before.json"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr[-5000:]
        status = main(["upgrade", "--write", "--tests", "communicators", str(folder)])
        [tests] = folder.glob("*_tests.py")
        cases = re.findall(r"\((\w+TestCase)\)", tests.read_text())
        expected = ["WebsocketTestCase"] * TESTS[name][0] + ["ChannelTestCase"] * TESTS[name][1]
        assert cases == expected, capsys.readouterr().err
    assert status == 0


def test_the_newsroom(tmp_path):
    check(NEWSROOM, tmp_path / "newsroom", "newsroom.settings_today", [], 4, 19)
