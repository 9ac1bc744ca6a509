"""Events are plain data, and say of what kind they are."""

from __future__ import annotations

import pickle

from channeltest.record.events import TEST, Event, is_client, is_step


def test_events_are_data():
    event = Event("send", TEST, "channel c", "c", content={"n": 1})
    assert pickle.loads(pickle.dumps(event)) == event


def test_kinds_of_names_and_events():
    assert [is_client(name) for name in ("client", "client 2", "clients", TEST)] == [
        True, True, False, False
    ]  # fmt: skip
    event = Event("send", TEST, "channel c", "c")
    assert is_step(event)
    assert not is_step(event._replace(consumer="len"))
