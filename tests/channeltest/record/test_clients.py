"""Whose the channels are that occur in a record, and what is random in it."""

from __future__ import annotations

from channeltest.asgi.connection import Connection
from channeltest.record.clients import clients_of
from channeltest.record.content import freeze

ONE, OTHER = "defaultAbCdE", "defaultFgHiJ"


def entry(kind, name="", content=None, source=None, members=()):
    return (kind, name, None if content is None else freeze(content), source, members)


def connection(reply_channel):
    made = Connection(len, {"type": "websocket", "path": "/"})
    made.reply_to = (None, reply_channel)
    return made


def names(*found):
    return clients_of(found).names


def test_nobody():
    assert clients_of([]).names == {}


def test_the_sender_of_a_message():
    assert names(entry("send", "c", {"reply_channel": ONE})) == {ONE: "client"}


def test_a_reply_channel_that_a_consumer_passes_on_is_no_client():
    assert names(entry("send", "c", {"reply_channel": ONE}, source=len)) == {}


def test_a_reply_channel_that_is_no_text():
    assert names(entry("send", "c", {"reply_channel": [ONE]})) == {}


def test_several_have_numbers_in_the_order_in_which_they_occur():
    found = (
        entry("client", OTHER),
        entry("send", "c", {"reply_channel": ONE}),
        entry("client", OTHER),
    )
    assert names(*found) == {OTHER: "client 1", ONE: "client 2"}


def test_one_that_was_made_and_is_not_used():
    assert names(entry("made", ONE)) == {}


def test_one_that_was_made_and_joins_a_group():
    assert names(entry("made", ONE), entry("join", "g", members=(ONE, "c"))) == {ONE: "client"}


def test_the_client_of_a_connection_that_was_made_earlier():
    one, other = connection(ONE), connection(OTHER)
    found = [entry("frame", "", {"type": "a"}, each) for each in (one, one, other, one)]
    assert names(*found) == {ONE: "client 1", OTHER: "client 2"}


def test_a_channel_that_a_layer_made_for_a_connection():
    one = connection(ONE)
    made = [entry("new", f"specific.a!{name}", source=one) for name in "xz"]
    found = clients_of([*made, entry("new", "specific.a!y")])
    assert found.channels == {
        ONE: "client",
        "specific.a!x": "channel of client",
        "specific.a!z": "new channel 1",
        "specific.a!y": "new channel 2",
    }
    assert found.random.text("a specific.a!x b") == "a <client> b"


def test_the_channel_of_a_worker_has_no_number_of_others():
    worker = Connection(len, {"type": "channel", "channel": "work"})
    found = clients_of([entry("new", "specific.a!x", source=worker), entry("new", "reply!y")])
    assert found.channels == {"specific.a!x": "own channel 1", "reply!y": "new channel 1"}


def test_a_short_name_is_not_random():
    found = clients_of([entry("client", "alice"), entry("client", ONE)])
    assert found.random.text(f"alice and {ONE}") == "alice and <client 2>"


def test_keys_in_cookies():
    headers = [(b"cookie", b"sessionid=abcdefgh12345678")]
    found = clients_of([entry("send", "c", {"headers": headers})])
    assert found.random.text("abcdefgh12345678") == "<session 1>"
