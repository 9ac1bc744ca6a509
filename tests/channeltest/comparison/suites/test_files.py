"""Files of records come back as they were, and anything else is a clear error."""

from __future__ import annotations

import pytest

from channeltest.comparison.suites.files import (
    Stored,
    UnreadableRecord,
    UnwritableRecord,
    check_writable,
    read,
    uncovered,
    write,
)
from channeltest.record.events import Event
from channeltest.record.schema import Record, dumps

EVENT = Event("frame", "Room", "client", "<client>", "Room", {"text": "a", "b": b"\n"}, step=1)
RECORDS = [Record("test_b", (EVENT,)), Record("test_a", (EVENT, EVENT)), Record("test_c")]


@pytest.fixture
def file(tmp_path):
    write(tmp_path / "before.json", dumps(RECORDS))
    return tmp_path / "before.json"


def test_there_and_back(file):
    assert read(file) == {record.test: record for record in RECORDS}
    assert [each.name for each in file.parent.iterdir()] == ["before.json"]


def test_the_order_of_records_does_not_show(file):
    before = file.read_bytes()
    write(file, "".join(dumps([each]) for each in RECORDS))
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
        (lambda lines: [*lines[:2], "rubbish\n", *lines[2:]], "line 3 is none of a record"),
    ],
)
def test_what_cannot_be_read(file, change, message):
    lines_changed(file, change)
    with pytest.raises(UnreadableRecord, match=message) as caught:
        read(file)
    assert str(file) in str(caught.value)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda file: None, "cannot be read: No such file or directory"),
        (lambda file: file.mkdir(), "cannot be read: Is a directory"),
        (lambda file: file.symlink_to(file), "cannot be read: Too many levels of symbolic links"),
        (lambda file: file.write_bytes(b"\xff\xfe"), "is no record of a suite: it is not UTF-8"),
    ],
)
def test_what_is_no_file_of_text(tmp_path, make, message):
    file = tmp_path / "other.json"
    make(file)
    with pytest.raises(UnreadableRecord, match=message) as caught:
        read(file)
    assert str(file) in str(caught.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [("folder", "Is a directory"), ("none/x.json", "No such file or directory")],
)
@pytest.mark.parametrize("function", [check_writable, lambda file: write(file, "")])
def test_what_cannot_be_written(tmp_path, name, message, function):
    (tmp_path / "folder").mkdir()
    with pytest.raises(UnwritableRecord, match=f"{name} cannot be written: {message}"):
        function(tmp_path / name)
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]


def test_a_check_leaves_a_record_alone(file):
    before = file.read_bytes()
    check_writable(file)
    assert [each.name for each in file.parent.iterdir()] == [file.name]
    assert file.read_bytes() == before


def test_what_no_test_reached(tmp_path):
    path = tmp_path / "before.json"
    write(path, "", ["a.py:1: route x -> y"])
    assert uncovered(path) == ["a.py:1: route x -> y"]
    write(path, "")
    assert uncovered(path) == []


class TestStored:
    def test_each_record_by_the_name_of_its_test(self):
        stored = Stored(dumps(RECORDS))
        assert dict(stored) == {each.test: each for each in RECORDS}
        assert len(stored) == len(RECORDS)
        assert "".join(stored.texts.values()) == dumps(RECORDS)

    def test_of_two_of_one_test_the_last_counts(self):
        assert Stored(dumps([Record("a", (EVENT,))]) + dumps([Record("a")]))["a"] == Record("a")

    def test_none(self):
        assert dict(Stored("")) == {}
