from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Callable, Coroutine
from typing import Any
from unittest import mock

import pytest
from channeltest.compat.base_layer import BaseChannelLayer
from channeltest.compat.channel import Group
from channeltest.compat.handler import ViewConsumer
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.message import Message
from channeltest.compat.routing import route
from channeltest.compat.serving.http import BODY_CHUNK
from channeltest.compat.serving.layer_application import LayerApplication
from django.http import HttpRequest, HttpResponse
from django.urls import path

from ...processes import PATIENCE
from ..requesting import wrapped
from .bridging import Connection, working

# The signals around requests and consumers look after the database connections.
pytestmark = pytest.mark.django_db

Scenario = Callable[[LayerApplication], Coroutine[Any, Any, None]]


class RemoteLayer:
    """A layer of which the bridge knows only what every layer of ASGI 1 has.

    Attributes:
        memory: The layer that it hands everything to.
    """

    def __init__(self, **options: Any) -> None:
        self.memory = ChannelLayer(**options)
        self.ChannelFull = self.memory.ChannelFull
        self.MessageTooLarge = self.memory.MessageTooLarge
        self.extensions = ["groups"]
        for name in ("send", "receive", "new_channel", "group_add", "send_group", "group_discard"):
            setattr(self, name, getattr(self.memory, name))
        self.receive_many = self.memory.receive


@pytest.fixture(params=[ChannelLayer, RemoteLayer])
def layer(request: pytest.FixtureRequest) -> Any:
    """Both ways of hearing replies."""
    return wrapped(request.param())


def run(layer: Any, scenario: Scenario, **options: Any) -> None:
    asyncio.run(scenario(LayerApplication(layer, **options)))


def taken(layer: Any, channel: str) -> dict[str, Any]:
    """Take the message that is on ``channel``."""
    message = layer.receive([channel])[1]
    assert message is not None, f"nothing on {channel}"
    return message


async def until(layer: Any, channel: str) -> dict[str, Any]:
    """Wait for a message on ``channel``; a layer that may block is sent to in a thread."""
    loop, sent = asyncio.get_running_loop(), asyncio.Event()
    memory: ChannelLayer = getattr(layer.channel_layer, "memory", layer.channel_layer)
    # Asked before looking, so that no message can slip in between.
    cancel = memory.call_when_sent(channel, lambda: loop.call_soon_threadsafe(sent.set))
    message = layer.receive([channel])[1]
    if message is None:
        await asyncio.wait_for(sent.wait(), PATIENCE)
        return taken(layer, channel)
    cancel()
    return message


class TestWebsocketMessages:
    def test_connect(self, layer: Any) -> None:
        async def scenario(application: LayerApplication) -> None:
            connection = Connection(application, root_path="/app")
            connection.send("websocket.connect")
            message = await until(layer, "websocket.connect")
            reply_channel = message.pop("reply_channel")
            assert reply_channel.startswith("websocket.send.")
            assert BaseChannelLayer().valid_channel_name(reply_channel)
            assert message == {
                "path": "/room/",
                "order": 0,
                "scheme": "ws",
                "root_path": "/app",
                "query_string": b"a=1",
                "headers": [(b"host", b"testserver")],
                "client": ["10.0.0.1", 1234],
                "server": ["10.0.0.2", 80],
            }
            connection.send("websocket.disconnect", code=1001)
            await connection.end()

        run(layer, scenario)

    def test_frames_and_disconnection(self, layer: Any) -> None:
        async def scenario(application: LayerApplication) -> None:
            connection = Connection(application)
            connection.send("websocket.connect")
            connection.send("websocket.receive", text="hi", bytes=None)
            connection.send("websocket.receive", bytes=b"\x00")
            connection.send("websocket.receive", text="")
            connection.send("websocket.disconnect", code=4001)
            await connection.end()

        run(layer, scenario)
        address = {
            "path": "/room/",
            "reply_channel": taken(layer, "websocket.connect")["reply_channel"],
        }
        assert taken(layer, "websocket.receive") == {**address, "order": 1, "text": "hi"}
        assert taken(layer, "websocket.receive") == {**address, "order": 2, "bytes": b"\x00"}
        assert taken(layer, "websocket.receive") == {**address, "order": 3, "text": ""}
        assert taken(layer, "websocket.disconnect") == {**address, "order": 4, "code": 4001}

    def test_minimal_scope(self, layer: Any) -> None:
        async def scenario(application: LayerApplication) -> None:
            connection = Connection(application)
            for key in ("client", "server", "query_string", "scheme"):
                del connection.scope[key]
            connection.send("websocket.connect")
            connection.send("websocket.disconnect")
            await connection.end()

        run(layer, scenario)
        message = taken(layer, "websocket.connect")
        assert (message["client"], message["server"]) == (None, None)
        assert (message["query_string"], message["scheme"], message["root_path"]) == (b"", "ws", "")
        assert taken(layer, "websocket.disconnect")["code"] == 1005


class TestWebsocketReplies:
    @staticmethod
    def answered(layer: Any, *replies: dict[str, Any], **options: Any) -> list[dict[str, Any]]:
        """Connect, have ``replies`` sent, and return the events up to a close."""
        scope = options.pop("scope", {})
        events = []

        async def scenario(application: LayerApplication) -> None:
            connection = Connection(application, **scope)
            connection.send("websocket.connect")
            channel = (await until(layer, "websocket.connect"))["reply_channel"]
            for reply in [*replies, {"close": 4999}]:
                layer.send(channel, reply)
            while not events or events[-1]["type"] != "websocket.close":
                events.append(await connection.receive())
            connection.send("websocket.disconnect", code=1000)
            await connection.end()

        run(layer, scenario, **options)
        return [{key[:4]: value for key, value in event.items()} for event in events]

    def test_accept(self, layer: Any) -> None:
        assert self.answered(layer, {"accept": True}) == [
            {"type": "websocket.accept", "subp": None},
            {"type": "websocket.close", "code": 4999},
        ]

    @pytest.mark.parametrize("reply", [{"accept": False}, {"close": True}])
    def test_reject(self, layer: Any, reply: dict[str, Any]) -> None:
        events = self.answered(layer, reply)
        assert events == [{"type": "websocket.close", "code": 1000}]

    def test_text_accepts(self, layer: Any) -> None:
        events = self.answered(layer, {"text": "hi"}, {"bytes": b"\x00"})
        assert [event["type"] for event in events] == [
            "websocket.accept",
            "websocket.send",
            "websocket.send",
            "websocket.close",
        ]
        assert (events[1]["text"], events[2]["byte"]) == ("hi", b"\x00")

    def test_everything_in_one(self, layer: Any) -> None:
        events = self.answered(layer, {"accept": True, "text": "hi", "close": 4000})
        assert [event["type"][10:] for event in events] == ["accept", "send", "close"]
        assert events[-1]["code"] == 4000

    def test_subprotocol(self, layer: Any) -> None:
        scope = {"subprotocols": ["a", "b", "c"]}
        events = self.answered(layer, {"accept": True}, scope=scope, ws_protocols=["c", "b"])
        assert events[0] == {"type": "websocket.accept", "subp": "b"}

    @pytest.mark.parametrize(
        ("reply", "problem"),
        [
            ({"texts": "hi"}, "contains unknown keys ['texts'] (looking for"),
            ({"text": "hi", "bytes": b"hi"}, "contains both bytes and text keys"),
        ],
    )
    def test_mistake_is_logged(
        self, layer: Any, log: Any, reply: dict[str, Any], problem: str
    ) -> None:
        assert len(self.answered(layer, reply, {"accept": True})) == 2
        assert any(problem in line and "send decode error" in line for line in log())


class TestWebsocketBackpressure:
    @pytest.fixture(params=[ChannelLayer, RemoteLayer])
    def layer(self, request: pytest.FixtureRequest) -> Any:
        return wrapped(request.param(capacity=1))

    def test_connect(self, layer: Any) -> None:
        layer.send("websocket.connect", {})

        async def scenario(application: LayerApplication) -> None:
            connection = Connection(application)
            connection.send("websocket.connect")
            assert await connection.receive() == {"type": "websocket.close", "code": 1013}
            connection.send("websocket.disconnect", code=1006)
            await connection.end()

        run(layer, scenario)
        assert layer.receive(["websocket.disconnect"]) == (None, None)

    def test_receive(self, layer: Any) -> None:
        async def scenario(application: LayerApplication) -> None:
            connection = Connection(application)
            connection.send("websocket.connect")
            channel = (await until(layer, "websocket.connect"))["reply_channel"]
            layer.send(channel, {"accept": True})
            assert (await connection.receive())["type"] == "websocket.accept"
            connection.send("websocket.receive", text="fits")
            connection.send("websocket.receive", text="one too many")
            assert await connection.receive() == {"type": "websocket.close", "code": 1013}
            layer.send(channel, {"text": "too late"})
            connection.send("websocket.disconnect", code=1013)
            await connection.end()

        run(layer, scenario)
        assert taken(layer, "websocket.receive")["text"] == "fits"


class TestHttpMessages:
    def test_request(self, layer: Any) -> None:
        async def scenario(application: LayerApplication) -> None:
            connection = http(application, method="POST", scheme="https", http_version="2")
            connection.send("http.request", body=b"hello ", more_body=True)
            connection.send("http.request", body=b"world")
            message = await until(layer, "http.request")
            assert message.pop("reply_channel").startswith("http.response.")
            assert message == {
                "path": "/room/",
                "scheme": "https",
                "root_path": "",
                "query_string": b"a=1",
                "headers": [(b"host", b"testserver")],
                "client": ["10.0.0.1", 1234],
                "server": ["10.0.0.2", 80],
                "http_version": "2",
                "method": "POST",
                "body": b"hello world",
            }
            connection.send("http.disconnect")
            await connection.end()

        run(layer, scenario)
        assert set(taken(layer, "http.disconnect")) == {"path", "reply_channel"}

    def test_large_body(self, layer: Any) -> None:
        async def scenario(application: LayerApplication) -> None:
            connection = http(application)
            for piece in (b"a", b"b", b"c"):
                connection.send("http.request", body=piece * BODY_CHUNK, more_body=piece != b"c")
            message = await until(layer, "http.request")
            assert message["body"] == b"a" * BODY_CHUNK
            second, third = [await until(layer, message["body_channel"]) for _ in range(2)]
            assert second == {"content": b"b" * BODY_CHUNK, "more_content": True}
            assert third == {"content": b"c" * BODY_CHUNK, "more_content": False}
            connection.send("http.disconnect")
            await connection.end()

        run(layer, scenario)

    def test_client_goes_during_the_body(self, layer: Any) -> None:
        async def scenario(application: LayerApplication) -> None:
            connection = http(application)
            connection.send("http.request", body=b"a" * BODY_CHUNK, more_body=True)
            connection.send("http.disconnect")
            await connection.end()
            channel = taken(layer, "http.request")["body_channel"]
            assert taken(layer, channel) == {"closed": True}

        run(layer, scenario)

    def test_client_goes_before_the_request(self, layer: Any) -> None:
        async def scenario(application: LayerApplication) -> None:
            connection = http(application)
            connection.send("http.disconnect")
            await connection.end()

        run(layer, scenario)
        assert layer.receive(["http.request", "http.disconnect"]) == (None, None)

    def test_full_channel(self) -> None:
        async def scenario(application: LayerApplication) -> None:
            connection = http(application)
            connection.send("http.request")
            assert (await connection.receive())["status"] == 503
            assert b"Request queue full." in (await connection.receive())["body"]
            await connection.end()

        run(wrapped(ChannelLayer(capacity=0)), scenario)

    def test_a_disconnect_that_nobody_reads(self, caplog: pytest.LogCaptureFixture) -> None:
        """In a project without a consumer for it, the channel of ``http.disconnect`` is full."""
        layer = wrapped(ChannelLayer(capacity=1))
        layer.send("http.disconnect", {"path": "/another/"})

        async def scenario(application: LayerApplication) -> None:
            connection = http(application)
            connection.send("http.request")
            await until(layer, "http.request")
            connection.send("http.disconnect")
            await connection.end()

        run(layer, scenario)
        assert [each for each in caplog.records if each.levelno >= logging.WARNING] == []

    def test_other_types(self, layer: Any) -> None:
        async def scenario(application: LayerApplication) -> None:
            with pytest.raises(ValueError, match="not lifespan"):
                await Connection(application, type="lifespan").end()

        run(layer, scenario)


def http(application: LayerApplication, **scope: Any) -> Connection:
    scope = {"type": "http", "scheme": "http", "http_version": "1.1", "method": "GET", **scope}
    return Connection(application, **scope)


class Failing(ChannelLayer):
    """A layer that raises what it is told."""

    unreachable = (ConnectionError,)

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def send(self, channel: str, message: dict[str, Any]) -> None:
        raise self.error


REFUSALS = [
    (ChannelLayer.ChannelFull("x"), 503, "queue full"),
    (ChannelLayer.MessageTooLarge("x"), 413, "too large"),
    (ConnectionError("x"), 503, "out of reach"),
]


class TestRefusals:
    @pytest.mark.parametrize(("error", "status", "reason"), REFUSALS)
    def test_request(self, error: Exception, status: int, reason: str) -> None:
        async def scenario(application: LayerApplication) -> None:
            connection = http(application)
            connection.send("http.request")
            assert (await connection.receive())["status"] == status
            assert reason in (await connection.receive())["body"].decode()
            await connection.end()

        run(wrapped(Failing(error)), scenario)

    @pytest.mark.parametrize(("error", "status", "reason"), REFUSALS)
    def test_handshake(self, error: Exception, status: int, reason: str) -> None:
        async def scenario(application: LayerApplication) -> None:
            connection = Connection(application, extensions={"websocket.http.response": {}})
            connection.send("websocket.connect")
            assert (await connection.receive())["status"] == status
            assert reason in (await connection.receive())["body"].decode()
            connection.send("websocket.disconnect", code=1006)
            await connection.end()

        run(wrapped(Failing(error)), scenario)

    @pytest.mark.parametrize(
        ("error", "code"), [(e, c) for (e, *_), c in zip(REFUSALS, (1013, 1009, 1013), strict=True)]
    )
    def test_frame(self, error: Exception, code: int) -> None:
        async def scenario(application: LayerApplication) -> None:
            connection = Connection(application)
            connection.send("websocket.connect")
            channel = (await until(layer, "websocket.connect"))["reply_channel"]
            layer.send(channel, {"accept": True})
            await connection.receive()
            with mock.patch.object(layer.channel_layer, "send", Failing(error).send):
                connection.send("websocket.receive", text="x")
                assert await connection.receive() == {"type": "websocket.close", "code": code}
            connection.send("websocket.disconnect", code=code)
            await connection.end()
            # Consumers that joined groups hear of the end.
            assert taken(layer, "websocket.disconnect")["code"] == code

        layer = wrapped(ChannelLayer())
        layer.channel_layer.unreachable = (ConnectionError,)
        run(layer, scenario)

    def test_close_codes_that_the_server_does_not_send(self, layer: Any) -> None:
        async def scenario() -> None:
            closed = []

            async def send(event: dict[str, Any]) -> None:
                if event["type"] == "websocket.close":
                    if event["code"] < 3000:
                        raise Exception("invalid close code")
                    closed.append(event["code"])
                    gone.set()

            async def receive() -> dict[str, Any]:
                if not closed and not begun.is_set():
                    begun.set()
                    return {"type": "websocket.connect"}
                await gone.wait()
                return {"type": "websocket.disconnect", "code": closed[0]}

            begun, gone = asyncio.Event(), asyncio.Event()
            scope = {"type": "websocket", "path": "/", "headers": []}
            serving = asyncio.ensure_future(LayerApplication(layer)(scope, receive, send))
            channel = (await until(layer, "websocket.connect"))["reply_channel"]
            layer.send(channel, {"accept": True, "close": 1011})
            await asyncio.wait_for(serving, 5)
            assert closed == [4011]

        asyncio.run(scenario())


class TestTimeouts:
    def test_request(self, layer: Any, log: Any) -> None:
        async def scenario(application: LayerApplication) -> None:
            connection = http(application)
            connection.send("http.request")
            assert (await connection.receive())["status"] == 503
            assert b"No worker answered in time" in (await connection.receive())["body"]
            await connection.end()

        run(layer, scenario, http_timeout=0.01)
        assert "No worker answered GET /room/ within 0.01 seconds" in log()[-1]

    def test_websocket(self, layer: Any, log: Any) -> None:
        async def scenario(application: LayerApplication) -> None:
            connection = Connection(application)
            connection.send("websocket.connect")
            assert await connection.receive() == {"type": "websocket.close", "code": 1013}
            connection.send("websocket.disconnect", code=1006)
            await connection.end()

        run(layer, scenario, websocket_connect_timeout=0.01)
        assert "No worker answered the websocket at /room/ within 0.01 seconds" in log()[-1]


class TestHttpReplies:
    @staticmethod
    def answered(layer: Any, *replies: dict[str, Any]) -> list[dict[str, Any]]:
        events = []

        async def scenario(application: LayerApplication) -> None:
            connection = http(application)
            connection.send("http.request")
            channel = (await until(layer, "http.request"))["reply_channel"]
            for reply in replies:
                layer.send(channel, reply)
            while not events or events[-1].get("more_body", True):
                events.append(await connection.receive())
            await connection.end()

        run(layer, scenario)
        return events

    def test_response(self, layer: Any) -> None:
        headers = [(b"Content-Type", b"text/plain"), ("Set-Cookie", " a=1")]
        reply = {"status": 201, "headers": headers, "content": b"hi"}
        assert self.answered(layer, reply) == [
            {
                "type": "http.response.start",
                "status": 201,
                "headers": [(b"content-type", b"text/plain"), (b"set-cookie", b"a=1")],
            },
            {"type": "http.response.body", "body": b"hi", "more_body": False},
        ]

    def test_parts(self, layer: Any) -> None:
        first = {"status": 200, "content": b"a", "more_content": True}
        events = self.answered(layer, first, {"content": b"b", "more_content": True}, {})
        assert [event.get("body") for event in events] == [None, b"a", b"b", b""]

    @pytest.mark.parametrize(
        "first",
        [
            {"content": b"x"},
            {"status": "200"},
            {"status": 20},
            {"status": 200, "content": "x"},
            {"status": 200, "headers": [("X-Bad\r\nX-Evil", "1")]},
            {"status": 200, "headers": [("X-Bad", "1\r\nX-Evil: 2")]},
            {"status": 200, "headers": [("X-Bad", "\u20ac")]},
            {"status": 200, "headers": ["X-Bad"]},
            {"status": 200, "headers": 5},
            {"closed": True},
        ],
    )
    def test_a_bad_first_part(self, layer: Any, log: Any, first: dict[str, Any]) -> None:
        layer.router.add_route(route("http.request", hello))
        start, body = self.answered(layer, first)
        assert (start["status"], body["body"]) == (500, b"500 Internal Server Error")
        assert f"because {__name__}.hello replied wrongly: " in log()[-1]

    @pytest.mark.parametrize("later", [{"status": 200}, {"content": "x"}, {"closed": True}])
    def test_a_bad_later_part_ends_the_connection(
        self, layer: Any, log: Any, later: dict[str, Any]
    ) -> None:
        first = {"status": 200, "content": b"a", "more_content": True}

        async def scenario(application: LayerApplication) -> None:
            connection = http(application)
            connection.send("http.request")
            channel = (await until(layer, "http.request"))["reply_channel"]
            for reply in (first, later):
                layer.send(channel, reply)
            assert (await connection.receive())["type"] == "http.response.start"
            assert (await connection.receive())["more_body"]
            # The application returns, and the server ends the connection.
            await connection.end()

        run(layer, scenario)
        assert "The response to GET /room/ ends before it is complete" in log()[-1]
        assert taken(layer, "http.disconnect")


def hello(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(request.body[-4:])
    response.set_cookie("a", "1")
    return response


urlpatterns = [path("hello/", hello)]


def echo(message: Message) -> None:
    assert message.reply_channel is not None
    message.reply_channel.send({"text": message["text"]})


def join(message: Message) -> None:
    Group("room", channel_layer=message.channel_layer).add(message.reply_channel)
    message.reply_channel.send({"accept": True})


class TestWithWorker:
    def test_view(self, layer: Any, settings: Any) -> None:
        settings.ROOT_URLCONF = __name__
        layer.router.add_route(route("http.request", ViewConsumer()))

        async def scenario(application: LayerApplication) -> None:
            connection = http(application, path="/hello/", method="POST")
            connection.send("http.request", body=b"x" * BODY_CHUNK, more_body=True)
            connection.send("http.request", body=b"end")
            start, body = await connection.receive(), await connection.receive()
            assert (start["status"], body["body"]) == (200, b"xend")
            assert (b"set-cookie", b"a=1; Path=/") in start["headers"]
            await connection.end()

        with working(layer):
            run(layer, scenario)

    def test_websockets(self, layer: Any) -> None:
        layer.router.add_route(route("websocket.connect", join))
        layer.router.add_route(route("websocket.receive", echo))

        async def scenario(application: LayerApplication) -> None:
            connections = [Connection(application) for _ in range(3)]
            for connection in connections:
                connection.send("websocket.connect")
                assert (await connection.receive())["type"] == "websocket.accept"
            for connection, text in zip(connections, itertools.count(), strict=False):
                connection.send("websocket.receive", text=str(text))
                assert (await connection.receive())["text"] == str(text)
            Group("room", channel_layer=layer).send({"text": "all"})
            for connection in connections:
                assert (await connection.receive())["text"] == "all"
                connection.send("websocket.disconnect", code=1000)
                await connection.end()

        with working(layer):
            run(layer, scenario)
