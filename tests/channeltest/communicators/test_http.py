"""One request and its response."""

from __future__ import annotations

import asyncio

import pytest
from channels.generic.http import AsyncHttpConsumer
from channels.testing import HttpCommunicator as Peer

from channeltest import HttpCommunicator
from channeltest.errors import MalformedEvent

from ...rounds import others_ran
from .apps import failing, peer, returning, sends

pytestmark = pytest.mark.asyncio

START = {"type": "http.response.start", "status": 200, "headers": [(b"x-a", b"b")]}


def part(body, more_body=False):
    return {"type": "http.response.body", "body": body, "more_body": more_body}


class Answering(AsyncHttpConsumer):
    async def handle(self, body):
        line = f"{self.scope['method']} {self.scope['path']}".encode()
        await self.send_response(201, line + b" " + body, headers=[(b"x-a", b"b")])


async def test_a_request():
    communicator = HttpCommunicator(Answering.as_asgi(), "post", "/a/?b=c", b"body", [(b"d", b"e")])
    assert communicator.scope["query_string"] == b"b=c"
    assert communicator.scope["headers"] == [(b"d", b"e")]
    assert (communicator.body, communicator.sent_request) == (b"body", False)
    response = await communicator.get_response(timeout=1)
    assert response == {"status": 201, "headers": [(b"x-a", b"b")], "body": b"POST /a/ body"}
    assert communicator.sent_request
    assert isinstance(communicator.consumer, Answering)
    await communicator.wait()


async def test_the_body_is_bytes():
    with pytest.raises(AssertionError):
        HttpCommunicator(Answering.as_asgi(), "GET", "/", "text")


async def test_a_response_in_parts():
    application = sends(START, part(b"a", True), part(b"", True), part(b"b"))
    assert (await HttpCommunicator(application, "GET", "/").get_response())["body"] == b"ab"


async def test_the_last_part_by_default():
    application = sends(START, {"type": "http.response.body", "body": b"a"})
    assert (await HttpCommunicator(application, "GET", "/").get_response())["body"] == b"a"


class TestStream:
    async def test_parts_as_they_come(self):
        communicator = HttpCommunicator(sends(START, part(b"a", True), part(b"b")), "GET", "/")
        parts = []
        async for chunk in communicator.stream():
            assert (communicator.status, communicator.response_headers) == (200, [(b"x-a", b"b")])
            parts.append(chunk)
        assert parts == [b"a", b"b"]

    async def test_one_that_never_ends(self):
        async def events(scope, receive, send):
            await send(START)
            await send(part(b"first", True))
            while (await receive())["type"] != "http.disconnect":
                pass

        communicator = HttpCommunicator(events, "GET", "/")
        stream = communicator.stream()
        assert await anext(stream) == b"first"
        with pytest.raises(TimeoutError, match="did not send anything within 1 s"):
            await anext(stream)
        await communicator.disconnect()

    async def test_a_body_in_parts(self):
        async def echo(scope, receive, send):
            await send(START)
            more = True
            while more:
                event = await receive()
                more = event["more_body"]
                await send(part(event["body"].upper(), more))

        communicator = HttpCommunicator(echo, "POST", "/")
        await communicator.send_body(b"a")
        stream = communicator.stream()
        assert await anext(stream) == b"A"
        await communicator.send_body(b"b", more_body=False)
        assert [chunk async for chunk in stream] == [b"B"]


class TestMalformed:
    @pytest.mark.parametrize(
        ("events", "error"),
        [
            ([part(b"")], "http.response.body before the response's start"),
            (
                [{"type": "http.response.start"}],
                "the status of http.response.start is an int, not NoneType",
            ),
            ([START, part("text")], "the body of http.response.body is bytes, not str"),
            ([{"type": "websocket.accept"}], "which is no event of its protocol"),
        ],
    )
    async def test_is_refused(self, events, error):
        with pytest.raises(MalformedEvent, match=error):
            await HttpCommunicator(sends(*events), "GET", "/").get_response()

    async def test_too_much_of_a_start(self):
        with pytest.raises(AssertionError, match=r"start after http\.response\.start"):
            await HttpCommunicator(sends(START, START), "GET", "/").get_response()

    @pytest.mark.parametrize("kind", ["http.response.push", "http.response.trailers"])
    @pytest.mark.parametrize("before", [[], [START]])
    async def test_an_extension_where_the_response_is_expected(self, before, kind):
        application = sends(*before, {"type": kind})
        scope = {"extensions": {kind: {}}}
        with pytest.raises(AssertionError, match=f"but was '{kind}'"):
            await HttpCommunicator(application, "GET", "/", scope=scope).get_response()


class TestPatience:
    async def slow(self, Communicator):
        async def application(scope, receive, send):
            event = await receive()
            while event["type"] != "http.disconnect":
                event = await receive()

        communicator = Communicator(application, "GET", "/")
        with pytest.raises(asyncio.TimeoutError):
            await communicator.get_response(0.01)
        await communicator.send_input({"type": "http.disconnect"})
        await communicator.wait()

    async def test_a_timeout_leaves_the_application_alive(self):
        await self.slow(HttpCommunicator)

    @peer
    async def test_a_timeout_ends_the_peers(self):
        with pytest.raises(asyncio.CancelledError):
            await self.slow(Peer)


class TestDisconnect:
    async def test_after_an_error_that_the_test_has_seen(self):
        communicator = HttpCommunicator(failing(), "GET", "/")
        with pytest.raises(ValueError):
            await communicator.get_response()
        await communicator.disconnect()

    async def test_after_an_error_that_it_has_not_seen(self):
        communicator = HttpCommunicator(failing(), "GET", "/")
        await communicator.send_body(b"")
        with pytest.raises(ValueError):
            await communicator.disconnect()
        await communicator.disconnect()

    async def test_after_an_error_that_came_by_itself(self):
        communicator = HttpCommunicator(failing(), "GET", "/")
        await communicator.send_body(b"")
        while not communicator.future.done():
            await others_ran()
        with pytest.raises(ValueError):
            await communicator.disconnect()

    async def test_before_anything_was_sent(self):
        communicator = HttpCommunicator(returning, "GET", "/")
        await communicator.disconnect()
        assert communicator.future.done()


class TestBlock:
    async def test_disconnects(self):
        seen = []

        async def application(scope, receive, send):
            while not seen or seen[-1] != "http.disconnect":
                seen.append((await receive())["type"])

        async with HttpCommunicator(application, "GET", "/") as communicator:
            await communicator.send_body(b"")
        assert seen == ["http.request", "http.disconnect"]

    async def test_of_an_application_that_is_done(self):
        async with HttpCommunicator(Answering.as_asgi(), "GET", "/") as communicator:
            await communicator.get_response()
