from __future__ import annotations

import pytest

from channeltest.comparison.one_shape import in_one_shape
from channeltest.record.events import Event


def consume(channel, content, client="client"):
    return Event("consume", client, "Chat", channel, "Chat", content, (), True, 1)


def frame(content):
    return Event("frame", "Chat", "client", "", "Chat", content, (), True, 1)


def contents(*events):
    return [each.content for each in in_one_shape(events)]


def test_each_message_of_a_communicator_has_the_path_of_its_connection():
    found = contents(
        consume("websocket.connect", {"path": "/a/", "query_string": "b=1"}),
        consume("websocket.receive", {"text": "hi", "bytes": None}),
        consume("websocket.disconnect", {"code": 1001}),
    )
    assert found[1:] == [{"path": "/a/", "text": "hi"}, {"path": "/a/", "code": 1001}]


def test_each_client_has_its_own_path():
    found = contents(
        consume("websocket.connect", {"path": "/a/"}, "client 1"),
        consume("websocket.connect", {"path": "/b/"}, "client 2"),
        consume("websocket.receive", {"text": "hi"}, "client 1"),
    )
    assert found[2] == {"path": "/a/", "text": "hi"}


def test_a_path_that_a_message_names_stays():
    found = contents(
        consume("websocket.connect", {"path": "/a/"}),
        consume("websocket.receive", {"text": "hi", "path": "/b/"}),
    )
    assert found[1]["path"] == "/b/"


def test_an_empty_query_string_is_none():
    found = contents(consume("websocket.connect", {"path": "/a/", "query_string": ""}))
    assert found == [{"path": "/a/"}]


@pytest.mark.parametrize(
    ("channel", "source"),
    [("app.work", "the test"), ("websocket.connect", "client"), ("http.request", "client")],
)
def test_what_a_client_sends_to_a_worker_is_what_the_test_sends(channel, source):
    [event] = in_one_shape([consume(channel, {"n": 1})])
    assert event.source == source


def test_the_usual_code_is_none():
    found = contents(consume("websocket.disconnect", {"path": "/a/", "code": 1000}))
    assert found == [{"path": "/a/"}]


def test_asgi_events_are_messages_of_channels_1():
    found = contents(
        frame({"type": "websocket.accept", "subprotocol": "chat"}),
        frame({"type": "websocket.send", "text": "hi"}),
        frame({"type": "websocket.close", "code": 4004}),
    )
    assert found == [{"accept": True, "subprotocol": "chat"}, {"text": "hi"}, {"close": 4004}]


def test_what_has_the_shape_already_stays():
    events = [frame({"text": "hi"}), Event("error", "Chat", "", "", "Chat", "ValueError")]
    assert [*in_one_shape(events)] == events
