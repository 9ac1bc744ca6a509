"""`client.connection`: what a test can see of a modern application, and how it fails."""

from __future__ import annotations

import functools
from unittest import mock

import pytest
from channels import Group
from channels.auth import AuthMiddlewareStack
from channels.exceptions import DenyConnection, StopConsumer
from channels.generic.websocket import (
    AsyncJsonWebsocketConsumer,
    AsyncWebsocketConsumer,
    WebsocketConsumer,
)
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import re_path

from channeltest import ChannelTestCase, WSClient, apply_routes
from channeltest.errors import MalformedEvent
from tests.bridge.clients import connected, everything, leave, say
from tests.bridge.consumers import (
    Accepting,
    AsyncEcho,
    Closing,
    Denying,
    Rejecting,
    Scoped,
    SyncEcho,
)


def notes(error):
    """What stands below an error; on Python 3.10 behind its text."""
    return "\n".join(getattr(error, "__notes__", ()))


def speaker(*events):
    """An application that sends events when it is connected, and then waits."""

    async def application(scope, receive, send):
        await receive()
        for event in events:
            await send(event)
        while (await receive())["type"] != "websocket.disconnect":
            pass

    return application


ACCEPT = {"type": "websocket.accept"}


class InspectionTests(ChannelTestCase):
    def test_before_and_after(self):
        with apply_routes([AsyncEcho]):
            client = WSClient()
            assert client.connection is None
            client.send_and_consume("websocket.connect", path="/x/?a=1")
            connection = client.connection
            assert connection.scope["path"] == "/x/"
            assert connection.accepted
            assert (connection.subprotocol, connection.headers) == (None, [])
            assert (connection.close_code, connection.close_reason) == (None, None)
            assert not connection.ended
            leave(client)
            assert client.connection is connection
            assert connection.ended

    def test_subprotocol_and_headers(self):
        class Choosing(AsyncWebsocketConsumer):
            async def connect(self):
                await self.accept(self.scope["subprotocols"][1], headers=[(b"x-a", b"b")])

        with apply_routes([Choosing]):
            client = WSClient()
            client.set_header("Sec-WebSocket-Protocol", "chat, superchat")
            client.send_and_consume("websocket.connect")
            assert client.connection.subprotocol == "superchat"
            assert client.connection.headers == [(b"x-a", b"b")]

    def test_close_code_and_reason(self):
        with apply_routes([Closing]):
            client = connected()
            say(client, "4007")
            assert client.receive() == {"close": 4007}
            assert client.connection.close_code == 4007
            assert client.connection.close_reason == "as you wish"

    def test_a_close_from_a_group(self):
        with apply_routes([AsyncEcho.as_route(attrs={"groups": ["g"]})]):
            client = connected()
            Group("g").send({"close": True}, immediately=True)
            assert client.receive() == {"close": True}
            assert client.connection.close_code == 1000

    def test_the_consumer(self):
        for consumer in (AsyncEcho, SyncEcho):
            with self.subTest(consumer.__name__), apply_routes([consumer]):
                client = WSClient()
                instance = client.send_and_consume("websocket.connect")
                assert instance is client.connection.consumer
                assert instance.scope is client.connection.scope
                assert say(client, "x") is instance
                assert leave(client) is instance

    def test_a_consumer_class_in_the_place_of_an_application(self):
        from_url = re_path(r"^ws/$", SyncEcho)
        for route in (
            from_url,
            AuthMiddlewareStack(SyncEcho),
            AuthMiddlewareStack(URLRouter([from_url])),
        ):
            with apply_routes([route]), pytest.raises(TypeError) as caught:
                WSClient().send_and_consume("websocket.connect", path="/ws/")
            assert (
                "write SyncEcho.as_asgi() in the routing" in f"{caught.value}{notes(caught.value)}"
            )

    def test_the_consumer_class(self):
        with apply_routes([AsyncEcho.as_route()]):
            assert WSClient().get_consumer_by_channel("websocket.receive") is AsyncEcho
            assert WSClient().get_consumer_by_channel("http.request") is None


class SyncDenying(WebsocketConsumer):
    def connect(self):
        raise DenyConnection


class RejectionTests(ChannelTestCase):
    def check(self, consumer, close):
        with apply_routes([consumer]):
            client = WSClient()
            with pytest.raises(AssertionError) as caught:
                client.send_and_consume("websocket.connect")
            wanted = f"Connection rejected: {close} != '{{accept: True}}'"
            assert str(caught.value).splitlines()[0] == wanted
            assert not client.connection.accepted
            return client

    def test_without_a_code(self):
        assert self.check(Rejecting, {"close": True}).connection.close_code == 1000

    def test_with_a_code(self):
        coded = Rejecting.as_route(attrs={"code": 4003})
        assert self.check(coded, {"close": 4003}).connection.close_code == 4003

    def test_deny_connection(self):
        self.check(Denying, {"close": True})

    def test_a_denial_reaches_the_test_as_it_did(self):
        validated = AllowedHostsOriginValidator(AsyncEcho.as_asgi())
        for routes in Denying, AuthMiddlewareStack(Denying.as_asgi()), SyncDenying, validated:
            with self.subTest(routes), apply_routes([routes]):
                client = WSClient()
                with pytest.raises(DenyConnection):
                    client.send_and_consume("websocket.connect", check_accept=False)
                assert client.receive() is None
                assert client.connection.close_code == 1000
                leave(client)

    def test_a_close_is_no_denial(self):
        with apply_routes([Rejecting]):
            client = WSClient()
            client.send_and_consume("websocket.connect", check_accept=False)
            assert client.receive() == {"close": True}

    def test_accept_connection(self):
        with apply_routes([Accepting]):
            assert connected().connection.accepted

    def test_no_answer(self):
        self.check(speaker(), None)

    def test_unchecked(self):
        with apply_routes([Rejecting.as_route(attrs={"code": 4003})]):
            client = WSClient()
            client.send_and_consume("websocket.connect", check_accept=False)
            assert client.receive() == {"close": 4003}

    def test_unchecked_and_accepted(self):
        with apply_routes([AsyncEcho]):
            client = WSClient()
            client.send_and_consume("websocket.connect", check_accept=False)
            assert client.receive() == {"accept": True}

    def test_a_denial_response(self):
        denial = {"type": "websocket.http.response.start", "status": 403, "headers": []}
        body = {"type": "websocket.http.response.body", "body": b"no"}
        content = {"status": 403, "headers": [], "content": b"no", "more_content": False}
        self.check(speaker(denial, body), content)

    def test_a_rejected_client_can_leave(self):
        with apply_routes([Rejecting]):
            client = WSClient()
            client.send_and_consume("websocket.connect", check_accept=False)
            leave(client)
            assert client.connection.ended


class FrameTests(ChannelTestCase):
    def test_undecoded(self):
        with apply_routes([AsyncEcho]):
            client = connected()
            say(client, {"a": 1})
            assert client.receive(json=False) == '{"a": 1}'

    def test_empty_text(self):
        with apply_routes([AsyncEcho]):
            client = connected()
            client.send_and_consume("websocket.receive", {"text": ""})
            assert client.receive(json=False) == ""

    def test_more_frames_than_a_channel_of_channels_1_holds(self):
        frames = [{"type": "websocket.send", "text": str(n)} for n in range(25)]
        with apply_routes([speaker(ACCEPT, *frames)]):
            assert everything(connected()) == [str(n) for n in range(25)]

    def test_greetings_come_behind_the_acceptance(self):
        with apply_routes([speaker(ACCEPT, {"type": "websocket.send", "text": "hello"})]):
            assert connected().receive(json=False) == "hello"

    def test_keys_that_are_none(self):
        frame = {"type": "websocket.send", "text": None, "bytes": b"x"}
        with apply_routes([speaker(ACCEPT, frame)]):
            assert connected().receive() == {"bytes": b"x"}


class MalformedTests(ChannelTestCase):
    def check(self, *events, match):
        with apply_routes([speaker(*events)]), pytest.raises(MalformedEvent, match=match):
            WSClient().send_and_consume("websocket.connect")

    def test_of_another_protocol(self):
        self.check({"type": "lifespan.startup.complete"}, match="a websocket application sent")

    def test_without_a_type(self):
        self.check({"text": "x"}, match="no event of its protocol")
        self.check("text", match="no event of its protocol")

    def test_before_the_acceptance(self):
        self.check({"type": "websocket.send", "text": "x"}, match="before websocket.accept")

    def test_after_the_close(self):
        events = ACCEPT, {"type": "websocket.close"}, {"type": "websocket.send", "text": "x"}
        self.check(*events, match="after websocket.close")

    def test_neither_text_nor_bytes(self):
        self.check(ACCEPT, {"type": "websocket.send"}, match="either text or bytes")
        both = {"type": "websocket.send", "text": "x", "bytes": b"x"}
        self.check(ACCEPT, both, match="either text or bytes")

    def test_of_another_type(self):
        self.check(ACCEPT, {"type": "websocket.send", "text": b"x"}, match="is a str")
        self.check(ACCEPT, {"type": "websocket.send", "text": {"a": 1}}, match="is a str")


class EndTests(ChannelTestCase):
    def test_its_exception_is_raised_by_the_call_that_caused_it(self):
        class Failing(AsyncWebsocketConsumer):
            async def receive(self, text_data=None, bytes_data=None):
                raise LookupError("no such thing")

        with apply_routes([Failing]):
            client = connected()
            with pytest.raises(LookupError, match="no such thing") as caught:
                say(client, "x")
            assert caught.traceback[-1].name == "receive"

    def test_it_has_ended(self):
        async def short(scope, receive, send):
            await receive()
            await send(ACCEPT)

        with apply_routes([short]):
            client = connected("/short/")
            with pytest.raises(AssertionError, match="the application on /short/ has ended, and"):
                say(client, "x")
            assert leave(client) is None

    def test_it_closes_and_ends(self):
        class Leaving(WebsocketConsumer):
            def receive(self, text_data=None, bytes_data=None):
                self.close(code=4000)
                raise StopConsumer

        with apply_routes([Leaving]):
            client = connected()
            consumer = say(client, "x")
            assert type(consumer) is Leaving
            assert client.receive() == {"close": 4000}
            assert client.connection.ended
            assert leave(client) is consumer

    def test_it_stops_when_it_is_connected(self):
        class Stopping(AsyncWebsocketConsumer):
            async def connect(self):
                await self.accept()
                raise StopConsumer

        with apply_routes([Stopping]):
            client = WSClient()
            assert type(client.send_and_consume("websocket.connect")) is Stopping

    def test_it_does_not_end_when_it_should(self):
        async def stubborn(scope, receive, send):
            await send(ACCEPT)
            while True:
                await receive()

        with apply_routes([stubborn]):
            client = connected("/stubborn/")
            text = r"the application on /stubborn/ did not end after 'websocket.disconnect'"
            with pytest.raises(AssertionError, match=text):
                leave(client)
            assert client.connection.ended

    def test_codes_of_a_disconnect(self):
        class Noting(AsyncWebsocketConsumer):
            async def disconnect(self, code):
                self.code = code

        with apply_routes([Noting]):
            assert leave(connected()).code == 1000
            assert leave(connected(), code=4001).code == 4001

    def test_what_it_says_at_the_end(self):
        class Parting(AsyncWebsocketConsumer):
            async def disconnect(self, code):
                await self.channel_layer.send("parted", {"type": "bye"})

        with apply_routes([Parting]):
            leave(connected())
            assert self.get_next_message("parted", require=True)["type"] == "bye"

    def test_scopes_are_their_own(self):
        with apply_routes([Scoped]):
            one, two = connected("/1/"), connected("/2/")
            assert (one.connection.scope["path"], two.connection.scope["path"]) == ("/1/", "/2/")


class SendAndCloseTests(ChannelTestCase):
    """``send(…, close=…)`` says one thing, as it did in Channels 1."""

    def check(self, consumer, *messages):
        with self.subTest(consumer.__name__), apply_routes([consumer]):
            client = connected()
            say(client, "bye")
            got = []
            while (message := client.get_next_message(client.reply_channel)) is not None:
                got.append(message.content)
            assert got == list(messages)
            leave(client)
            return client.connection.close_code

    def test_in_one(self):
        class Async(AsyncWebsocketConsumer):
            async def receive(self, text_data=None, bytes_data=None):
                await self.send(text_data, close=True)

        class Sync(WebsocketConsumer):
            def receive(self, text_data=None, bytes_data=None):
                self.send(text_data, close=4001)

        assert self.check(Async, {"text": "bye", "close": True}) == 1000
        assert self.check(Sync, {"text": "bye", "close": 4001}) == 4001

    def test_a_frame_that_accepts(self):
        class Late(WebsocketConsumer):
            has_accepted = False

            def connect(self):
                self.send("no", close=self.scope["path"] == "/none/")

            def send(self, text_data=None, bytes_data=None, close=False):
                if not self.has_accepted:
                    self.accept()
                    self.has_accepted = True
                super().send(text_data, bytes_data, close)

        class AsyncLate(AsyncWebsocketConsumer):
            async def connect(self):
                await self.send("no", close=self.scope["path"] == "/none/")

            async def send(self, text_data=None, bytes_data=None, close=False):
                await self.accept()
                await super().send(text_data, bytes_data, close)

        for late in (Late, AsyncLate):
            with self.subTest(late.__name__), apply_routes([late]):
                client = WSClient()
                client.send_and_consume("websocket.connect", path="/none/", check_accept=False)
                message = client.get_next_message(client.reply_channel)
                assert message.content == {"text": "no", "close": True}
                other = WSClient()
                other.send_and_consume("websocket.connect", path="/some/", check_accept=False)
                assert other.receive(json=False) == "no"
                assert other.connection.accepted

    def test_in_two(self):
        class Async(AsyncWebsocketConsumer):
            async def receive(self, text_data=None, bytes_data=None):
                await self.send(text_data)
                await self.close()

        class Sync(WebsocketConsumer):
            def receive(self, text_data=None, bytes_data=None):
                self.send(text_data)
                self.close()

        self.check(Async, {"text": "bye"}, {"close": True})
        self.check(Sync, {"text": "bye"}, {"close": True})


def decorated(send):
    """A project's decorator: metrics, say."""

    @functools.wraps(send)
    async def measured(self, *args, **kwargs):
        return await send(self, *args, **kwargs)

    return measured


def sync_decorated(send):
    @functools.wraps(send)
    def measured(self, *args, **kwargs):
        return send(self, *args, **kwargs)

    return measured


class Finishing(AsyncWebsocketConsumer):
    async def receive(self, text_data=None, bytes_data=None):
        await self.send(text_data="bye", close=4001)


class SyncFinishing(WebsocketConsumer):
    def receive(self, text_data=None, bytes_data=None):
        self.send(text_data="bye", close=4001)


class CloseWithTheFrameTests(ChannelTestCase):
    """``send(…, close=…)`` is one message, as with consumers of Channels 1."""

    def check(self, consumer, message=None):
        with apply_routes([consumer]):
            client = connected()
            say(client, "x")
            received = self.get_next_message(client.reply_channel, require=True).content
            assert received == (message or {"text": "bye", "close": 4001})
            assert client.receive() is None
            assert client.connection.close_code == 4001

    def test_channels_own(self):
        self.check(Finishing)
        self.check(SyncFinishing)

    def test_decorated(self):
        class Measured(Finishing):
            send = decorated(AsyncWebsocketConsumer.send)

        class SyncMeasured(SyncFinishing):
            send = sync_decorated(WebsocketConsumer.send)

        self.check(Measured)
        self.check(SyncMeasured)

    def test_decorated_in_channels(self):
        measured = decorated(AsyncWebsocketConsumer.send)
        with mock.patch.object(AsyncWebsocketConsumer, "send", measured):
            self.check(Finishing)
        measured = sync_decorated(WebsocketConsumer.send)
        with mock.patch.object(WebsocketConsumer, "send", measured):
            self.check(SyncFinishing)

    def test_overridden(self):
        class Overridden(Finishing):
            async def send(self, text_data=None, bytes_data=None, close=False):
                await super().send(text_data=text_data.upper(), close=close)

        self.check(Overridden, {"text": "BYE", "close": 4001})

    def test_wrapped_with_other_names(self):
        class Renamed(Finishing):
            async def send(self, *args, **options):
                await super().send(*args, **options)

        self.check(Renamed)

    def test_json(self):
        class Json(AsyncJsonWebsocketConsumer):
            async def receive(self, text_data=None, bytes_data=None):
                await self.send_json({"a": 1}, close=4001)

        self.check(Json, {"text": '{"a": 1}', "close": 4001})

    def test_a_close_of_its_own_is_a_message_of_its_own(self):
        class Apart(AsyncWebsocketConsumer):
            async def receive(self, text_data=None, bytes_data=None):
                await self.send(text_data="bye")
                await self.close(4001)

        with apply_routes([Apart]):
            client = connected()
            say(client, "x")
            assert everything(client) == ["bye", {"close": 4001}]
