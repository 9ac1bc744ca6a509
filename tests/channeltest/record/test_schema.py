"""Records as JSON lines: complete, stable, and merged from several processes."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from channeltest.record.content import Snapshot
from channeltest.record.events import Event
from channeltest.record.schema import Record, dumps, loads, merge

EVENTS = (
    Event("consume", "client", "Room", "websocket.connect", "Room", {"path": "/"}, step=1),
    Event("frame", "Room", "client", "<client>", "Room", {"bytes": b"a", "t": (1,)}, step=1),
    Event("group", "Room", "group g", "g", "Room", {"u": Snapshot("U")}, ("client",), True, 1),
    Event("nothing", "client", "client", "<client>"),
)


def test_to_json_and_back():
    records = [Record("test_a", EVENTS), Record("test_b"), Record("test_c", EVENTS[:1], lost=True)]
    assert loads(dumps(records)) == records


def test_lines():
    head, consume, *_, nothing = map(json.loads, dumps([Record("test_a", EVENTS)]).splitlines())
    assert head == {"schema": "channeltest.record", "version": 1, "test": "test_a"}
    assert consume == {
        "kind": "consume",
        "source": "client",
        "target": "Room",
        "channel": "websocket.connect",
        "consumer": "Room",
        "content": {"path": "/"},
        "step": 1,
    }
    assert nothing.keys() == {"kind", "source", "target", "channel"}


@pytest.mark.parametrize("back", [copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_copies(back):
    record = Record("test_a", EVENTS)
    assert back(record) == record


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no json\n", "line 1"),
        ('{"kind": "send"}\n', "line 1"),
        ('{"schema": "channeltest.record", "version": 2, "test": "t"}\n', "version 1 of"),
        ('{"schema": "other", "version": 1, "test": "t"}\n', "version 1 of channeltest.record"),
        (dumps([Record("t")]) + '{"colour": 1}\n', "line 2"),
        (dumps([Record("t")]) + "3\n", "line 2"),
    ],
)
def test_what_is_no_record(text, message):
    with pytest.raises(ValueError, match=message):
        loads(text)


class TestMerge:
    def test_sorts_by_test(self):
        merged = merge([Record("b"), Record("c")], [Record("a")])
        assert [record.test for record in merged] == ["a", "b", "c"]

    def test_the_same_record_twice_is_one(self):
        assert merge([Record("a", EVENTS)], [Record("a", EVENTS)]) == [Record("a", EVENTS)]

    def test_two_that_differ(self):
        with pytest.raises(ValueError, match="two different records of a"):
            merge([Record("a", EVENTS)], [Record("a")])


def test_an_order_that_no_run_decides():
    step = EVENTS[0]
    one, other = EVENTS[1], EVENTS[1]._replace(target="client 2")
    later = EVENTS[1]._replace(content={"text": "b"})
    first = Record("t", (step, other, one, later)).ordered()
    assert first == Record("t", (step, one, later, other)).ordered()
    assert first.events == (step, one, later, other)
