"""Every kind of consumer that Channels ships, driven by a Channels 1 client."""

from __future__ import annotations

import pytest
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from channels.sessions import SessionMiddlewareStack
from django.core.asgi import get_asgi_application
from django.http import HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import path

from channeltest import ChannelTestCase, Client, HttpClient, apply_routes

from . import consumers
from .clients import connected, everything, leave, say
from .consumers import ECHOES, AsyncEcho, Page, Scoped, Shouting, Streamed


def page(request):
    return HttpResponse(f"{request.method} {request.path} {request.body.decode()}", status=202)


def stream(request):
    async def parts():
        yield b"a"
        yield b"b"

    return StreamingHttpResponse(parts(), content_type="text/plain")


def broken(request):
    raise RuntimeError("broken view")


urlpatterns = [path("page/", page), path("stream/", stream), path("broken/", broken)]


class EchoTests(ChannelTestCase):
    def test_every_kind(self):
        for consumer in ECHOES:
            with self.subTest(consumer.__name__), apply_routes([consumer.as_route(path="^/echo/")]):
                client = connected("/echo/")
                instance = say(client, {"n": 1}, path="/echo/")
                assert client.receive() == {"n": 1}
                assert client.receive() is None
                assert type(instance) is consumer
                assert instance.received in ({"n": 1}, '{"n": 1}')
                assert leave(client) is instance
                assert client.connection.ended

    def test_binary_frames(self):
        for consumer in (c for c in ECHOES if "Json" not in c.__name__):
            with self.subTest(consumer.__name__), apply_routes([consumer]):
                client = connected()
                client.send_and_consume("websocket.receive", {"bytes": b"\x00\xff"})
                assert client.receive() == {"bytes": b"\x00\xff"}

    def test_subclass_through_attrs(self):
        with apply_routes([AsyncEcho.as_route(attrs={"groups": ["g"]})]):
            assert say(connected(), "x").groups == ["g"]

    def test_initkwargs(self):
        class Scaled(consumers.AsyncEcho):
            def __init__(self, scale=1):
                super().__init__()
                self.scale = scale

        with apply_routes([path("x/", Scaled.as_asgi(scale=3))]):
            assert say(connected("/x/"), "x").scale == 3


class MiddlewareTests(ChannelTestCase):
    def check(self, application, got, header=("x", "y")):
        with apply_routes([application]):
            client = HttpClient()
            client.set_header(*header)
            client.send_and_consume("websocket.connect")
            say(client, "hello")
            assert client.receive(json=False) == got

    def test_session_stack(self):
        self.check(SessionMiddlewareStack(AsyncEcho.as_asgi()), "hello")

    def test_auth_stack(self):
        self.check(AuthMiddlewareStack(AsyncEcho.as_asgi()), "hello")

    def test_a_projects_own(self):
        self.check(Shouting(AsyncEcho.as_asgi()), "HELLO")
        self.check(Shouting(URLRouter([path("", AsyncEcho.as_asgi())])), "HELLO")

    def test_what_it_adds_to_the_scope(self):
        with apply_routes([Shouting(Scoped.as_asgi())]):
            client = connected()
            assert say(client, '"volume"').scope["volume"] == 11
            assert client.receive() == 11

    @override_settings(ALLOWED_HOSTS=["good.example"])
    def test_origins(self):
        validated = AllowedHostsOriginValidator(AsyncEcho.as_asgi())
        self.check(validated, "hello", ("origin", "http://good.example"))
        with pytest.raises(AssertionError, match=r"^Connection rejected: \{'close': True\}"):
            self.check(validated, "hello", ("origin", "http://evil.example"))


class HttpTests(ChannelTestCase):
    def ask(self, application, where="/a/", **content):
        with apply_routes([application]):
            client = HttpClient()
            instance = client.send_and_consume("http.request", {"path": where, **content})
            return client, instance

    def test_async_http_consumer(self):
        client, instance = self.ask(Page.as_route(), body=b"body", method="POST")
        assert client.receive() == {
            "status": 201,
            "headers": [(b"X-Of", b"Page")],
            "content": b"/a/ body",
            "more_content": False,
        }
        assert client.receive() is None
        assert (type(instance), instance.received) == (Page, b"body")
        assert client.connection.headers == [(b"X-Of", b"Page")]

    def test_a_streamed_response(self):
        client, _ = self.ask(path("a/", Streamed.as_asgi()))
        assert everything(client) == [
            {
                "status": 200,
                "headers": [(b"Content-Type", b"text/plain")],
                "content": b"a",
                "more_content": True,
            },
            {"content": b"b", "more_content": True},
            {"content": b"c", "more_content": False},
        ]

    def test_a_client_makes_several_requests(self):
        with apply_routes([Page]):
            client = HttpClient()
            for number in range(3):
                client.send_and_consume("http.request", {"path": f"/{number}"})
                assert client.receive()["content"] == b"/%d " % number

    def test_headers_and_query_string(self):
        client, _ = self.ask(
            Page, query_string="a=1", headers=[[b"X-A", b"b"]], method="get", scheme="https"
        )
        scope = client.connection.scope
        assert scope["query_string"] == b"a=1"
        assert scope["headers"] == [(b"x-a", b"b")]
        assert (scope["method"], scope["scheme"]) == ("GET", "https")


@override_settings(ROOT_URLCONF=__name__)
class DjangoTests(ChannelTestCase):
    def ask(self, where, **content):
        routes = ProtocolTypeRouter(
            {"http": get_asgi_application(), "websocket": AsyncEcho.as_asgi()}
        )
        with apply_routes([routes]):
            client = Client()
            client.send_and_consume("http.request", {"path": where, **content})
            return everything_of(client)

    def test_a_view(self):
        (reply,) = self.ask("/page/", method="POST", body=b"data")
        assert (reply["status"], reply["content"]) == (202, b"POST /page/ data")
        assert dict(reply["headers"])[b"Content-Type"] == b"text/html; charset=utf-8"
        assert reply["more_content"] is False

    def test_a_root_path(self):
        (reply,) = self.ask("/app/page/", root_path="/app")
        assert reply["content"] == b"GET /app/page/ "

    def test_a_streaming_response(self):
        replies = self.ask("/stream/")
        assert b"".join(reply["content"] for reply in replies) == b"ab"
        assert replies[0]["status"] == 200
        assert [reply["more_content"] for reply in replies] == [True, True, False]

    def test_no_such_page(self):
        (reply,) = self.ask("/none/")
        assert reply["status"] == 404


def everything_of(client):
    got = []
    while (content := client.receive()) is not None:
        got.append(content)
    return got
