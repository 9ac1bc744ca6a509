"""A suite recorded and compared under pytest, alone and in several processes."""

from __future__ import annotations

import functools
import json
import subprocess
import sys

import pytest

from ...helpers import ENVIRONMENT, ROOT

SUITE = """
import os

import pytest
from channels.test import ChannelTestCase, TransactionChannelTestCase
from channeltest import apply_routes
from tests.channeltest import rooms
from tests.channeltest.rooms import enter, routes, say, talk

ROUTES = routes(getattr(rooms, os.environ.get("ROOM", "Room")))


@apply_routes(ROUTES)
class Tests(ChannelTestCase):
    def test_talk(self):
        talk("hi", "ho")

    def test_bye(self):
        say(enter(), "bye")

    def test_skipped(self):
        self.skipTest("not now")


@apply_routes(ROUTES)
class TransactionTests(TransactionChannelTestCase):
    def test_1(self):
        talk("one")

    def test_2(self):
        talk("two")


@pytest.mark.django_db
@pytest.mark.channels(routes=ROUTES)
@pytest.mark.parametrize("word", ["a", "b"])
def test_function(word):
    talk(word)


@pytest.mark.django_db(transaction=True)
@pytest.mark.channels(routes=ROUTES)
def test_transaction():
    talk("a")


@pytest.mark.django_db
@pytest.mark.channels(routes=ROUTES)
@pytest.mark.channeltest_ignore("frames")
def test_ignoring():
    say(enter(), "bye")
"""


def run(folder, *arguments, status=0, **environment):
    """Run pytest on the suite in a folder; what it printed."""
    (folder / "test_it.py").write_text(SUITE)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", "."]
    done = subprocess.run(
        [*command, "-c", str(ROOT / "setup.cfg"), *arguments, "test_it.py"],
        cwd=folder,
        env={**ENVIRONMENT, "PYTHONPATH": f"{ROOT}:{folder}", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == status, done.stdout
    return done.stdout


@pytest.fixture
def suite(tmp_path):
    """Run pytest in a folder of the test's own."""
    return functools.partial(run, tmp_path)


RECORD, COMPARE = "--channeltest-record=before.json", "--channeltest-compare=before.json"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """The record of one run in one process."""
    folder = tmp_path_factory.mktemp("recorded")
    run(folder, RECORD, "-p", "no:randomly")
    return (folder / "before.json").read_bytes()


@pytest.mark.parametrize("processes", ["0", "2", "8"])
def test_one_record_in_any_number_of_processes(recorded, suite, tmp_path, processes):
    seeds = {"PYTHONHASHSEED": processes}
    output = suite("-n", processes, f"--randomly-seed={processes}", RECORD, **seeds)
    assert "recorded 8 tests in" in output
    assert (tmp_path / "before.json").read_bytes() == recorded


@pytest.mark.parametrize("processes", ["0", "2"])
def test_compare(suite, processes):
    suite(RECORD)
    assert "compared 8 tests with" in suite("-n", processes, COMPARE, ROOM="NewRoom")
    output = suite("-n", processes, COMPARE, status=1, ROOM="OtherCode")
    assert "1 failed, 7 passed, 1 skipped" in output
    assert "test_it.py::Tests::test_bye: the consumers do not do what before.json has" in output
    assert "client (number 2)\n  recorded: close 4001\n  now:      close 4002" in output


def test_ignore(suite):
    suite(RECORD)
    suite(COMPARE, "--channeltest-ignore=frames", ROOM="OtherCode")
    output = suite(COMPARE, "--channeltest-ignore=closes", status=4)
    assert "--channeltest-ignore knows frames, channels, groups, members, exceptions" in output


def test_a_part_of_the_suite(suite, tmp_path):
    suite(RECORD)
    before = (tmp_path / "before.json").read_bytes()
    output = suite(RECORD, "-k", "talk", ROOM="NewRoom")
    assert "recorded 1 tests in" in output
    assert "kept 7 that did not run, or not pass" in output
    assert (tmp_path / "before.json").read_bytes() != before
    assert "7 did not run or not pass, and are not compared:" in suite(COMPARE, "-k", "talk")


def test_a_file_that_is_no_record(suite, tmp_path):
    (tmp_path / "before.json").write_text(json.dumps({"schema": "other"}))
    assert "is no record of a suite" in suite(COMPARE, status=4)


def test_a_file_that_is_not_there(suite):
    assert "No such file" in suite(COMPARE, status=4)


def test_what_no_test_reaches(suite):
    assert "routes, handlers and groups" in suite("-k", "talk", "--channeltest-uncovered=0")
    output = suite("--channeltest-uncovered=most", status=4)
    assert "--channeltest-uncovered takes percent, and not 'most'" in output


def test_tests_that_the_environment_names(suite, tmp_path):
    (tmp_path / "tests.txt").write_text("test_it.py::test_transaction\ntest_it.Tests.test_talk\n")
    output = suite(RECORD, CHANNELTEST_TESTS=str(tmp_path / "tests.txt"))
    assert "2 passed" in output and "7 deselected" in output
    assert "recorded 2 tests in" in output


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--channeltest-compare=none.json", "none.json cannot be read: No such file"),
        ("--channeltest-compare=.", "cannot be read: Is a directory"),
        ("--channeltest-record=none/x.json", "x.json cannot be written: No such file"),
    ],
)
def test_files_that_cannot_be_used(suite, option, message):
    output = suite(option, status=4)
    assert "ERROR: " in output and message in output
