"""The newsroom's suite recorded and compared under ``manage.py test``."""

from __future__ import annotations

import random
import subprocess
import sys
import unittest

import pytest

from channeltest.comparison.suites.django import RecordingResult
from channeltest.comparison.suites.files import read

from ...helpers import ENVIRONMENT, ROOT

NEWSROOM = ROOT / "examples" / "newsroom"

# A faster module of it, and all.
ONE, ALL = ["chat.tests.test_moderation"], []


def run(labels, *options, status=0, project=NEWSROOM, settings="settings_today", **environment):
    """Run tests of the newsroom; what was printed."""
    done = subprocess.run(
        [sys.executable, project / "manage.py", "test", "--noinput", "-v0", "--settings",
         f"newsroom.{settings}", *options, *labels],
        cwd=NEWSROOM,
        env={**ENVIRONMENT, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode == status, done.stderr[-5000:]
    return done.stderr


@pytest.fixture
def file(tmp_path):
    return tmp_path / "before.json"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """The record of one run in one process, without a shuffled order."""
    file = tmp_path_factory.mktemp("recorded") / "before.json"
    run(ALL, CHANNELTEST_RECORD=str(file))
    return file.read_bytes()


# With one that is recorded for them to be compared with, more than twenty runs.
@pytest.mark.parametrize("seed", range(20))
def test_one_record_in_twenty_runs(recorded, file, seed):
    options = ["--shuffle", str(seed), "--parallel", random.Random(seed).choice("128")]
    run(ALL, *options, CHANNELTEST_RECORD=str(file), PYTHONHASHSEED=str(seed))
    assert file.read_bytes() == recorded


@pytest.mark.parametrize("processes", ["1", "2"])
def test_the_port_does_what_was_recorded(file, processes):
    run(ALL, CHANNELTEST_RECORD=str(file))
    before = file.read_bytes()
    ported = {"project": ROOT / "examples" / "newsroom_ported", "settings": "settings_ported"}
    compare = {"CHANNELTEST_COMPARE": str(file), "CHANNELTEST_IGNORE": "groups"}
    output = run(ALL, "--parallel", processes, **ported, **compare)
    assert f"compared {len(read(file))} tests with {file}" in output
    assert file.read_bytes() == before


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_difference_fails_the_test(file, processes):
    run(ONE, CHANNELTEST_RECORD=str(file))
    file.write_text(file.read_text().replace('{"muted": "ann"}', '{"muted": "bob"}'))
    labels = [*ONE, "chat.tests.test_plain"]
    output = run(labels, "--parallel", processes, status=1, CHANNELTEST_COMPARE=str(file))
    assert "FAILED (failures=3)" in output
    assert "ModerationTests.test_mute: the consumers do not do what before.json has" in output
    assert "step 1: the test -> chat.mute {'room': 'lounge', 'user': 'ann'}" in output
    assert 'client (number 1), at $.muted\n  recorded: "bob"\n  now:      "ann"' in output
    assert "are new, and not compared:" in output


def test_what_cannot_be_ignored(file):
    output = run(ONE, status=2, CHANNELTEST_RECORD=str(file), CHANNELTEST_IGNORE="closes")
    assert "CHANNELTEST_IGNORE knows frames, channels, groups, members, exceptions" in output


def test_what_no_test_reaches():
    output = run(ONE, status=1, CHANNELTEST_UNCOVERED="90")
    assert "reached 3 of 27 routes, handlers and groups, 11 %, and not 90 %:" in output
    assert "  chat/consumers.py:18: route path=^/ws path=^/chat websocket." in output
    assert "FAILED" not in output
    output = run(ONE, status=2, CHANNELTEST_UNCOVERED="many")
    assert "CHANNELTEST_UNCOVERED is a number of percent, and not 'many'" in output


# Starts the processes of a parallel run in place of forking them, as macOS and Windows do.
SPAWN = (
    "import multiprocessing, sys; multiprocessing.set_start_method('spawn');"
    "from django.core.management import execute_from_command_line as execute; execute(sys.argv)"
)


def test_processes_that_are_started(file):
    run(ONE, CHANNELTEST_RECORD=str(file))
    before = read(file)
    file.unlink()
    done = subprocess.run(
        [sys.executable, "-c", SPAWN, "test", "--noinput", "-v0", "--parallel", "2", *ONE,
         "chat.tests.test_plain", "--settings", "newsroom.settings_today"],
        cwd=NEWSROOM,
        env={**ENVIRONMENT, "PYTHONPATH": f"{ROOT}:{NEWSROOM}", "CHANNELTEST_RECORD": str(file)},
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-5000:]
    records = read(file)
    assert before.items() < records.items()


@pytest.mark.parametrize("processes", ["1", "2"])
def test_tests_that_the_environment_names(file, processes):
    names = file.with_name("tests.txt")
    names.write_text("chat.tests.test_moderation.ModerationTests.test_mute\n")
    labels = [*ONE, "chat.tests.test_plain"]
    environment = {"CHANNELTEST_RECORD": str(file), "CHANNELTEST_TESTS": str(names)}
    run(labels, "--parallel", processes, **environment)
    assert [*read(file)] == ["chat.tests.test_moderation.ModerationTests.test_mute"]


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"CHANNELTEST_COMPARE": "none.json"}, "none.json cannot be read: No such file"),
        ({"CHANNELTEST_COMPARE": "chat"}, "chat cannot be read: Is a directory"),
        ({"CHANNELTEST_COMPARE": "manage.py"}, "manage.py is no record of a suite"),
        ({"CHANNELTEST_RECORD": "none/x.json"}, "x.json cannot be written: No such file"),
    ],
)
def test_files_that_cannot_be_used(environment, message):
    output = run(["chat.tests.test_plain"], status=2, **environment)
    assert output.startswith("CommandError: ") and message in output


class Failures:
    """Keeps the failures that a result passes to the record of a suite."""

    def __init__(self):
        self.found = []

    def failed(self, test, text):
        self.found.append((test, text))

    def passed(self, test):
        return "it differs" if test.endswith("test_differs") else ""


class Cases(unittest.TestCase):
    # They are run by the test below.
    __test__ = False

    def test_passes(self):
        pass

    def test_fails(self):
        self.assertEqual(1, 2)

    def test_raises(self):
        raise ValueError("no")

    def test_subtests(self):
        for number in (1, 2, 3):
            with self.subTest(number=number):
                self.assertEqual(number, 1)

    def test_differs(self):
        pass


@pytest.mark.parametrize(
    ("name", "counts", "texts"),
    [
        ("test_passes", (0, 0), []),
        ("test_fails", (1, 0), ["1 != 2"]),
        ("test_raises", (0, 1), ["ValueError: no"]),
        ("test_subtests", (2, 0), ["2 != 1", "3 != 1"]),
        # The suite knows that already.
        ("test_differs", (1, 0), []),
    ],
)
def test_failures_are_passed_on(name, counts, texts):
    result, suite, case = unittest.TestResult(), Failures(), Cases(name)
    case.run(RecordingResult(result, suite))
    assert (len(result.failures), len(result.errors)) == counts
    assert [test for test, _ in suite.found] == [case.id()] * len(texts)
    for (_, text), expected in zip(suite.found, texts, strict=True):
        assert expected in text and __file__ in text
        # The frames of unittest itself are of no interest.
        assert unittest.case.__file__ not in text
