"""Entries: what is kept of a test, and for how long."""

from __future__ import annotations

import threading

import pytest

from channeltest.record import entries


@pytest.fixture(autouse=True)
def test_of_its_own():
    entries.begin()
    yield
    entries.end()


def kinds(excerpt):
    return [entry[0] for entry in excerpt.entries]


def test_since_a_mark():
    entries.record("send", "before")
    mark = entries.now()
    entries.record("send", "c", {"n": 1})
    entries.record("nothing", "c")
    assert kinds(entries.since(mark)) == ["send", "nothing"]
    assert not entries.since(mark).lost


def test_since_the_test_began():
    entries.record("send", "c")
    assert kinds(entries.since(entries.beginning())) == ["send"]


def test_without_a_beginning_it_is_the_first_call():
    """As in a test of Django's runner that has communicators and no captive layers."""
    with pytest.MonkeyPatch.context() as patched:
        # pytest's plugin begins the record of every test.
        patched.setattr(entries, "_begun", [])
        mark = entries.beginning()
        entries.record("send", "c")
        assert entries.beginning() is mark
        entries.forget()
        assert entries.beginning() is not mark
        entries.forget()


def test_few_are_kept():
    mark = entries.now()
    for _ in range(entries.LIMIT + 1):
        entries.record("send", "c")
    excerpt = entries.since(mark)
    assert len(excerpt.entries) == entries.LIMIT
    assert excerpt.lost


def test_all_are_kept_on_request():
    entries.keep_all()
    mark = entries.now()
    for _ in range(entries.LIMIT + 1):
        entries.record("send", "c")
    assert entries.keeps_all()
    assert len(entries.since(mark).entries) == entries.LIMIT + 1
    entries.keep_few()
    assert not entries.keeps_all()
    assert len(entries.since(mark).entries) == entries.LIMIT


def test_a_test_within_a_test_is_forgotten_with_it():
    entries.begin()
    entries.record("send", "c")
    entries.end()
    assert kinds(entries.since(entries.beginning())) == []


def test_consuming():
    with entries.consuming("c", {"n": 1}, len):
        assert entries.source_now() is len
        entries.record_crossing("send", "d")
    assert entries.source_now() is None
    consume, send = entries.since(entries.beginning()).entries
    assert (consume[0], consume[3], send[0], send[3]) == ("consume", len, "send", len)


@pytest.mark.parametrize(("error", "recorded"), [(ValueError, True), (KeyboardInterrupt, False)])
def test_consuming_with_an_exception(error, recorded):
    with pytest.raises(error), entries.consuming("c", {}, len):
        raise error
    assert ("error" in kinds(entries.since(entries.beginning()))) is recorded


def test_any_thread():
    threads = [threading.Thread(target=entries.record, args=("send",)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kinds(entries.since(entries.beginning())) == ["send"] * 20


def test_sources_of_entries_whether_all_are_kept_or_few():
    mark = entries.now()
    entries.record("send", "c", source=len)
    entries.keep_all()
    entries.record("send", "c", source=len)
    within = entries.since(mark)
    entries.keep_few()
    entries.record("send", "c", source=len)
    assert [entry[3] for entry in within.entries] == [len] * 2
    assert [entry[3] for entry in entries.since(mark).entries] == [len] * 3


def test_what_the_harness_ends_is_no_part_of_the_test():
    mark = entries.now()
    entries.record("send", "c")
    with entries.ending():
        entries.record("join", "g")
    entries.record("leave", "g")
    excerpt = entries.since(mark)
    assert kinds(excerpt.of_test()) == ["send", "end", "leave"]
    assert "join" in kinds(excerpt)
