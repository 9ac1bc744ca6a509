"""Modern applications among Channels 1's routes: every form, and who gets what."""

from __future__ import annotations

import pytest
from channels.auth import AuthMiddlewareStack
from channels.generic.http import AsyncHttpConsumer
from channels.generic.websocket import AsyncWebsocketConsumer, JsonWebsocketConsumer
from channels.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from channeltest.compat.applications.lookup import HTTP_CHANNELS, WEBSOCKET_CHANNELS
from channeltest.compat.applications.route import ApplicationRoute
from channeltest.compat.routing import Router, include, route, route_class
from django.core.exceptions import ImproperlyConfigured
from django.urls import include as django_include
from django.urls import path, re_path

from ..routed import message

HERE = __name__


class Socket(AsyncWebsocketConsumer):
    greeting = "hello"


class Page(AsyncHttpConsumer):
    pass


async def function(scope, receive, send):
    pass


def old(message, **kwargs):
    pass


router = URLRouter([path("a/<int:n>/", Socket.as_asgi())])
whole = ProtocolTypeRouter(
    {
        "websocket": AuthMiddlewareStack(router),
        "channel": ChannelNameRouter({"thumbnails": Page.as_asgi()}),
    }
)
routes = [router, route("websocket.connect", old)]
as_dict = {"websocket.connect": Socket, "thumbnails": Page.as_asgi()}


def goes(routing, channel="websocket.connect", **content):
    """Where a message goes: the consumer, or ``None``."""
    match = Router(routing).match(message(channel, **content))
    return match and match[0]


def kwargs(routing, **content):
    match = Router(routing).match(message("websocket.connect", **content))
    return match and match[1]


class TestForms:
    @pytest.mark.parametrize(
        "form",
        [
            Socket,
            Socket.as_asgi(),
            [Socket],
            [Socket.as_asgi()],
            [[Socket]],
            [route("websocket.connect", Socket)],
            [route("websocket.connect", Socket.as_asgi(scale=2))],
            [route("websocket.connect", f"{HERE}.Socket")],
            [route_class(Socket)],
            [route_class(Socket.as_asgi())],
            [route_class(f"{HERE}.Socket", path=r"^/a/")],
            [Socket.as_route()],
            Socket.as_route(path=r"^/a/"),
            [include([Socket])],
            [include([Socket.as_route(path="^1/$")], path=r"^/a/")],
            [include(f"{HERE}.routes")],
            [path("a/1/", Socket.as_asgi())],
            path("a/<int:n>/", Socket.as_asgi()),
            [re_path(r"^a/(?P<n>\d+)/$", Socket.as_asgi())],
            router,
            [router],
            whole,
            [whole],
            f"{HERE}.Socket",
            f"{HERE}.router",
            f"{HERE}.whole",
            f"{HERE}.routes",
            f"{HERE}.as_dict",
            [f"{HERE}.routes"],
            as_dict,
            [as_dict],
            {"websocket.connect": whole},
        ],
        # Not their own names, which say where in memory they are.
        ids=lambda form: type(form).__name__,
    )
    def test_each_leads_to_the_consumer(self, form):
        assert goes(form, path="/a/1/") is Socket

    def test_a_function(self):
        assert goes(function) is function

    def test_worker_channels_by_name(self):
        for form in (whole, as_dict, ChannelNameRouter({"thumbnails": Page})):
            assert goes(form, "thumbnails") is Page
            assert goes(form, "others") is None

    def test_a_route_to_a_named_channel(self):
        assert goes([route("thumbnails", Socket)], "thumbnails") is Socket


class TestChannelNames:
    @pytest.mark.parametrize(
        ("routing", "names"),
        [
            (Socket.as_route(), WEBSOCKET_CHANNELS),
            (JsonWebsocketConsumer.as_route(), WEBSOCKET_CHANNELS),
            (Page.as_route(), HTTP_CHANNELS),
            (whole, [*WEBSOCKET_CHANNELS, "thumbnails"]),
            ([route("c", old), path("a", Page.as_asgi())], ["c", *HTTP_CHANNELS]),
        ],
    )
    def test_a_router_knows_them(self, routing, names):
        assert Router(routing).channels == set(names)


class TestOrder:
    def test_first_match_wins(self):
        first, last = route("websocket.connect", old), route("websocket.connect", function)
        assert goes([first, Socket, last]) is old
        assert goes([Socket, first, last]) is Socket
        assert goes([last, first, Socket]) is function

    def test_what_an_application_does_not_serve_falls_through(self):
        mixed = [router, route("websocket.connect", old), route("http.request", old)]
        assert goes(mixed, path="/a/1/") is Socket
        assert goes(mixed, path="/a/x/") is old
        assert goes(mixed, "http.request", path="/a/1/") is old

    def test_also_from_an_explicit_route(self):
        assert goes([route("websocket.connect", whole), Socket], path="/b/") is Socket
        assert goes([route("websocket.connect", router), route("websocket.connect", old)]) is old

    def test_out_of_an_include(self):
        mixed = [include([router], path="^/x"), route("websocket.connect", old)]
        assert goes(mixed, path="/x/a/1/") is Socket
        assert goes(mixed, path="/x/b/") is old
        assert goes(mixed, path="/a/1/") is old

    def test_nowhere(self):
        assert goes([router], path="/b/") is None


class TestPaths:
    def remaining(self, routing, **content):
        consumer, _ = Router(routing).target(message("websocket.connect", **content))
        return consumer.path_remaining

    def test_an_application_by_itself_sees_the_whole_path(self):
        assert self.remaining([router], path="/a/1/") is None

    def test_a_prefix_leaves_the_rest(self):
        assert self.remaining([include([router], path="^/x")], path="/x/a/1/") == "/a/1/"

    def test_of_two_prefixes_the_inner_leaves_it(self):
        nested = [include([include([router], path="^/y")], path="^/x")]
        assert self.remaining(nested, path="/x/y/a/1/") == "/a/1/"

    def test_an_include_without_a_prefix_leaves_it_alone(self):
        assert self.remaining([include([router])], path="/a/1/") is None
        assert self.remaining([include([router], method="GET")], path="/a/1/", method="GET") is None

    def test_a_filter_of_a_route_leaves_it_alone(self):
        filtered = [route("websocket.connect", router, path="^/a/")]
        assert self.remaining(filtered, path="/a/1/") is None

    def test_a_prefix_takes_the_root_path_with_it(self):
        prefixed = [include([router], path="^/app")]
        assert self.remaining(prefixed, path="/app/a/1/", root_path="/app") == "/a/1/"

    def test_a_root_path(self):
        assert goes([router], path="/app/a/1/", root_path="/app") is Socket

    def test_what_patterns_find(self):
        assert kwargs([router], path="/a/1/") == {"n": 1}
        nested = URLRouter([path("<slug:s>/", router), path("x/<slug:t>/", Socket.as_asgi())])
        assert kwargs([nested], path="/x/a/1/") == {"s": "x", "n": 1}
        assert kwargs([nested], path="/x/y/") == {"t": "y"}
        prefixed = include([router], path=r"^/(?P<house>\d+)")
        assert kwargs([prefixed], path="/7/a/1/") == {"house": "7", "n": 1}

    def test_named_groups(self):
        filtered = Socket.as_route(path=r"^/(?P<room>\w+)/")
        assert kwargs([filtered], path="/den/") == {"room": "den"}
        prefixed = include([filtered], path=r"^/(?P<house>\d+)")
        assert kwargs([prefixed], path="/7/den/") == {"room": "den", "house": "7"}


class TestAsRoute:
    def test_attributes(self):
        consumer = Socket.as_route(attrs={"greeting": "ahoy"}).consumer
        assert issubclass(consumer, Socket)
        assert (consumer.greeting, Socket.greeting) == ("ahoy", "hello")
        assert (consumer.__name__, consumer.__module__) == ("Socket", HERE)

    def test_without_any_it_is_the_class(self):
        assert Socket.as_route().consumer is Socket

    def test_attributes_that_are_no_dict(self):
        with pytest.raises(AssertionError, match=r"^attrs must be a dict$"):
            Socket.as_route(attrs=["greeting"])


class TestRefusals:
    def test_a_path_to_an_old_consumer(self):
        with pytest.raises(TypeError, match="no ASGI application: a consumer of Channels 1 takes"):
            Router([path("a", old)])

    def test_djangos_include(self):
        with pytest.raises(ImproperlyConfigured, match="not supported in URLRouter"):
            Router([path("a", django_include([path("b", Socket.as_asgi())]))])


def test_how_it_reads():
    assert str(ApplicationRoute(Page)) == f"http.disconnect/http.request -> {Page!r}"
