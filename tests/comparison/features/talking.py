"""What goes over a websocket."""

from __future__ import annotations

import sys

from django.test import SimpleTestCase

from ..apps import Echo, sends
from ..running import run
from . import connected, feature, raises

GROUP = "Websockets"

ACCEPT = {"type": "websocket.accept"}
DENIED = (
    {"type": "websocket.http.response.start", "status": 401, "headers": [(b"a", b"b")]},
    {"type": "websocket.http.response.body", "body": b"not ", "more_body": True},
    {"type": "websocket.http.response.body", "body": b"you"},
)


@feature(GROUP, "Connect, send, receive, disconnect")
async def conversation(library):
    communicator = library.WebsocketCommunicator(Echo.as_asgi(), "/ws/")
    assert await communicator.connect(timeout=1) == (True, None)
    await communicator.send_json_to({"hello": [1]})
    assert await communicator.receive_json_from() == {"hello": [1]}
    await communicator.send_to(bytes_data=b"\0")
    assert await communicator.receive_from() == b"\0"
    await communicator.disconnect()


@feature(GROUP, "Without daphne")
def without_daphne(library):
    sys.modules["daphne"] = None
    assert library.WebsocketCommunicator


@feature(GROUP, "Empty frames")
async def empty_frames(library):
    communicator = await connected(library, Echo.as_asgi())
    await communicator.send_to(text_data="")
    assert await communicator.receive_from() == ""
    await communicator.send_to(bytes_data=b"")
    assert await communicator.receive_from() == b""


@feature(GROUP, "Frames whose other payload is ``None``, as ASGI allows")
async def none_beside(library):
    frame = {"type": "websocket.send", "text": "hello", "bytes": None}
    communicator = await connected(library, sends(ACCEPT, frame))
    assert await communicator.receive_from() == "hello"


@feature(GROUP, "Denial responses: status, headers and body")
async def denial(library):
    communicator = library.WebsocketCommunicator(sends(*DENIED), "/ws/")
    assert await communicator.connect() == (False, 401)
    assert communicator.denial == (401, [(b"a", b"b")], b"not you")


@feature(GROUP, "The code and the reason of a close are kept")
async def close(library):
    communicator = await connected(library, Echo.as_asgi())
    await communicator.send_to("close")
    assert (await communicator.receive_output())["type"] == "websocket.close"
    assert (communicator.close_code, communicator.close_reason) == (4007, "as you wish")


@feature(GROUP, "A frame after the close is refused")
async def malformed(library):
    late = [{"type": "websocket.close"}, {"type": "websocket.send", "text": "too late"}]
    communicator = await connected(library, sends(ACCEPT, *late))
    with raises(Exception):
        await communicator.receive_output()
        await communicator.receive_output()


@feature(GROUP, "``async with communicator:`` connects and disconnects")
async def async_with(library):
    async with library.WebsocketCommunicator(Echo.as_asgi(), "/ws/") as communicator:
        await communicator.send_to("hello")
        assert await communicator.receive_from() == "hello"
    assert Echo.left == 1


@feature(GROUP, "``communicator.consumer`` is the consumer's instance")
async def consumer(library):
    communicator = await connected(library, Echo.as_asgi())
    assert isinstance(communicator.consumer, Echo)
    assert communicator.consumer.scope["path"] == "/ws/"


@feature(GROUP, "A failing test shows what happened, in order")
def failure(library):
    class Case(SimpleTestCase):
        async def test(self):
            communicator = await connected(library, Echo.as_asgi())
            await communicator.send_to("hello there")
            self.assertEqual(await communicator.receive_from(), "goodbye")

    [(_, text)] = run(Case).failures
    # Both ways, and what went before.
    assert "accept" in text
    assert text.count("hello there") > 2


@feature(GROUP, "A second ``websocket.accept`` is refused")
async def illegal_sequence(library):
    communicator = await connected(library, sends(ACCEPT, {"type": "websocket.accept"}))
    with raises(ValueError):
        await communicator.receive_output()


@feature(GROUP, "A close where a frame was expected: its code is in the error")
async def close_in_error(library):
    communicator = await connected(
        library, sends(ACCEPT, {"type": "websocket.close", "code": 4003})
    )
    try:
        await communicator.receive_from()
    except AssertionError as error:
        assert "4003" in "".join([str(error), *getattr(error, "__notes__", ())])


@feature(GROUP, "``disconnect()`` after an error that the test has seen")
async def disconnect_after_error(library):
    async def application(scope, receive, send):
        await send(ACCEPT)
        await receive()
        raise ValueError("seen")

    communicator = await connected(library, application)
    with raises(ValueError):
        await communicator.receive_output()
    await communicator.disconnect()
