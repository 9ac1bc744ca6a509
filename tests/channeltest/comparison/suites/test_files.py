"""Files of records come back as they were, and anything else is a clear error."""

from __future__ import annotations

import pytest

from channeltest.comparison.suites.files import UnreadableRecord, read, uncovered, write
from channeltest.record.events import Event
from channeltest.record.schema import Record

EVENT = Event("frame", "Room", "client", "<client>", "Room", {"text": "a", "b": b"\n"}, step=1)
RECORDS = [Record("test_b", (EVENT,)), Record("test_a", (EVENT, EVENT)), Record("test_c")]


@pytest.fixture
def file(tmp_path):
    write(tmp_path / "before.json", RECORDS)
    return tmp_path / "before.json"


def test_there_and_back(file):
    assert read(file) == {record.test: record for record in RECORDS}
    assert [each.name for each in file.parent.iterdir()] == ["before.json"]


def test_the_order_of_records_does_not_show(file):
    before = file.read_bytes()
    write(file, reversed(RECORDS))
    assert file.read_bytes() == before


def lines_changed(file, change):
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(change(lines)))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lines: [], "is no record of a suite: its first line is ''"),
        (lambda lines: ["[1]\n", *lines], "is no record of a suite"),
        (lambda lines: ["no JSON\n"], "is no record of a suite"),
        (
            lambda lines: [lines[0].replace('"version": 1', '"version": 7'), *lines[1:]],
            "has layout 7, and layout 1 is read here: record it again",
        ),
        (lambda lines: lines[:1], "was cut off"),
        (lambda lines: lines[:-1], "was cut off"),
        (lambda lines: [*lines[:-2], lines[-2][:20]], "was cut off"),
        (lambda lines: [*lines[:-2], lines[-1]], "lines are missing"),
        (lambda lines: [*lines[:2], "rubbish\n", *lines[2:]], "line 2 is none of a record"),
    ],
)
def test_what_cannot_be_read(file, change, message):
    lines_changed(file, change)
    with pytest.raises(UnreadableRecord, match=message) as caught:
        read(file)
    assert str(file) in str(caught.value)


def test_what_no_test_reached(tmp_path):
    path = tmp_path / "before.json"
    write(path, [], ["a.py:1: route x -> y"])
    assert uncovered(path) == ["a.py:1: route x -> y"]
    write(path, [])
    assert uncovered(path) == []
