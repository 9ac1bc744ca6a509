"""Transcripts: what counts of a record is kept, step by step, and nothing else."""

from __future__ import annotations

import pytest

from channeltest.comparison.transcript import transcript
from channeltest.record.events import Event


def lines(*events, ignore=()):
    return transcript(events, ignore)


def frame(content, target="client 1"):
    return Event("frame", "Room", target, "<client 1>", "Room", content)


def sent(content, *, kind="send", modern=False, members=()):
    return Event(kind, "Room", "channel c", "c", "Room", content, members, modern)


def joined(kind, member, step=0):
    return Event(kind, "Room", "group g", "g", "Room", None, (member,), step=step)


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ({"accept": True}, ["accept"]),
        ({"accept": True, "text": "a"}, ["accept", "text 'a'"]),
        ({"accept": True, "subprotocol": "chat"}, ["accept subprotocol 'chat'"]),
        ({"accept": True, "headers": [[b"X", b"1"]]}, ["accept headers [('x', '1')]"]),
        ({"accept": False}, ["close 1000"]),
        ({"close": True}, ["close 1000"]),
        ({"close": 1000}, ["close 1000"]),
        ({"close": 4001}, ["close 4001"]),
        ({"close": 4001, "reason": "full"}, ["close 4001 'full'"]),
        ({"text": "a", "close": True}, ["text 'a'", "close 1000"]),
        ({"text": '{"b": 1,"a": 2}'}, ["""text '{"a": 2, "b": 1}'"""]),
        ({"text": "{no json"}, ["text '{no json'"]),
        ({"bytes": b"a"}, ["bytes b'a'"]),
        ({"text": ""}, ["text ''"]),
        ({"bytes": b""}, ["bytes b''"]),
        ({"text": None, "bytes": b"a"}, ["bytes b'a'"]),
    ],
)
def test_frames(content, shown):
    assert lines(frame(content)) == [f"    client 1 <- {each}" for each in shown]


def test_a_second_acceptance_is_none():
    accept = frame({"accept": True})
    again = Event("consume", "client 1", "Room", "websocket.connect", "Room", {}, step=1)
    assert lines(accept, accept) == ["    client 1 <- accept"]
    assert len(lines(accept, again, accept._replace(step=1))) == 3


def test_an_http_response():
    one = frame({"status": 200, "headers": [(b"B", b"1"), (b"a", b"2")], "content": b"x"})
    other = frame({"content": b"x", "headers": [[b"a", b"2"], [b"b", b"1"]], "status": 200})
    assert len(lines(one)) == 1
    assert lines(one) == lines(other)
    assert lines(one) != lines(frame({**one.content, "status": 201}))
    assert lines(one) != lines(frame({**one.content, "content": b"y"}))
    assert lines(one) != lines(frame({**one.content, "headers": [(b"B", b"2"), (b"a", b"2")]}))


def test_the_type_of_a_modern_message_says_who_handles_it():
    assert lines(sent({"type": "t", "n": 1}, modern=True)) == lines(sent({"n": 1}))
    assert lines(sent({"type": "t", "n": 1})) != lines(sent({"n": 1}))
    [line] = lines(sent({"type": "t", "n": 1}, modern=True))
    assert [line.typed] == lines(sent({"type": "t", "n": 1}))


def test_a_group_message_reaches_clients():
    assert lines(sent({"text": "a"}, kind="group", members=("client 2", "c"))) == [
        "    channel c <- {'text': 'a'}",
        "    client 2 <- text 'a'",
    ]


def test_what_a_modern_consumer_is_sent_is_not_compared():
    own = Event("send", "Room", "channel of client 1", "<client 1>", "Room", {"n": 1})
    assert lines(own) == []


def test_what_waits_for_its_turn_is_not_sent_yet():
    assert lines(Event("send", "Room", "channel w", "__wait__.x", "Room", {"n": 1})) == []


def test_steps_keep_their_order_and_effects_theirs():
    step = Event("group", "the test", "group g", "g", None, {"n": 1}, step=1)
    texts = [("b", "client 1"), ("a", "client 1"), ("c", "client 0")]
    effects = [frame({"text": text}, client)._replace(step=1) for text, client in texts]
    assert lines(step, *effects, step._replace(step=2)) == [
        "the test -> group g {'n': 1}",
        "    client 0 <- text 'c'",
        "    client 1 <- text 'b'",
        "    client 1 <- text 'a'",
        "the test -> group g {'n': 1}",
    ]


@pytest.mark.parametrize(
    ("source", "heading"),
    [
        ("channel c", "the test runs c"),
        ("the test", "the test -> c {'n': 1}"),
        ("client 1", "the test -> c {'n': 1}"),
    ],
)
def test_a_message_that_a_worker_handles(source, heading):
    content = {"type": "c", "n": 1}
    assert lines(Event("consume", source, "Work", "c", "Work", content, step=1)) == [heading]


def test_an_effect_belongs_to_the_step_that_it_followed_from():
    step = Event("group", "the test", "group g", "g", None, {"n": 1}, step=1)
    assert lines(step, step._replace(step=2), frame({"text": "a"})._replace(step=1)) == [
        "the test -> group g {'n': 1}",
        "    client 1 <- text 'a'",
        "the test -> group g {'n': 1}",
    ]


class TestMembers:
    def test_stand_after_the_step_that_changed_them(self):
        assert lines(joined("join", "client 2", 1), joined("join", "client 1", 2)) == [
            "    group g: client 2",
            "    group g: client 1, client 2",
        ]

    def test_that_leave(self):
        assert lines(joined("join", "c", 1), joined("leave", "c", 2)) == [
            "    group g: c",
            "    group g: nobody",
        ]

    @pytest.mark.parametrize("kinds", [["join", "leave"], ["leave"]])
    def test_that_were_never_in_it_after_a_step(self, kinds):
        assert lines(*(joined(kind, "c", 1) for kind in kinds)) == []

    def test_that_renew_their_membership(self):
        assert len(lines(joined("join", "c", 1), joined("join", "c", 2))) == 1

    def test_a_consumer_is_in_it_where_its_client_is(self):
        assert lines(joined("join", "channel of client")) == lines(joined("join", "client"))


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        ("frames", frame({"text": "a"})),
        ("channels", sent({})),
        ("groups", sent({}, kind="group")),
        ("members", joined("join", "client")),
        ("exceptions", Event("error", "Room", "", "", "Room", "ValueError: x")),
        ("signals", Event("signal", "Room", "signal app.left", "app.left", "Room", {})),
    ],
)
def test_ignoring(kind, event):
    assert len(lines(event)) == 1
    assert lines(event, ignore=[kind]) == []


def test_a_message_of_the_test_to_a_clients_consumer_is_no_step():
    step = Event("consume", "client", "C", "websocket.connect", "C", {}, step=1)
    send = Event("send", "the test", "channel of client", "x", None, {"type": "a"}, step=2)
    found = frame({"text": "b"}, "client")._replace(step=2)
    assert lines(step, send, found) == ["client -> websocket.connect", "    client <- text 'b'"]
