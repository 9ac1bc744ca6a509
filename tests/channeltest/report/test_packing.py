"""The data of a report: unpacked, it is what was packed; and it is short."""

from __future__ import annotations

import base64
import itertools
import json
import zlib

from channeltest.report.packing import packed
from channeltest.report.pairs import Pair
from channeltest.report.results import STATUSES, Result, results
from channeltest.report.rows import rows

from .records import record, run, suite


def unpacked(text):
    """The data as the script reads it."""
    data = json.loads(zlib.decompress(base64.b64decode(text)))
    *columns, is_step = data["rows"]
    columns = [list(itertools.accumulate(column)) for column in columns]
    every = [
        (*(data["texts"][number] for number in row), bool(step))
        for *row, step in zip(*columns, is_step, strict=True)
    ]
    data["records"] = [
        [every[number] for number in itertools.accumulate(each)] for each in data["records"]
    ]
    return data


def test_records():
    found = [record({"text": "hi"}, test="a"), record({"text": "hi"}, {"close": 1}, test="b")]
    data = unpacked(packed(results(run(*found)), {"before": "x"}))
    assert data["before"] == "x"
    assert [data["texts"][test[0]] for test in data["tests"]] == ["a", "b"]
    assert [data["statuses"][test[1]] for test in data["tests"]] == ["passed", "passed"]
    for each, (*_, before, after, pairs) in zip(found, data["tests"], strict=True):
        assert before == -1 and pairs == []
        assert data["records"][after] == [tuple(row) for row in rows(each.events)]


def test_a_comparison():
    pairs = (Pair("a", "b", True), Pair(None, "c", False))
    old, new = record({"text": "a"}), record({"text": "b"})
    data = unpacked(packed([Result("x", "differs", "text", old, new, pairs)], {}))
    [[name, status, text, before, after, numbers]] = data["tests"]
    texts = data["texts"]
    assert (texts[name], STATUSES[status], texts[text]) == ("x", "differs", "text")
    assert before != after
    assert [texts[number] for number in (numbers[0], numbers[1], numbers[4])] == ["a", "b", "c"]
    assert (numbers[2], numbers[3], numbers[5]) == (1, -1, 0)


def test_the_same_record_is_there_once():
    old, new = record({"text": "a"}), record({"text": "a"})
    data = unpacked(packed([Result("x", "same", "", old, new)], {}))
    assert len(data["records"]) == 1


def test_nothing():
    assert unpacked(packed([], {}))["tests"] == []


def test_it_is_short():
    # 500 tests with 10 frames to a client, and as many from it.
    assert len(packed(results(run(*suite(500, 20))), {})) < 200_000
