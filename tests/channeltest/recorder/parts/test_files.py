"""Files have the layout of `channeltest`'s own."""

from __future__ import annotations

import pytest

from channeltest.record.schema import Record, dumps
from channeltest.recorder.parts.files import read, records
from tests.channeltest.record.test_schema import EVENTS

RECORDS = [Record("test_a", EVENTS), Record("test_b")]


@pytest.fixture
def file(tmp_path):
    from channeltest.comparison.suites.files import write

    write(tmp_path / "before.json", dumps(RECORDS))
    return tmp_path / "before.json"


def test_one_that_channeltest_wrote(file):
    lines = read(file)
    assert {test: len(each) for test, each in lines.items()} == {"test_a": 5, "test_b": 1}
    assert [line for each in lines.values() for line in each] == file.read_text().splitlines(
        keepends=True
    )[1:-1]


def test_the_last_record_of_a_test_counts(file):
    lines = file.read_text().splitlines(keepends=True)[1:-1]
    assert records([*lines, lines[0]]) == {"test_a": lines[:1], "test_b": lines[-1:]}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: "no json",
        lambda text: text.replace('"version": 1', '"version": 2', 1),
        lambda text: text.replace('{"tests": 2}', ""),
        lambda text: text.replace('{"tests": 2}', '{"tests": 3}'),
    ],
)
def test_what_is_no_record(file, change):
    file.write_text(change(file.read_text()))
    with pytest.raises(ValueError, match=r"before\.json is no record of a suite"):
        read(file)
