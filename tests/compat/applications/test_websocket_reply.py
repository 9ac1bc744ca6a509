"""What a reply to a websocket client may contain."""

from __future__ import annotations

from typing import Any

import pytest
from channeltest.compat.applications.websocket_reply import reply_of


@pytest.mark.parametrize(
    "reply", [{"accept": True}, {"text": "a", "close": 4000}, {"bytes": b"\x00"}, {}]
)
def test_replies(reply: dict[str, Any]) -> None:
    assert reply_of(reply) == reply


def test_of_a_modern_message() -> None:
    message = {"type": "room.event", "text": "a", "author": 5}
    assert reply_of(message) == {"text": "a"}


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ({"text": "a", "author": 5}, r"unknown keys \['author'\]"),
        ({1: 2, "author": 5}, r"unknown keys \[1, 'author'\]"),
        ({"text": "a", "bytes": b"a"}, "both bytes and text"),
        ({"type": "room.event", "author": 5}, "'room.event' is for a client.*has no handler"),
        ({"type": "room.event", "text": {"a": 1}}, "its text is no str: {'a': 1}"),
        ({"bytes": "a"}, "its bytes is no bytes"),
        ({"close": "now"}, "its close is no int"),
    ],
)
def test_mistakes(message: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        reply_of(message)
