"""One run of a suite: what is recorded, what stays in the file, and what is said in the end."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from channels import Channel
from channels.routing import route
from channels.test import Client

from channeltest import captive_layers
from channeltest.comparison.suites.files import UnreadableRecord, read, versions
from channeltest.comparison.suites.record import PARTS, SuiteRecord
from channeltest.comparison.suites.run import Verdict


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """A run of its own, also while this suite itself is recorded."""
    monkeypatch.delenv(PARTS, raising=False)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "before.json"


def run(tests, record=None, compare=(), ignore=()):
    """Run tests that send a number each, ``None`` if they fail; the failures and the lines."""
    suite = SuiteRecord(record, [compare] if isinstance(compare, Path) else compare, ignore)
    suite.start()
    failures = {}
    for name, number in tests.items():
        with captive_layers():
            suite.begin()
            if number is None:
                suite.cancel()
                continue
            Channel("c").send({"n": number})
            text = suite.passed(name)
            if text:
                failures[name] = text
    return failures, suite.finish()


def test_record(file):
    failures, lines = run({"test_b": 2, "test_a": 1}, record=file)
    assert failures == {}
    assert lines == [f"recorded 2 tests in {file}"]
    assert list(read(file)) == ["test_a", "test_b"]
    assert PARTS not in os.environ


def test_what_does_not_pass_stays_as_it_was(file):
    run({"test_a": 1, "test_b": 2, "test_c": 3}, record=file)
    before = read(file)
    _, lines = run({"test_a": None, "test_b": 4}, record=file)
    after = read(file)
    assert lines == [f"recorded 1 tests in {file}; kept 2 that did not run, or not pass"]
    assert [after[name] == before[name] for name in ("test_a", "test_b", "test_c")] == [
        True, False, True
    ]  # fmt: skip


def test_compare(file):
    run({"test_a": 1, "test_b": 2}, record=file)
    before = file.read_bytes()
    failures, lines = run({"test_a": 1, "test_b": 3}, compare=file)
    assert list(failures) == ["test_b"]
    assert "test_b: the consumers do not do what before.json has" in failures["test_b"]
    assert lines == [f"compared 2 tests with {file}"]
    assert file.read_bytes() == before


def test_what_is_not_compared_is_named(file):
    run({"test_a": 1, "test_b": 2, "test_c": 3, "test_d": 4}, record=file)
    failures, lines = run({"test_a": 1, "test_new": 9, "test_renamed": 3}, compare=file)
    assert failures == {}
    assert lines == [
        f"compared 1 tests with {file}",
        *("2 did not run or not pass, and are not compared:", "  test_b", "  test_d"),
        *("1 are new, and not compared:", "  test_new"),
        *("1 have other names now, and the same record:", "  test_c -> test_renamed"),
    ]


def test_long_lists_are_cut(file):
    run({f"test_{number}": number for number in range(30)}, record=file)
    assert "  ... and 20 more" in run({}, compare=file)[1]


def test_a_file_that_is_no_record(file):
    file.write_text("{}")
    for argument in ("record", "compare"):
        with pytest.raises(UnreadableRecord):
            SuiteRecord(file) if argument == "record" else SuiteRecord(None, [file])
    assert PARTS not in os.environ


def test_a_file_that_is_not_there(file):
    with pytest.raises(UnreadableRecord, match="cannot be read: No such file or directory"):
        SuiteRecord(None, [file])


@pytest.mark.parametrize(("least", "too_little"), [(0, False), (50, False), (51, True)])
def test_what_no_test_reaches(file, settings, least, too_little):
    settings.ASGI_APPLICATION = None
    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": "x", "ROUTING": [route(name, print) for name in ("c", "d")]}
    }
    suite = SuiteRecord(file, least=least)
    suite.start()
    suite.begin()
    with captive_layers():
        client = Client()
        client.send_and_consume("c")
    assert suite.passed("test_a") == ""
    _, first, *others = suite.finish()
    assert suite.too_little is too_little
    more = ", and not 51 %" if too_little else ""
    assert first == f"reached 1 of 2 routes, handlers and groups, 50 %{more}:"
    assert others == ["  (no source): route d -> builtins.builtin_function_or_method"]
    assert json.loads(file.read_text().splitlines()[-1]) == {
        "tests": 1,
        "uncovered": [others[0].strip()],
    }
    assert list(read(file)) == ["test_a"]


def reported(tests, compare=(), fail=()):
    """What a report gets of tests, as `run` runs them; those of ``fail`` fail afterwards."""
    found = []
    suite = SuiteRecord(None, compare, report=lambda run: found.append(run) or "reported")
    suite.start()
    for name, number in tests.items():
        with captive_layers():
            suite.begin()
            Channel("c").send({"n": number})
            if name in fail:
                suite.failed(name, "AssertionError")
            else:
                suite.passed(name)
    assert suite.finish()[-1] == "reported"
    [run] = found
    return run


def test_a_report_has_the_records_of_tests_that_fail(file):
    found = reported({"test_a": 1, "test_b": 2}, fail=["test_b"])
    assert sorted(found.records) == ["test_a", "test_b"]
    assert found.records["test_b"].events[0].content == {"n": 2}
    assert found.verdicts == {"test_b": Verdict("AssertionError", True)}
    assert found.old is None and found.versions == versions()


def test_a_report_has_what_differs(file):
    run({"test_a": 1, "test_b": 2}, record=file)
    found = reported({"test_a": 1, "test_b": 3}, compare=[file])
    assert list(found.verdicts) == ["test_b"]
    assert not found.verdicts["test_b"].failed
    assert "do not do what before.json has" in found.verdicts["test_b"].text
    assert found.old is not None and list(found.old) == ["test_a", "test_b"]


def test_a_report_has_what_no_test_reaches(settings):
    settings.ASGI_APPLICATION = None
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "x", "ROUTING": [route("c", print)]}}
    [line] = reported({"test_a": 1}).uncovered
    assert "route c" in line


def test_a_report_has_all_failures_of_a_test():
    found = []
    suite = SuiteRecord(None, report=lambda run: found.append(run) or "")
    suite.start()
    suite.begin()
    for text in ("one", "two"):
        suite.failed("test_a", text)
    suite.finish()
    assert found[0].verdicts == {"test_a": Verdict("one\ntwo", True)}
    assert list(found[0].records) == ["test_a"]


def test_without_a_report_no_failure_is_kept(file):
    suite = SuiteRecord(file)
    suite.start()
    suite.begin()
    suite.failed("test_a", "text")
    assert suite.finish() == [f"recorded 0 tests in {file}"]
