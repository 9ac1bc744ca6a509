"""Events are read from entries in one pass: whose they are, where they went, what followed."""

from __future__ import annotations

from channeltest.asgi.connection import Connection
from channeltest.record import entries
from channeltest.record.events import TEST, Event
from channeltest.record.reader import read

CLIENT, OTHER = "defaultAbCdE", "defaultFgHiJ"


def entry(kind, name="", content=None, source=None, members=()):
    return (kind, name, None if content is None else entries.freeze(content), source, members)


def sent(n=1, client=CLIENT, channel="c"):
    return entry("send", channel, {"n": n, "reply_channel": client})


def taken(n=1, client=CLIENT, channel="c"):
    return entry("receive", channel, {"n": n, "reply_channel": client})


def consumed(n=1, client=CLIENT, channel="c", source=len):
    return entry("consume", channel, {"n": n, "reply_channel": client}, source)


def outline(*found):
    return [(event.kind, event.source, event.target) for event in read(found)]


def test_nothing():
    assert read([]) == []


def test_what_a_client_has_run_at_once_is_one_event():
    [event] = read([sent(), taken(), consumed()])
    content = {"n": 1, "reply_channel": "<client>"}
    assert event == Event("consume", "client", "len", "c", "len", content, step=1)


def test_what_waited_has_two():
    found = [sent(), sent(2, channel="d"), taken(), consumed()]
    assert outline(*found) == [
        ("send", "client", "channel c"),
        ("send", "client", "channel d"),
        ("consume", "channel c", "len"),
    ]


def test_messages_of_one_channel_keep_their_order():
    found = [sent(1), sent(2), taken(1), consumed(1), taken(2), consumed(2)]
    assert [event.content["n"] for event in read(found)] == [1, 2, 1, 2]


def test_a_message_that_a_test_takes_itself_is_no_longer_there():
    found = [sent(1), taken(1), sent(2), taken(2), consumed(2)]
    assert outline(*found) == [
        ("send", "client", "channel c"),
        ("receive", "channel c", TEST),
        ("consume", "client", "len"),
    ]


def test_clients_have_numbers_if_there_are_several():
    found = [sent(), taken(), consumed(), sent(2, OTHER), taken(2, OTHER), consumed(2, OTHER)]
    assert [event.source for event in read(found)] == ["client 1", "client 2"]


def test_a_client_that_only_its_name_shows():
    made, frame = entry("made", CLIENT), entry("send", CLIENT, {"text": "a"}, len)
    assert outline(made, frame) == [("frame", "len", "client")]
    assert outline(made, entry("join", "g", members=(CLIENT,))) == [("join", TEST, "group g")]


def test_steps():
    found = [
        *(sent(), taken(), consumed(), entry("send", CLIENT, {"text": "a"}, len)),
        *(entry("group", "g", {"n": 1}), entry("receive", CLIENT, {"text": "a"})),
    ]
    assert [(event.kind, event.step) for event in read(found)] == [
        *(("consume", 1), ("frame", 1), ("group", 2), ("receive", 2)),
    ]


def test_what_a_connection_sends_belongs_to_its_last_event():
    one = Connection(len, {"type": "websocket", "path": "/"})
    other = Connection(len, {"type": "websocket", "path": "/"})
    text = {"type": "websocket.send", "text": "a"}
    events = read([
        entry("input", "websocket.receive", {"type": "websocket.receive"}, one),
        entry("input", "websocket.receive", {"type": "websocket.receive"}, other),
        entry("output", "", text, one),
        entry("output", "", text, other),
    ])  # fmt: skip
    assert [event.step for event in events] == [1, 2, 1, 2]


def test_a_group_with_a_random_name():
    group = entry("group", f"user-{CLIENT}", {"n": 1})
    [_, event] = read([sent(), group])
    assert (event.target, event.channel) == ("group user-<client>", "user-<client>")


def test_a_channel_that_a_layer_made():
    found = [entry("new", "specific.inmemory!x"), entry("send", "specific.inmemory!x", {"n": 1})]
    [event] = read(found)
    assert (event.target, event.channel) == ("new channel 1", "<new channel 1>")
