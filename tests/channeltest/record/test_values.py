"""Values in JSON come back as they were."""

from __future__ import annotations

import datetime
import decimal
import json
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channeltest.record.content import Snapshot
from channeltest.record.values import from_json, to_json

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
