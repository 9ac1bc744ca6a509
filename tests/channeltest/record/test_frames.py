"""What a client gets of the ASGI events that an application sends."""

from __future__ import annotations

import pytest

from channeltest.record.frames import FrameReader


@pytest.mark.parametrize(
    ("event", "messages"),
    [
        ({"type": "websocket.accept"}, [{"accept": True}]),
        (
            {"type": "websocket.accept", "subprotocol": "chat", "headers": [(b"a", b"b")]},
            [{"accept": True, "subprotocol": "chat", "headers": [(b"a", b"b")]}],
        ),
        ({"type": "websocket.accept", "subprotocol": None, "headers": []}, [{"accept": True}]),
        ({"type": "websocket.close", "code": 4001}, [{"close": 4001}]),
        (
            {"type": "websocket.close", "code": 4001, "reason": "full"},
            [{"close": 4001, "reason": "full"}],
        ),
        ({"type": "websocket.send", "text": "a"}, [{"text": "a"}]),
        ({"type": "websocket.send", "bytes": b"a"}, [{"bytes": b"a"}]),
    ],
)
def test_frames_of_a_websocket(event, messages):
    assert FrameReader()(event) == messages


@pytest.mark.parametrize("kind", ["http.response", "websocket.http.response"])
def test_frames_of_a_response(kind):
    reader = FrameReader()
    assert reader({"type": f"{kind}.start", "status": 403, "headers": [(b"a", b"b")]}) == []
    [message] = reader({"type": f"{kind}.body", "body": b"no"})
    assert (message["status"], message["headers"], message["content"]) == (
        403, [(b"a", b"b")], b"no"
    )  # fmt: skip
