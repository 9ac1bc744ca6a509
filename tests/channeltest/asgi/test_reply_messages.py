"""`asgi.reply_messages`: events as the reply messages of Channels 1."""

from __future__ import annotations

import pytest

from channeltest.asgi.reply_messages import ReplyMessages


@pytest.mark.parametrize(
    ("event", "messages"),
    [
        ({"type": "websocket.accept", "subprotocol": "a"}, [{"accept": True}]),
        ({"type": "websocket.send", "text": ""}, [{"text": ""}]),
        ({"type": "websocket.send", "text": None, "bytes": b"a"}, [{"bytes": b"a"}]),
        ({"type": "websocket.close"}, [{"close": True}]),
        ({"type": "websocket.close", "code": None}, [{"close": True}]),
        ({"type": "websocket.close", "code": 1000}, [{"close": 1000}]),
        ({"type": "http.response.start", "status": 200}, []),
        ({"type": "http.response.body"}, [{"content": b"", "more_content": False}]),
        ({"type": "http.response.pathsend", "path": "/x"}, []),
    ],
)
def test_replies(event, messages):
    assert ReplyMessages()(event) == messages


def test_a_response_has_its_head_once():
    reply = ReplyMessages()
    start = {"type": "http.response.start", "status": 201, "headers": [[b"a", b"b"]]}
    first = {"type": "http.response.body", "body": b"1", "more_body": True}
    assert reply(start) == []
    assert reply(first) == [
        {"status": 201, "headers": [(b"a", b"b")], "content": b"1", "more_content": True}
    ]
    assert reply(first) == [{"content": b"1", "more_content": True}]


def test_a_frame_that_closes():
    frame = {"type": "websocket.send", "text": "a", "close": 4001}
    assert ReplyMessages()(frame) == [{"text": "a", "close": 4001}]


def test_a_message_of_channels_1():
    assert ReplyMessages()({"type": "channels1", "message": {"text": 1}}) == [{"text": 1}]
