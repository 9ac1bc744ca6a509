"""One websocket, and its frames."""

from __future__ import annotations

import asyncio

import pytest
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator as Peer
from django.urls import path

from channeltest import WebsocketCommunicator
from channeltest.communicators import Denial, Refused
from channeltest.errors import MalformedEvent

from .apps import ACCEPT, Echo, SyncEcho, peer, sends, silence

pytestmark = pytest.mark.asyncio

DENIED = (
    {"type": "websocket.http.response.start", "status": 401, "headers": [(b"x-a", b"b")]},
    {"type": "websocket.http.response.body", "body": b"not ", "more_body": True},
    {"type": "websocket.http.response.body", "body": b"you"},
)


class Refusing(AsyncWebsocketConsumer):
    async def connect(self):
        await self.close(code=4003, reason="closed today")


def frames(*frames):
    return sends(ACCEPT, *({"type": "websocket.send", **frame} for frame in frames))


async def connected(application=Echo, Communicator=WebsocketCommunicator):
    application = application.as_asgi() if application is Echo else application
    communicator = Communicator(application, "/ws/")
    assert await communicator.connect() == (True, None)
    return communicator


@pytest.mark.parametrize("consumer", [Echo, SyncEcho])
async def test_a_conversation(consumer):
    communicator = WebsocketCommunicator(consumer.as_asgi(), "/ws/")
    assert await communicator.connect(timeout=1) == (True, None)
    await communicator.send_to(text_data="hello")
    assert await communicator.receive_from() == "hello"
    await communicator.send_to(bytes_data=b"\0")
    assert await communicator.receive_from(1) == b"\0"
    await communicator.send_json_to({"a": [1]})
    assert await communicator.receive_json_from() == {"a": [1]}
    assert await communicator.receive_nothing()
    assert isinstance(communicator.consumer, consumer)
    await communicator.disconnect()
    assert communicator.future.done()


@pytest.mark.parametrize("consumer", [Echo, SyncEcho])
async def test_the_consumer_is_known_when_it_has_ended(consumer):
    communicator = WebsocketCommunicator(consumer.as_asgi(), "/ws/")
    assert communicator.consumer is None
    await communicator.connect()
    await communicator.disconnect()
    assert isinstance(communicator.consumer, consumer)


async def test_the_path_is_a_str():
    with pytest.raises(TypeError, match="Expected str, got <class 'bytes'>"):
        WebsocketCommunicator(silence, b"/")


async def test_routed():
    class Room(AsyncWebsocketConsumer):
        async def connect(self):
            await self.accept()
            await self.send(self.scope["url_route"]["kwargs"]["room"])

    communicator = await connected(URLRouter([path("<str:room>/", Room.as_asgi())]))
    assert await communicator.receive_from() == "ws"


class TestHandshake:
    async def test_subprotocol_and_headers(self):
        class Choosing(AsyncWebsocketConsumer):
            async def connect(self):
                await self.accept(self.scope["subprotocols"][1], headers=[(b"x-a", b"b")])

        communicator = WebsocketCommunicator(Choosing.as_asgi(), "/", None, ["a", "b"], "2.4")
        assert communicator.response_headers is None
        assert await communicator.connect() == (True, "b")
        assert communicator.response_headers == [(b"x-a", b"b")]
        assert communicator.scope["spec_version"] == "2.4"

    async def test_refused(self):
        communicator = WebsocketCommunicator(Refusing.as_asgi(), "/")
        assert await communicator.connect() == (False, 4003)
        assert (communicator.close_code, communicator.close_reason) == (4003, "closed today")
        await communicator.disconnect()

    async def test_refused_without_a_code(self):
        communicator = WebsocketCommunicator(sends({"type": "websocket.close"}), "/")
        assert await communicator.connect() == (False, 1000)

    async def denied(self, Communicator):
        communicator = Communicator(sends(*DENIED), "/")
        return communicator, await communicator.connect()

    async def test_denied_with_a_response(self):
        communicator, answer = await self.denied(WebsocketCommunicator)
        assert answer == (False, 401)
        assert communicator.denial == Denial(401, [(b"x-a", b"b")], b"not you")
        assert await communicator.receive_nothing()

    @peer
    async def test_a_response_is_nothing_the_peer_knows(self):
        with pytest.raises(AssertionError):
            await self.denied(Peer)

    async def test_something_else(self):
        with pytest.raises(MalformedEvent, match=r"before websocket\.accept"):
            await connected(sends({"type": "websocket.send", "text": "a"}))

    async def test_no_answer(self):
        with pytest.raises(TimeoutError, match="did not accept or close the websocket within 1 s"):
            await connected(silence)

    async def test_what_it_raises(self):
        async def application(scope, receive, send):
            raise KeyError("sorry")

        with pytest.raises(KeyError, match="sorry"):
            await connected(application)

    async def test_a_frame_after_one_that_was_left_out(self):
        communicator = WebsocketCommunicator(sends({"type": "websocket.send", "text": "a"}), "/")
        await communicator.send_to(text_data="a")
        with pytest.raises(AssertionError) as caught:
            await communicator.connect()
        assert str(caught.value) == (
            "Expected type 'websocket.accept' or 'websocket.close', but was 'websocket.send'"
        )

    async def test_without_one(self):
        communicator = WebsocketCommunicator(sends({"type": "websocket.send", "text": "a"}), "/")
        await communicator.send_to(text_data="a")
        assert await communicator.receive_from() == "a"


class TestNoAnswer:
    async def test_says_how_a_consumer_answers(self):
        class Mute(AsyncWebsocketConsumer):
            async def connect(self):
                pass

        with pytest.raises(TimeoutError, match="did not accept or close the websocket") as caught:
            await WebsocketCommunicator(Mute, "/ws/").connect()
        assert "'await self.accept()'" in caught.value.__notes__[0]


class TestSending:
    async def empty(self, Communicator):
        communicator = await connected(Communicator=Communicator)
        await communicator.send_to(text_data="")
        assert await communicator.receive_from() == ""

    async def test_empty_text(self):
        await self.empty(WebsocketCommunicator)

    @peer
    async def test_the_peer_has_no_empty_text(self):
        with pytest.raises(AssertionError, match="exactly one of text_data or bytes_data"):
            await self.empty(Peer)

    async def test_empty_bytes(self):
        communicator = await connected(frames({"bytes": b""}))
        await communicator.send_to(bytes_data=b"")
        assert await communicator.receive_from() == b""

    @pytest.mark.parametrize(
        "frame",
        [
            {},
            {"text_data": "a", "bytes_data": b"b"},
            {"text_data": "", "bytes_data": b""},
        ],
    )
    async def test_exactly_one(self, frame):
        communicator = await connected()
        with pytest.raises(AssertionError) as caught:
            await communicator.send_to(**frame)
        assert str(caught.value) == "You must supply exactly one of text_data or bytes_data"

    async def test_one_that_is_not_empty(self):
        communicator = await connected()
        await communicator.send_to("", b"a")
        assert await communicator.receive_from() == b"a"

    async def test_types(self):
        communicator = await connected()
        with pytest.raises(AssertionError, match="The text_data argument must be a str"):
            await communicator.send_to(text_data=b"a")
        with pytest.raises(AssertionError, match="The bytes_data argument must be bytes"):
            await communicator.send_to(bytes_data="a")


class TestReceiving:
    async def test_a_key_that_is_none(self):
        communicator = await connected(frames({"text": None, "bytes": b"a"}))
        assert await communicator.receive_from() == b"a"

    async def test_a_close_is_no_frame(self):
        communicator = await connected()
        await communicator.send_to(text_data="close")
        with pytest.raises(AssertionError) as caught:
            await communicator.receive_from()
        assert str(caught.value) == "Expected type 'websocket.send', but was 'websocket.close'"
        assert (communicator.close_code, communicator.close_reason) == (4007, "as you wish")

    async def test_bytes_are_no_json(self):
        communicator = await connected(frames({"bytes": b"{}"}))
        with pytest.raises(AssertionError) as caught:
            await communicator.receive_json_from()
        assert str(caught.value) == "JSON data is not a text frame, it is <class 'bytes'>"

    @pytest.mark.parametrize(
        ("frame", "error"),
        [
            ({}, "The response needs exactly one of 'text' or 'bytes'"),
            ({"text": "a", "bytes": b"a"}, "The response needs exactly one of 'text' or 'bytes'"),
            ({"text": 1}, "the text of websocket.send is a str"),
        ],
    )
    async def test_malformed(self, frame, error):
        communicator = await connected(frames(frame))
        with pytest.raises(AssertionError, match=error):
            await communicator.receive_from()

    async def test_crash(self):
        communicator = await connected()
        await communicator.send_to(text_data="crash")
        with pytest.raises(ValueError, match="crashed"):
            await communicator.receive_from()


class TestCloseInsteadOfAFrame:
    async def error(self, *events):
        communicator = await connected(sends(ACCEPT, *events))
        with pytest.raises(AssertionError) as caught:
            await communicator.receive_from()
        return [str(caught.value), *caught.value.__notes__]

    @pytest.mark.parametrize(
        ("close", "words"),
        [
            ({}, "with code 1000"),
            ({"code": 4003}, "with code 4003"),
            ({"code": 4003, "reason": "later"}, "with code 4003 and reason 'later'"),
        ],
    )
    async def test_a_note_has_code_and_reason(self, close, words):
        text, note, *_ = await self.error({"type": "websocket.close", **close})
        assert text == "Expected type 'websocket.send', but was 'websocket.close'"
        assert note.endswith(f"where a frame was expected, {words}")

    @pytest.mark.parametrize("events", [[ACCEPT], DENIED])
    async def test_of_a_handshake_there_is_no_note(self, events):
        communicator = WebsocketCommunicator(sends(*events), "/")
        await communicator.send_input({"type": "websocket.connect"})
        with pytest.raises(AssertionError) as caught:
            await communicator.receive_from()
        assert "where a frame was expected" not in str(getattr(caught.value, "__notes__", ""))


class TestDisconnect:
    async def test_has_the_usual_code(self):
        seen = []

        async def application(scope, receive, send):
            await send(ACCEPT)
            while not seen or seen[-1]["type"] != "websocket.disconnect":
                seen.append(await receive())

        await (await connected(application)).disconnect()
        assert seen[-1] == {"type": "websocket.disconnect", "code": 1000}

    async def test_after_an_error_that_the_test_has_seen(self):
        communicator = await connected()
        await communicator.send_to(text_data="crash")
        with pytest.raises(ValueError):
            await communicator.receive_from()
        await communicator.disconnect()
        await communicator.disconnect()

    async def test_after_an_error_that_it_has_not_seen(self):
        communicator = await connected()
        await communicator.send_to(text_data="crash")
        assert communicator.output_queue.empty()
        with pytest.raises(ValueError):
            await communicator.disconnect()


class TestAll:
    async def test_drains(self):
        communicator = await connected(frames({"text": "1"}, {"text": "2"}, {"bytes": b"3"}))
        assert await communicator.receive_all() == ["1", "2", b"3"]
        assert await communicator.receive_all() == []

    async def test_leaves_a_close_behind_frames(self):
        communicator = await connected()
        await communicator.send_to(text_data="1")
        await communicator.send_to(text_data="close")
        assert await communicator.receive_all() == ["1"]
        assert (await communicator.receive_output())["code"] == 4007

    async def test_settles_first(self):
        communicator = await connected(SyncEcho.as_asgi())
        for number in range(20):
            await communicator.send_json_to(number)
        assert await communicator.receive_all_json() == list(range(20))

    async def test_waits_for_no_timer(self):
        communicator = await connected()
        await communicator.send_to(text_data="later")
        assert await communicator.receive_all() == []
        assert await communicator.receive_from() == "later"

    async def test_leaves_a_close(self):
        communicator = await connected()
        await communicator.send_json_to(1)
        await communicator.send_to(text_data="close")
        assert await communicator.receive_all_json() == [1]
        assert await communicator.receive_output() == {
            "type": "websocket.close",
            "code": 4007,
            "reason": "as you wish",
        }

    async def test_no_json(self):
        communicator = await connected(frames({"bytes": b"1"}))
        with pytest.raises(AssertionError, match="JSON data is not a text frame"):
            await communicator.receive_all_json()

    async def test_raises_what_the_application_raised(self):
        communicator = await connected()
        await communicator.send_to(text_data="crash")
        with pytest.raises(ValueError):
            await communicator.receive_all()


class TestTimeout:
    async def goes_on(self, Communicator):
        communicator = await connected(Communicator=Communicator)
        await communicator.send_to(text_data="silence")
        with pytest.raises(asyncio.TimeoutError):
            await communicator.receive_from(0.01)
        await communicator.send_to(text_data="still there?")
        assert await communicator.receive_from() == "still there?"
        await communicator.disconnect()

    async def test_leaves_the_application_alive(self):
        await self.goes_on(WebsocketCommunicator)

    @peer
    async def test_ends_the_peers(self):
        with pytest.raises(asyncio.CancelledError):
            await self.goes_on(Peer)

    async def test_of_disconnect(self):
        async def stuck(scope, receive, send):
            await send(ACCEPT)
            await asyncio.Event().wait()

        communicator = await connected(stuck)
        with pytest.raises(TimeoutError, match=r"did not end within 1 s; it waits at .* in stuck"):
            await communicator.disconnect()


class TestBlock:
    async def test_connects_and_disconnects(self):
        async with WebsocketCommunicator(Echo.as_asgi(), "/ws/") as communicator:
            await communicator.send_to(text_data="a")
            assert await communicator.receive_from() == "a"
        assert communicator.future.done() and not communicator.future.cancelled()

    async def test_refused(self):
        with pytest.raises(Refused, match="on /ws/ refused the websocket: code 4003, closed today"):
            async with WebsocketCommunicator(Refusing.as_asgi(), "/ws/"):
                pass

    async def test_denied(self):
        with pytest.raises(Refused, match="status 401, b'not you'"):
            async with WebsocketCommunicator(sends(*DENIED), "/"):
                pass

    async def test_may_disconnect_by_itself(self):
        async with WebsocketCommunicator(Echo.as_asgi(), "/ws/") as communicator:
            await communicator.disconnect()

    async def test_keeps_its_own_error(self):
        with pytest.raises(KeyError):
            async with WebsocketCommunicator(Echo.as_asgi(), "/ws/") as communicator:
                raise KeyError
        assert communicator.future.cancelled()
