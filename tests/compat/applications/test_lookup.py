"""What modern applications serve, as far as can be seen from outside."""

from __future__ import annotations

from unittest import mock

import pytest
from channels.auth import AuthMiddlewareStack
from channels.consumer import AsyncConsumer, SyncConsumer
from channels.generic.http import AsyncHttpConsumer
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from channels.sessions import SessionMiddlewareStack
from channeltest.compat.applications.lookup import (
    HTTP_CHANNELS,
    WEBSOCKET_CHANNELS,
    channels_of,
    find,
    is_consumer,
    protocol_of,
)
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application
from django.urls import path, re_path

BOTH = {*WEBSOCKET_CHANNELS, *HTTP_CHANNELS}


class Socket(AsyncWebsocketConsumer):
    pass


class Page(AsyncHttpConsumer):
    pass


class Dispatching(AsyncConsumer):
    async def dispatch(self, message):
        pass


class Both(SyncConsumer):
    def websocket_connect(self, event):
        pass

    def http_request(self, event):
        pass


async def function(scope, receive, send):
    pass


class Closed:
    """Middleware that hides what it wraps."""

    def __init__(self, wrapped):
        self._wrapped = wrapped

    async def __call__(self, scope, receive, send):
        await self._wrapped(scope, receive, send)


class Starlettes(Closed):
    def __init__(self, app):
        self.app = app


socket, page = Socket.as_asgi(), Page.as_asgi()


@pytest.mark.parametrize(
    ("application", "channels"),
    [
        (Socket, WEBSOCKET_CHANNELS),
        (socket, WEBSOCKET_CHANNELS),
        (WebsocketConsumer, WEBSOCKET_CHANNELS),
        (Page, HTTP_CHANNELS),
        (Dispatching, WEBSOCKET_CHANNELS),
        (Both, BOTH),
        (function, BOTH),
        (Closed(socket), BOTH),
        (Starlettes(page), HTTP_CHANNELS),
        (mock.Mock(), BOTH),
        (Starlettes(mock.AsyncMock()), BOTH),
        (AuthMiddlewareStack(socket), WEBSOCKET_CHANNELS),
        (AllowedHostsOriginValidator(function), WEBSOCKET_CHANNELS),
        (URLRouter([]), []),
        (URLRouter([path("a", socket)]), WEBSOCKET_CHANNELS),
        (URLRouter([path("a", socket), path("b", page)]), BOTH),
        (get_asgi_application(), HTTP_CHANNELS),
        (ASGIStaticFilesHandler(get_asgi_application()), HTTP_CHANNELS),
        (ProtocolTypeRouter({}), []),
        (ProtocolTypeRouter({"websocket": function}), WEBSOCKET_CHANNELS),
        (ProtocolTypeRouter({"http": function, "websocket": socket}), BOTH),
        (ProtocolTypeRouter({"http": socket}), []),
        (ChannelNameRouter({"a": socket, "b": socket}), ["a", "b"]),
        (ProtocolTypeRouter({"channel": ChannelNameRouter({"a": Page})}), ["a"]),
    ],
)
def test_channels(application, channels):
    found = channels_of(application)
    assert set(found) == set(channels)
    assert len(found) == len(channels)


@pytest.mark.parametrize(
    ("channel", "protocol"),
    [
        ("websocket.connect", "websocket"),
        ("http.disconnect", "http"),
        ("websocket.keepalive", "channel"),
        ("thumbnails", "channel"),
    ],
)
def test_protocols(channel, protocol):
    assert protocol_of(channel) == protocol


@pytest.mark.parametrize("thing", [Socket, socket, Page])
def test_consumers(thing):
    assert is_consumer(thing)


@pytest.mark.parametrize("thing", [function, URLRouter([]), Closed, AuthMiddlewareStack(socket)])
def test_no_consumers(thing):
    assert not is_consumer(thing)


class TestFind:
    def check(self, application, where, found, channel="websocket.connect", root_path=""):
        assert find(application, channel, where, root_path) is found

    @pytest.mark.parametrize("where", ["/a/1/", "a/1/"])
    def test_by_path_with_or_without_a_leading_slash(self, where):
        self.check(URLRouter([path("a/<int:n>/", socket)]), where, socket)

    @pytest.mark.parametrize("where", ["/", "/a/x/", "/a/1/more", "/b/a/1/"])
    def test_no_such_path(self, where):
        self.check(URLRouter([path("a/<int:n>/", socket)]), where, None)

    def test_by_regular_expression(self):
        self.check(URLRouter([re_path(r"^a/(?P<slug>\w+)$", socket)]), "/a/b", socket)

    def test_the_first_pattern_that_matches(self):
        other = Socket.as_asgi()
        self.check(URLRouter([path("a", socket), path("a", other)]), "/a", socket)

    def test_nested_routers(self):
        inner = URLRouter([path("b/", socket)])
        outer = URLRouter([path("a/", inner), path("a/c/", page)])
        self.check(outer, "/a/b/", socket)
        self.check(outer, "/a/d/", None)
        self.check(outer, "/a/c/", page, channel="http.request")

    def test_through_middleware(self):
        router = URLRouter([path("a", socket)])
        stack = AllowedHostsOriginValidator(SessionMiddlewareStack(Starlettes(router)))
        self.check(stack, "/a", socket)
        self.check(stack, "/b", None)

    def test_to_a_mock(self):
        mocked = mock.AsyncMock()
        self.check(SessionMiddlewareStack(URLRouter([path("a", mocked)])), "/a", mocked)

    def test_by_protocol(self):
        router = ProtocolTypeRouter({"http": page, "websocket": URLRouter([path("a", socket)])})
        self.check(router, "/a", socket)
        self.check(router, "/b", None)
        self.check(router, "/b", page, channel="http.request")
        self.check(router, "/a", None, channel="thumbnails")

    def test_by_name(self):
        names = ChannelNameRouter({"thumbnails": page})
        for router in (names, ProtocolTypeRouter({"channel": names})):
            self.check(router, "/", page, channel="thumbnails")
            self.check(router, "/", None, channel="other")

    def test_beneath_a_root_path(self):
        router = URLRouter([path("a", socket)])
        self.check(router, "/app/a", socket, root_path="/app")
        self.check(router, "/a", None, root_path="/app")

    def test_a_consumer_of_another_protocol(self):
        self.check(Socket, "/", None, channel="http.request")

    def test_a_named_channel_goes_wherever_its_route_leads(self):
        self.check(Socket, "/", Socket, channel="thumbnails")

    def test_what_hides_its_routes_serves_everything(self):
        closed = Closed(URLRouter([path("a", socket)]))
        self.check(closed, "/b", closed)
