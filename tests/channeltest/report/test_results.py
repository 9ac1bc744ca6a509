"""What a report says of each test, and in which order."""

from __future__ import annotations

import pytest

from channeltest.comparison.suites.files import write
from channeltest.comparison.suites.old_records import OldRecords
from channeltest.comparison.suites.run import Verdict
from channeltest.record.schema import dumps
from channeltest.report.pairs import Pair
from channeltest.report.results import results
from channeltest.report.rows import MOST

from .records import record, run


@pytest.fixture
def old(tmp_path):
    """Writes old records, and reads them."""

    def old(*records):
        write(tmp_path / "before.json", dumps(records))
        return OldRecords([tmp_path / "before.json"])

    return old


def statuses(found):
    return [(each.name, each.status) for each in results(found)]


def test_without_a_comparison():
    found = run(
        record(test="b"), record(test="a"), record(test="c"), verdicts={"c": Verdict("no", True)}
    )
    assert statuses(found) == [("c", "failed"), ("a", "passed"), ("b", "passed")]


def test_with_a_comparison(old):
    before = old(*(record({"text": "a"}, test=name) for name in ("same", "gone", "other")))
    records = [record({"text": "a"}, test=name) for name in ("same", "new", "red")]
    verdicts = {"red": Verdict("no", True), "other": Verdict("differs", False)}
    other = record({"text": "b"}, test="other")
    assert statuses(run(*records, other, verdicts=verdicts, old=before)) == [
        ("red", "failed"), ("other", "differs"), ("gone", "not run"), ("new", "new"),
        ("same", "same"),
    ]  # fmt: skip


def test_either_runner_s_names(old):
    before = old(record(test="chat.tests.T.test_a"))
    assert statuses(run(record(test="chat/tests.py::T::test_a"), old=before)) == [
        ("chat/tests.py::T::test_a", "same")
    ]


def test_pairs_of_what_differs(old):
    before = old(record({"text": "a"}))
    after = record({"text": "b"})
    verdicts = {after.test: Verdict(before.describe(after, ()), False)}
    [found] = results(run(after, verdicts=verdicts, old=before))
    assert found.text.endswith("\n  recorded: text 'a'\n  now:      text 'b'")
    assert found.pairs[1:] == (Pair("client <- text 'a'", "client <- text 'b'", False),)
    [found] = results(run(record({"text": "a"}), old=before))
    assert found.pairs == ()


def test_pairs_without_what_may_differ(old):
    after = record({"text": "b"})
    verdicts = {after.test: Verdict("red", True, ("frames",))}
    [found] = results(run(after, verdicts=verdicts, old=old(record({"text": "a"}))))
    assert [pair.old == pair.new for pair in found.pairs] == [True]


def test_a_test_that_failed_before_it_had_a_record():
    [found] = results(run(verdicts={"a": Verdict("no database", True)}))
    assert (found.name, found.status, found.after) == ("a", "failed", None)


def test_a_failure_s_text():
    def text(failure):
        return results(run(verdicts={"a": Verdict(failure, True)}))[0].text

    assert text("no\nThe record, in order:\n  client -> Room") == "no"
    below = "E   no\nE   The record, in order (…):\nE     a\nE     b\n\nt.py:1: Error"
    assert text(below) == "E   no\n\nt.py:1: Error"
    assert text("a" * MOST + "end").startswith("\u2026a") and text("a" * MOST + "end")[-3:] == "end"
    assert len(text("a" * MOST + "end")) == MOST
