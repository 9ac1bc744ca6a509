"""Transcripts: what is random in a conversation has fixed names, and what counts is kept."""

from __future__ import annotations

import pytest

from channeltest.comparison.transcript import difference, transcript
from channeltest.record.events import Event, Reading

CLIENTS = {"defaultAbCdE": "client 1", "defaultFgHiJ": "client 2"}
OWNERS = {"specific.inmemory!x": "client 1", "specific.inmemory!y": "new channel 2"}


def lines(*events, ignore=()):
    return transcript(Reading(list(events), CLIENTS, OWNERS), ignore)


def frame(content, target="client 1"):
    return Event("frame", "Room", target, "defaultAbCdE", "Room", content)


def sent(content, *, kind="send", modern=False, members=()):
    return Event(kind, "Room", "channel c", "c", "Room", content, members, modern)


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ({"accept": True}, ["accept"]),
        ({"accept": True, "text": "a"}, ["accept", "text 'a'"]),
        ({"accept": False}, ["close 1000"]),
        ({"close": True}, ["close 1000"]),
        ({"close": 1000}, ["close 1000"]),
        ({"close": 4001}, ["close 4001"]),
        ({"text": "a", "close": True}, ["text 'a'", "close 1000"]),
        ({"text": '{"b": 1,"a": 2}'}, ["""text '{"a": 2, "b": 1}'"""]),
        ({"text": "{no json"}, ["text '{no json'"]),
        ({"bytes": b"a"}, ["bytes b'a'"]),
        ({"text": ""}, ["text ''"]),
    ],
)
def test_frames(content, shown):
    assert lines(frame(content)) == [f"    client 1 <- {each}" for each in shown]


def test_an_http_response():
    one = frame({"status": 200, "headers": [(b"B", b"1"), (b"a", b"2")], "content": b"x"})
    other = frame({"content": b"x", "headers": [[b"a", b"2"], [b"b", b"1"]], "status": 200})
    assert len(lines(one)) == 1
    assert lines(one) == lines(other)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("defaultAbCdE", "'<client 1>'"),
        ("specific.inmemory!x", "'<client 1>'"),
        ("specific.inmemory!y", "'<new channel 2>'"),
        ("to defaultFgHiJ!", "'to <client 2>!'"),
        (b"defaultAbCdE", "b'<client 1>'"),
        ([("defaultAbCdE", 1.5)], "[['<client 1>', 1.5]]"),
        ({"defaultAbCdE": None}, "{'<client 1>': None}"),
        (object(), "<object>"),
    ],
)
def test_random_names(value, shown):
    assert lines(sent({"v": value})) == [f"    channel c <- {{'v': {shown}}}"]


def test_session_keys():
    key = "abc123"
    asked = Event("consume", "client 1", "Room", "websocket.connect", "Room",
                  {"headers": {"cookie": b"a=b; sessionid=abc123"}})  # fmt: skip
    assert lines(asked, sent({"key": key}))[1:] == ["    channel c <- {'key': '<session 1>'}"]


def test_the_type_of_a_modern_message_says_who_handles_it():
    assert lines(sent({"type": "t", "n": 1}, modern=True)) == lines(sent({"n": 1}))
    assert lines(sent({"type": "t", "n": 1})) != lines(sent({"n": 1}))


def test_a_group_message_reaches_clients():
    assert lines(sent({"text": "a"}, kind="group", members=("client 2", "c"))) == [
        "    channel c <- {'text': 'a'}",
        "    client 2 <- text 'a'",
    ]


def test_what_a_modern_consumer_is_told_is_not_compared():
    told = Event("send", "Room", "channel of client 1", "specific.inmemory!x", "Room", {"n": 1})
    assert lines(told) == []


def test_what_waits_for_its_turn_is_not_said():
    assert lines(Event("send", "Room", "channel w", "__wait__.x", "Room", {"n": 1})) == []


def test_steps_keep_their_order_and_effects_theirs():
    step = Event("group", "the test", "group g", "g", None, {"n": 1})
    said = [frame({"text": "b"}), frame({"text": "a"}), frame({"text": "c"}, "client 0")]
    assert lines(step, *said, step) == [
        "the test -> group g {'n': 1}",
        "    client 0 <- text 'c'",
        "    client 1 <- text 'b'",
        "    client 1 <- text 'a'",
        "the test -> group g {'n': 1}",
    ]


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        ("frames", frame({"text": "a"})),
        ("channels", sent({})),
        ("groups", sent({}, kind="group")),
        ("exceptions", Event("error", "Room", "", "", "Room", "ValueError: x")),
    ],
)
def test_ignoring(kind, event):
    assert len(lines(event)) == 1
    assert lines(event, ignore=[kind]) == []


def test_no_difference():
    assert difference(["a", "b"], ["a", "b"]) == ""


def test_a_difference_in_a_long_transcript():
    old = [str(number) for number in range(100)]
    text = difference(old, [*old[:50], "x", *old[51:]])
    assert "- 50\n+ x" in text
    assert len(text.splitlines()) == 15
