"""The rows of a diagram: what each kind of event is called, and what it holds."""

from __future__ import annotations

import pytest

from channeltest.record.events import Event
from channeltest.report.rows import MOST, rows, visible

from .records import consume, frame


def row(event):
    [found] = rows([event])
    return found


def group(*members):
    return Event("group", "Room", "group g", "g", "Room", {"text": "a"}, members)


@pytest.mark.parametrize(
    ("event", "title", "content"),
    [
        (consume(), "websocket.connect /chat/", ""),
        (consume(path="/"), "websocket.connect", ""),
        (consume("websocket.receive", text="hi"), "websocket.receive /chat/", "hi"),
        (consume("chat.mute", path="/", user=1), "chat.mute", '{"user": 1}'),
        (frame({"accept": True}), "accept", ""),
        (frame({"accept": False}), "close", '{"accept": false}'),
        (frame({"text": '{"a": 1}'}), "text", '{"a": 1}'),
        (frame({"text": ""}), "text", ""),
        (frame({"text": "a", "close": 4000}), "text close 4000", '{"text": "a", "close": 4000}'),
        (frame({"close": True}), "close", '{"close": true}'),
        (frame({"bytes": b"hi"}), "bytes", '{"bytes": {"$bytes": "6869"}}'),
        (frame({"status": 404}), "status 404", '{"status": 404}'),
        (frame(None), "", "null"),
        (Event("receive", "client", "client", "c", content={"text": "é"}), "takes text", "é"),
        (Event("nothing", "client", "client", "c"), "takes nothing", ""),
        (group(), "send to nobody", "a"),
        (group("client"), "send to client", "a"),
        (group("client 1", "another"), "send to client 1, another", "a"),
        (group(*"abcde"), "send to 5 members", "a"),
        (Event("send", "the test", "channel c", "c", content={"n": 1}), "send", '{"n": 1}'),
        (Event("join", "Room", "group g", "g", "Room", members=("client",)), "joins", "client"),
        (Event("leave", "Room", "group g", "g", "Room", members=("client",)), "leaves", "client"),
        (Event("error", "Room", "", "", "Room", "ValueError: no"), "raises", "ValueError: no"),
        (Event("signal", "Room", "started", "", "Room", {"a": 1}), "signal", '{"a": 1}'),
    ],
)
def test_title_and_content(event, title, content):
    found = row(event)
    assert (found.title, found.content) == (title, content)


@pytest.mark.parametrize(
    ("event", "route"),
    [
        (consume(), "/chat/"),
        (consume(path="/rooms/12/seats/3/"), "/rooms/*/seats/*/"),
        (consume("chat.mute", path="/"), "chat.mute"),
        (Event("consume", "channel c", "f", "c", "f", None), "c"),
        (frame({"path": "/chat/"}), ""),
    ],
)
def test_route(event, route):
    assert row(event).route == route


def test_from_and_to():
    assert row(frame({}))[1:3] == ("Room", "client")
    assert row(Event("error", "Room", "", "", "Room", "no"))[1:3] == ("Room", "Room")
    taken = Event("receive", "channel of client", "Room", "c", "Room", {}, modern=True)
    assert row(taken)[1:3] == ("Room", "Room")


def test_steps():
    assert row(consume()).is_step and not row(frame({})).is_step


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\tc", "a\nb\tc"),
        ("a\0b\x1b\x7f", "a\u2400b\u241b\u2421"),
        ("\u202eabc\u2066", "\\u202eabc\\u2066"),
        ("\ud800", "\\ud800"),
        ("\u00e9\U0001f600", "\u00e9\U0001f600"),
        ("\ufeff\u200b\x85", "\\ufeff\\u200b\\u0085"),
    ],
)
def test_visible(text, shown):
    assert visible(text) == shown


def test_a_very_long_text():
    assert visible("a" * (MOST + 5)) == "a" * MOST + "\u2026 (5 more characters)"
