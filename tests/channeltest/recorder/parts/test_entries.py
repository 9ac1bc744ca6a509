"""Entries have what happened and the consumer that did it."""

from __future__ import annotations

import threading

import pytest

from channeltest.record import content
from channeltest.recorder.parts.entries import describe, entries, note, running


@pytest.fixture(autouse=True)
def empty():
    yield
    del entries[:]
    running.consumer = None


def test_the_tests_own():
    note("join", "g", None, ["a"])
    assert entries == [("join", "g", None, None, ["a"])]


def test_a_consumers():
    running.consumer = "Room"
    note("send", "c", {"n": 1})
    assert entries == [("send", "c", {"n": 1}, "Room", [])]


def test_another_thread_runs_no_consumer():
    running.consumer = "Room"
    thread = threading.Thread(target=note, args=("new", "c"))
    thread.start()
    thread.join()
    assert entries == [("new", "c", None, None, [])]


class Unreadable(Exception):
    def __str__(self):
        raise RuntimeError


@pytest.mark.parametrize("error", [ValueError("no"), KeyError("k"), OSError(), Unreadable()])
def test_errors(error):
    assert describe(error) == content.describe(error)
