from __future__ import annotations

import pytest

from channeltest.sources import files
from channeltest.upgrade.prove.checkout import Checkout
from channeltest.upgrade.prove.proving import Proving
from channeltest.upgrade.prove.suite import Suite
from tests.channeltest.upgrade.prove.checkouts import COMMAND, commit, contents, write_suite


def prove(folder, *fixers):
    """Prove a project; return the result, and what the worktree holds in the end."""
    checkout, told = Checkout([folder], folder), []
    with checkout.worktree() as worktree:
        suite = Suite(COMMAND, checkout, worktree)
        result = Proving(worktree, suite, ["function_consumers", *fixers], told.append).run()
        return result, contents(worktree.root), told


def names(conversions):
    return [each.conversion.name.rpartition(".")[2] for each in conversions]


def test_what_is_kept(folder):
    result, after, told = prove(folder)
    assert (names(result.kept), result.restored, result.tests) == (["one", "two", "three"], [], 3)
    assert after != contents(folder)
    assert told[0] == "records the suite"


def test_all_restored_is_what_was_there(folder):
    write_suite(folder, wrong={"one": "one", "two": "two", "elsewhere": "three"})
    commit(folder)
    result, after, _ = prove(folder)
    assert (result.kept, names(result.restored)) == ([], ["one", "two", "three"])
    assert after == contents(folder)


@pytest.mark.parametrize("time", ["one", "elsewhere"])
def test_a_test_that_shows_the_time(folder, time):
    write_suite(folder, time=time)
    commit(folder)
    result, _, _ = prove(folder)
    assert (names(result.kept), result.restored) == (["one", "two", "three"], [])


def test_a_test_that_shows_the_time_beside_a_wrong_conversion(folder):
    write_suite(folder, wrong={"two": "two"}, time="one")
    commit(folder)
    result, _, _ = prove(folder)
    assert (names(result.kept), names(result.restored)) == (["one", "three"], ["two"])


@pytest.mark.parametrize("cause", ["one", "two", "three"])
def test_one_that_another_test_shows(folder, cause):
    write_suite(folder, wrong={"elsewhere": cause})
    commit(folder)
    result, _, _ = prove(folder)
    assert names(result.restored) == [cause]
    assert len(result.kept) == 2


def test_a_file_that_cannot_be_written(folder, monkeypatch):
    def refuse(source, target):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files.os, "replace", refuse)
    with pytest.raises(files.SourceError, match="cannot be written: Permission denied"):
        prove(folder)


def test_lines_that_tests_reach(folder):
    write_suite(folder, lost={})
    commit(folder)
    result, _, _ = prove(folder)
    assert names(result.kept) == ["one", "two", "three"]
    assert [each.reach for each in result.kept] == [(1, 1, 1, 1)] * 3
    assert (result.reach, result.unmeasured) == ((3, 3, 3, 3), "")
    # The record of no test has the last one.
    assert [str(each.proof) for each in result.kept] == [
        "connect: 1 frame in 1 test",
        "connect: 1 frame in 1 test",
        "its statements in 1 test",
    ]


def test_lines_that_are_not_measured(folder):
    result, _, _ = prove(folder)
    assert [each.reach for each in result.kept] == [None] * 3
    assert (result.reach, result.unmeasured) == (None, "the run has not measured them")


def test_a_consumer_that_is_not_reached_any_more(folder):
    write_suite(folder, lost={"one": "one"})
    commit(folder)
    result, _, _ = prove(folder)
    assert (names(result.kept), names(result.restored)) == (["two", "three"], ["one"])
    assert "app/consumers.py: tests" in result.restored[0].reason
    assert "of OneConsumer.connect" in result.restored[0].reason


def test_a_function_that_is_not_reached_any_more_in_another_test(folder):
    write_suite(folder, lost={"elsewhere": "one"})
    commit(folder)
    result, _, _ = prove(folder)
    assert (names(result.kept), names(result.restored)) == (["two", "three"], ["one"])
    assert "of three was reached by tests, and is not any more" in result.restored[0].reason


def test_an_application_that_no_test_imports(folder):
    layer = "{'BACKEND': 'asgiref.inmemory.ChannelLayer', 'ROUTING': 'app.routing.r'}"
    (folder / "settings.py").write_text(f"CHANNEL_LAYERS = {{'default': {layer}}}\n")
    commit(folder)
    result, _, _ = prove(folder, "application")
    assert names(result.kept) == ["one", "two", "three", "application"]
    assert [str(each.proof) for each in result.kept][-1] == "no test reaches it"


def test_one_that_is_the_same_with_what_follows(folder):
    write_suite(folder, needs={"one": "two"})
    commit(folder)
    result, _, told = prove(folder)
    assert (names(result.kept), result.restored) == (["two", "three", "one"], [])
    assert [each.proof.handlers for each in result.kept][-1] == {"connect": 1}
    assert "app.consumers.one: the same, with what follows" in told


def test_one_that_differs_with_what_follows_too(folder):
    write_suite(folder, wrong={"one": "one"})
    commit(folder)
    result, _, told = prove(folder)
    assert (names(result.kept), names(result.restored)) == (["two", "three"], ["one"])
    assert told.count("app.consumers.one: differs with what follows, too") == 1
