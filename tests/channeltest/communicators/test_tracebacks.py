"""Tracebacks of pytest end at the lines of the test and of its application."""

from __future__ import annotations

from pathlib import Path

import pytest
from channels.layers import get_channel_layer

import channeltest
from channeltest import HttpCommunicator, WebsocketCommunicator, worker

from .apps import Echo, failing, sends, silence

pytestmark = pytest.mark.asyncio

LIBRARY = Path(channeltest.__file__).parent


def shown(caught):
    """The files that pytest shows of a failure."""
    return {Path(entry.path) for entry in caught.traceback.filter(caught)}


async def fail_in_a_worker():
    async with worker("jobs", application=failing()):
        await get_channel_layer().send("jobs", {"type": "job"})


@pytest.mark.parametrize(
    "call",
    [
        lambda: WebsocketCommunicator(silence, "/").connect(),
        lambda: WebsocketCommunicator(failing(), "/").connect(),
        lambda: WebsocketCommunicator(
            sends({"type": "websocket.send", "text": "a"}), "/"
        ).connect(),
        lambda: WebsocketCommunicator(Echo, "/").send_to(),
        lambda: WebsocketCommunicator(Echo, "/").send_message(1),
        lambda: WebsocketCommunicator(Echo, "/").wait_for_auth(),
        lambda: WebsocketCommunicator(silence, "/").receive_json_from(),
        lambda: HttpCommunicator(failing(), "GET", "/").get_response(),
        lambda: fail_in_a_worker(),
        lambda: HttpCommunicator(sends({"type": "http.response.end"}), "GET", "/").get_response(),
    ],
)
async def test_frames_of_the_library_are_hidden(call):
    with pytest.raises(Exception) as caught:
        await call()
    assert Path(__file__) in shown(caught)
    assert not [path for path in shown(caught) if LIBRARY in path.parents]
