"""The events of a test are those that channeltest itself records."""

from __future__ import annotations

import pytest
from channels import Channel, Group
from channels.routing import route
from channels.test import Client, WSClient

import channeltest
from channeltest.asgi.connection import consumer_name
from channeltest.channels1.routes import apply_routes
from channeltest.comparison.suites.sent_steps import in_sent_steps
from channeltest.comparison.transcript import transcript
from channeltest.record.content import thaw
from channeltest.record.reader import read
from channeltest.record.schema import Record, loads
from channeltest.record.tracing import trace
from channeltest.recorder.parts.contents import as_data
from channeltest.recorder.parts.events import events_of
from channeltest.recorder.parts.files import HEAD, line


def connect(message):
    message.reply_channel.send({"accept": True})
    Group("room").add(message.reply_channel)
    Channel("count").send({"n": 1})


def say(message):
    Group("room").send({"text": message["text"]})
    if message["text"] == "!":
        raise ValueError("no")


def leave(message):
    Group("room").discard(message.reply_channel)


ROUTES = [
    route("websocket.connect", connect),
    route("websocket.receive", say),
    route("websocket.disconnect", leave),
    route("count", lambda message: None),
]


def two_in_a_room():
    ann, bob = WSClient(), WSClient()
    for client in (ann, bob):
        client.send_and_consume("websocket.connect", path="/room/")
    ann.send_and_consume("websocket.receive", path="/room/", text="hi")
    assert bob.receive(json=False) == "hi"
    bob.send_and_consume("websocket.disconnect", path="/room/")


def one_that_fails():
    client = WSClient()
    client.send_and_consume("websocket.connect", path="/room/")
    with pytest.raises(ValueError, match="no"):
        client.send_and_consume("websocket.receive", path="/room/", text="!")


def messages_of_the_test():
    Client().join_group("room")
    Group("room").send({"text": "to all"})
    Channel("count").send({"n": 1})
    Channel("count").send({"n": 2})
    client = Client()
    client.consume("count")
    client.send("count", {"n": 3})
    client.consume("count")
    client.consume("count")
    assert client.get_next_message("count") is None
    client.send("websocket.connect")
    client.consume("websocket.connect")


@pytest.mark.django_db
@pytest.mark.parametrize("test", [two_in_a_room, one_that_fails, messages_of_the_test])
def test_events(test):
    with channeltest.captive_layers(), trace() as traced, apply_routes(ROUTES):
        test()
    entries = [
        (
            kind,
            name,
            None if content is None else as_data(thaw(content)),
            None if source is None else consumer_name(source),
            list(members),
        )
        for kind, name, content, source, members in traced.excerpt.entries
        if kind != "mark"
    ]
    text = "".join(map(line, [(*HEAD, ("test", "t")), *events_of(entries)]))
    (found,) = loads(text)
    expected = in_sent_steps(Record("t", tuple(read(traced.excerpt.entries)))).ordered()
    assert [event._replace(content=None) for event in found.events] == [
        event._replace(content=None) for event in expected.events
    ]
    assert transcript(found.events) == transcript(expected.events) != []
