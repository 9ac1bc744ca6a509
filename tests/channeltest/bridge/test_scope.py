"""Scopes and events of ASGI 3, made of messages of Channels 1, and back."""

from __future__ import annotations

import types

import pytest
from channeltest.compat.message import Message

from channeltest.bridge.scope import event_of, message_of, scope_of
from tests.compat.routed import message


def scope(channel="websocket.connect", kwargs=types.MappingProxyType({}), **content):
    return scope_of(message(channel, **content), kwargs, bare=False)


class TestScope:
    def test_a_websocket(self):
        assert scope() == {
            "type": "websocket",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "scheme": "ws",
            "path": "/",
            "raw_path": b"/",
            "query_string": b"",
            "root_path": "",
            "headers": [],
            "client": ["127.0.0.1", 0],
            "server": ["testserver", 80],
            "subprotocols": [],
            "url_route": {"args": (), "kwargs": {}},
        }

    def test_a_request(self):
        made = scope("http.request", method="post")
        assert (made["type"], made["scheme"], made["method"]) == ("http", "http", "POST")
        assert "subprotocols" not in made
        assert scope("http.request")["method"] == "GET"

    def test_a_worker(self):
        made = scope("thumbnails", size=1)
        assert (made["type"], made["channel"]) == ("channel", "thumbnails")
        assert "path" not in made

    def test_what_the_message_says(self):
        content = {
            "scheme": "wss",
            "root_path": "/app",
            "client": ["10.0.0.1", 5],
            "server": ["example.com", 443],
            "http_version": "2",
            "subprotocols": ["a", "b"],
        }
        made = scope(**content)
        assert {key: made[key] for key in content} == content

    @pytest.mark.parametrize(
        ("given", "where", "raw"),
        [
            ("/a/", "/a/", b"/a/"),
            ("a/", "/a/", b"/a/"),
            ("", "/", b"/"),
            (None, "/", b"/"),
            ("/ä b/", "/ä b/", b"/%C3%A4%20b/"),
        ],
    )
    def test_paths(self, given, where, raw):
        made = scope(path=given)
        assert (made["path"], made["raw_path"]) == (where, raw)

    @pytest.mark.parametrize("query", ["a=ä", "a=ä".encode()])
    def test_query_strings(self, query):
        assert scope(query_string=query)["query_string"] == "a=ä".encode()

    @pytest.mark.parametrize(
        "headers", [{"X-A": "é", b"n": 5}, [["X-A", "é"], (b"n", b"5")]], ids=["dict", "pairs"]
    )
    def test_headers(self, headers):
        assert scope(headers=headers)["headers"] == [(b"x-a", b"\xe9"), (b"n", b"5")]

    def test_subprotocols_of_the_header(self):
        headers = [(b"sec-websocket-protocol", b"a, b"), (b"sec-websocket-protocol", b"c")]
        assert scope(headers=headers)["subprotocols"] == ["a", "b", "c"]
        assert scope(headers={"Sec-WebSocket-Protocol": ""})["subprotocols"] == []

    def test_what_filters_found(self):
        assert scope(kwargs={"room": "den"})["url_route"] == {
            "args": (), "kwargs": {"room": "den"},
        }  # fmt: skip
        assert scope()["url_route"]["kwargs"] == {}


@pytest.mark.parametrize(
    ("channel", "content", "event"),
    [
        ("websocket.connect", {"path": "/"}, {}),
        ("websocket.receive", {"text": "a"}, {"text": "a"}),
        ("websocket.receive", {"text": ""}, {"text": ""}),
        ("websocket.receive", {"bytes": b"a"}, {"bytes": b"a"}),
        ("websocket.receive", {"text": None, "bytes": b""}, {"bytes": b""}),
        ("websocket.receive", {"text": "a", "bytes": b"b"}, {"text": "a"}),
        ("websocket.receive", {}, {"text": None, "bytes": None}),
        ("websocket.disconnect", {}, {"code": 1000}),
        ("websocket.disconnect", {"code": 4001}, {"code": 4001}),
        ("http.request", {"path": "/"}, {"body": b"", "more_body": False}),
        ("http.request", {"body": b"a"}, {"body": b"a", "more_body": False}),
        ("http.disconnect", {"path": "/"}, {}),
        ("thumbnails", {"size": 1}, {"size": 1}),
    ],
)
def test_events(channel, content, event):
    assert event_of(message(channel, **content)) == {"type": channel, **event}


def test_the_type_of_an_event_names_a_method():
    assert event_of(message("chat-messages", size=1)) == {"type": "chat_messages", "size": 1}
    found = {"type": "chat_messages", "size": 1}
    layer = message("chat-messages").channel_layer
    assert message_of(found, "chat-messages", layer, Message).content == {"size": 1}
    assert message_of(found, "chat.messages", layer, Message).content == found


def test_a_workers_event_keeps_its_type():
    assert event_of(message("thumbnails", type="make", size=1)) == {"type": "make", "size": 1}


@pytest.mark.parametrize("frame", [{"text": {"a": 1}}, {"text": b"a"}, {"bytes": "a"}])
def test_frames_that_no_websocket_carries(frame):
    with pytest.raises(TypeError, match="a websocket frame's"):
        event_of(message("websocket.receive", **frame))
