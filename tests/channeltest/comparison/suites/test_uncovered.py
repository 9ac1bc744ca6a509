"""What no test reaches, of events as records have them."""

from __future__ import annotations

import pytest

from channeltest.comparison.suites.uncovered import Coverage
from channeltest.record.events import Event
from channeltest.record.schema import Record

from . import test_routing


@pytest.fixture
def uncovered(settings):
    """Returns what some events do not reach."""
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "x", "ROUTING": test_routing.ROUTING}}
    settings.ASGI_APPLICATION = None

    def uncovered(*events):
        found = Coverage([Record("a"), Record("b", events)])
        return {each.name.partition(" -> ")[0] for each in found.uncovered}

    return uncovered


def consume(channel, consumer, **content):
    return Event("consume", "client", consumer, channel, consumer, content)


@pytest.mark.parametrize(
    ("events", "reached"),
    [
        ([], set()),
        ([consume("work", "work")], {"work"}),
        ([consume("work", "another")], set()),
        (
            [consume("websocket.connect", "connect", path="/chat/a/")],
            {r"path=^/chat websocket.connect (path=^/(?P<room>\w+)/$)"},
        ),
        ([consume("websocket.connect", "connect", path="/a/")], set()),
        (
            [consume("websocket.connect", "Modern", path="/a/")],
            {"websocket a/", "Modern.connect"},
        ),
        (
            [Event("receive", "x", "Modern", "c", "Modern", {"type": "chat.message"})],
            {"Modern.chat_message"},
        ),
        ([consume("jobs", "Modern", type="chat_message")], {"channel jobs", "Modern.chat_message"}),
        ([Event("join", "x", "group room-1", "room-1")], {"room-.*"}),
        ([Event("group", "x", "group all", "all", "x", {})], {"all"}),
        ([Event("send", "x", "channel all", "all", "x", {})], set()),
    ],
)
def test_reached(uncovered, events, reached):
    assert uncovered() - uncovered(*events) == reached


def test_lines(uncovered):
    uncovered()
    coverage = Coverage([Record("a", (consume("work", "work"),))])
    first, *others = coverage.lines()
    total = coverage.total
    assert first == f"reached 1 of {total} routes, handlers and groups, {100 // total} %"
    assert len(others) == total - 1
    assert all(": " in line and line.startswith("  tests/") for line in others)


def test_nothing_to_reach(settings):
    settings.CHANNEL_LAYERS = {}
    settings.ASGI_APPLICATION = None
    assert Coverage([]).percent == 100
