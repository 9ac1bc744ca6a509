"""Records as JSON lines: complete, stable, and merged from several processes."""

from __future__ import annotations

import copy
import datetime
import decimal
import json
import pickle
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channeltest.record.content import Snapshot
from channeltest.record.events import Event
from channeltest.record.schema import Record, dumps, from_json, loads, merge, to_json

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


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.complex_numbers(allow_nan=False)
    | st.text()
    | st.binary()
    | st.decimals(allow_nan=False)
    | st.uuids()
    | st.datetimes()
    | st.dates()
    | st.times()
    | st.timedeltas()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(), inner)
        | st.sets(st.integers() | st.text())
        | st.frozensets(st.binary())
        | st.builds(lambda value: Snapshot("app.C", (("a", value),)), inner)
    ),
    max_leaves=10,
)


@given(VALUES)
def test_any_value(value):
    back = from_json(json.loads(json.dumps(to_json(value))))
    assert back == value
    assert repr(type(back)) == repr(type(value))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (b"hi\n", {"$bytes": "68690a"}),
        ((1, 2), {"$tuple": [1, 2]}),
        ({"b", "a"}, {"$set": ["a", "b"]}),
        ({1: "one"}, {"$dict": [[1, "one"]]}),
        ({"$bytes": "x"}, {"$dict": [["$bytes", "x"]]}),
        (decimal.Decimal("1.10"), {"$decimal": "1.10"}),
        (float("inf"), {"$float": "inf"}),
        (uuid.UUID(int=1), {"$uuid": "00000000-0000-0000-0000-000000000001"}),
        (datetime.timedelta(1, 2, 3), {"$timedelta": [1, 2, 3]}),
        (Snapshot("auth.User", (("pk", 3),)), {"$snapshot": ["auth.User", [["pk", 3]]]}),
    ],
)
def test_schema(value, written):
    assert to_json(value) == written
    assert from_json(written) == value


def test_an_object_is_written_as_its_snapshot():
    assert to_json(object()) == {"$snapshot": ["object", []]}


def test_what_is_no_kind_of_value():
    with pytest.raises(ValueError, match=r"\$other is no kind of value"):
        from_json([{"$other": 1}])
