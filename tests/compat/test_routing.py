"""Routes, includes and routers: what fits, what is passed on, and what is refused."""

from __future__ import annotations

from unittest import mock

import pytest
from channeltest.compat import routing
from channeltest.compat.asgi import ChannelLayerWrapper
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.message import Message
from channeltest.compat.routing import (
    Include,
    Route,
    RouteClass,
    Router,
    include,
    route,
    route_class,
)
from django.core.exceptions import ImproperlyConfigured

from .inplace import taken, told

HERE = __name__


def consumer(message, **kwargs):
    pass


def other(message, **kwargs):
    pass


class Consumer:
    @classmethod
    def channel_names(cls):
        return {"websocket.connect", "websocket.receive"}

    def __init__(self, message, **kwargs):
        pass


routes = [route("dotted", consumer)]
as_dict = {"dict": consumer}
number = 5


def message(channel="c", **content):
    return Message(content, channel, ChannelLayerWrapper(ChannelLayer(), "default", []))


def test_lower_case_names():
    assert (route, route_class, include) == (Route, RouteClass, Include)


async def in_vain(message):
    pass


class InVain:
    async def __call__(self, message):
        pass

    async def consume(self, message):
        pass


class TestRoute:
    def test_its_channel(self):
        assert route("c", consumer).match(message("c")) == (consumer, {})
        assert route("c", consumer).match(message("d")) is None

    @pytest.mark.parametrize("channels", ["c", b"c", ["c", "d"], ("d", b"c"), {"c"}])
    def test_channels_of_every_kind(self, channels):
        made = route(channels, consumer)
        assert made.match(message("c")) == (consumer, {})
        assert "c" in made.channel_names()

    def test_a_filter(self):
        made = route("c", consumer, path=r"^/room/(?P<room>\w+)/$")
        assert made.match(message(path="/room/attic/")) == (consumer, {"room": "attic"})
        assert made.match(message(path="/attic/")) is None
        assert made.match(message()) is None

    def test_filters_of_several_keys(self):
        made = route("c", consumer, path="^/(?P<a>.)", method="(?P<b>GET|POST)$")
        assert made.match(message(path="/x", method="GET")) == (consumer, {"a": "x", "b": "GET"})
        assert made.match(message(path="/x", method="PUT")) is None

    def test_a_filter_matches_at_the_start(self):
        assert route("c", consumer, path="/a").match(message(path="/abc"))
        assert not route("c", consumer, path="b").match(message(path="abc"))

    def test_groups_that_took_no_part(self):
        made = route("c", consumer, path=r"^/(?P<room>\w+)?")
        assert made.match(message(path="/")) == (consumer, {"room": None})

    def test_bytes(self):
        assert route("c", consumer, path=b"^/a").match(message(path=b"/abc"))

    @pytest.mark.parametrize("value", [None, 5, ["/a"]])
    def test_values_that_are_no_text(self, value):
        with pytest.raises(TypeError):
            route("c", consumer, path="^/a").match(message(path=value))

    @pytest.mark.parametrize("pattern", ["^/(.*)$", "^/(?P<a>.)(.)"])
    def test_groups_without_names(self, pattern):
        with pytest.raises(
            ValueError, match=r"Filter for path on .* contains positional groups; only named"
        ):
            route("c", consumer, path=pattern)

    def test_groups_that_capture_nothing(self):
        assert route("c", consumer, path="^/(?:a|b)").match(message(path="/b"))

    def test_a_dotted_path(self):
        assert route("c", f"{HERE}.consumer").match(message()) == (consumer, {})

    @pytest.mark.parametrize(
        ("path", "reason"),
        [
            (f"{HERE}.nothing", "has no attribute 'nothing'"),
            ("no.such.module", "No module named 'no'"),
        ],
    )
    def test_a_dotted_path_that_leads_nowhere(self, path, reason):
        with pytest.raises(ImproperlyConfigured) as raised:
            route("c", path)
        assert str(raised.value) == f"Cannot import consumer {path!r}"
        assert reason in told(raised.value)

    def test_a_path_without_dots(self):
        with pytest.raises(ValueError) as raised:
            route("c", "consumer")
        assert str(raised.value) == "not enough values to unpack (expected 2, got 1)"
        assert "package.module.variable" in told(raised.value)

    @pytest.mark.parametrize("thing", [None, 5, [consumer], f"{HERE}.number"])
    def test_a_consumer_that_cannot_be_called(self, thing):
        with pytest.raises(TypeError, match="The consumer for c is not callable"):
            route("c", thing)

    @pytest.mark.parametrize("thing", [in_vain, InVain(), InVain().consume])
    def test_an_async_consumer_of_channels_1(self, thing):
        with pytest.raises(TypeError, match=r"for c is async, .*: Channels 1 .* Write it with def"):
            route("c", thing)

    def test_text(self):
        assert repr(route("c", consumer)) == f"<Route c  -> {HERE}.consumer>"
        assert str(route("c", consumer)) == f"c  -> {HERE}.consumer"
        assert str(route(["c", "d"], consumer, path="^/")) == f"c/d (path=^/) -> {HERE}.consumer"


class TestRouteClass:
    def test_the_classs_channels(self):
        made = route_class(Consumer)
        assert made.match(message("websocket.connect")) == (Consumer, {})
        assert made.channel_names() == {"websocket.connect", "websocket.receive"}

    def test_a_filter(self):
        made = route_class(Consumer, path="^/(?P<room>.)")
        assert made.match(message("websocket.receive", path="/a")) == (Consumer, {"room": "a"})

    def test_a_dotted_path(self):
        assert route_class(f"{HERE}.Consumer").consumer is Consumer

    @pytest.mark.parametrize("thing", [consumer, None, type("Own", (), {"channel_names": 5})])
    def test_a_class_that_names_no_channels(self, thing):
        with pytest.raises(ValueError, match="has no valid channel_names method"):
            route_class(thing)


class TestInclude:
    def test_text(self):
        made = include([route("c", consumer), include([], path="^/a")], path="^/b")
        text = f"include (path=^/b) [c  -> {HERE}.consumer, include (path=^/a) []]"
        assert (str(made), repr(made)) == (text, f"<Include {text}>")

    def test_the_first_that_fits(self):
        made = include([route("c", consumer, path="^/a"), route("c", other)])
        assert made.match(message(path="/a")) == (consumer, {})
        assert made.match(message(path="/b")) == (other, {})
        assert made.match(message("d")) is None

    def test_a_prefix(self):
        made = include([route("c", consumer, path="^/b$")], path="^/a")
        assert made.match(message(path="/a/b")) == (consumer, {})
        assert made.match(message(path="/b")) is None
        assert made.match(message()) is None

    def test_groups_of_prefix_and_route(self):
        inner = [route("c", consumer, path=r"^/(?P<room>\w+)$")]
        made = include(inner, path=r"^/v(?P<version>\d)", method="(?P<verb>G)")
        matched = made.match(message(path="/v2/attic", method="GET"))
        assert matched == (consumer, {"version": "2", "room": "attic", "verb": "G"})

    def test_the_inner_route_decides_about_one_name(self):
        made = include([route("c", consumer, path="(?P<a>.)")], path="(?P<a>.)")
        assert made.match(message(path="xy")) == (consumer, {"a": "y"})

    def test_the_message_is_left_alone(self):
        given = message(path="/a/b")
        include([route("c", consumer, path="^/b")], path="^/a").match(given)
        assert given["path"] == "/a/b"

    def test_includes_of_includes(self):
        made = include(include([route("c", consumer, path="^/c$")], path="^/b"), path="^/a")
        assert made.match(message(path="/a/b/c")) == (consumer, {})

    def test_bytes(self):
        made = include([route("c", consumer, path="^/b")], path=b"^/a")
        assert made.match(message(path=b"/a/b"))

    @pytest.mark.parametrize(
        "given", [routes, as_dict, f"{HERE}.routes", f"{HERE}.as_dict", tuple(routes)]
    )
    def test_routing_of_every_kind(self, given):
        assert include(given).channel_names() <= {"dotted", "dict"}
        assert include(given).channel_names()

    def test_channels(self):
        made = include([route("a", consumer), include([route("b", consumer)], path="^/")])
        assert made.channel_names() == {"a", "b"}


class TestRouter:
    def test_match_and_channels(self):
        router = Router([route("a", consumer), {"b": other}])
        assert router.channels == {"a", "b"}
        assert router.match(message("b")) == (other, {})
        assert router.match(message("c")) is None

    def test_adding_a_route(self):
        router = Router([route("a", consumer)])
        router.add_route(route("b", other))
        assert router.channels == {"a", "b"}
        assert router.match(message("b")) == (other, {})

    def test_a_list_is_kept(self):
        given = [route("a", consumer)]
        assert Router.resolve_routing(given) is given

    @pytest.mark.parametrize(
        ("given", "error"),
        [
            (f"{HERE}.nothing", ImproperlyConfigured),
            ("no.such.routing", ImproperlyConfigured),
            ("undotted", ValueError),
            (f"{HERE}.number", TypeError),
            (5, TypeError),
            (None, TypeError),
            ([consumer], AttributeError),
            ([None], AttributeError),
        ],
    )
    def test_what_is_no_routing(self, given, error):
        with pytest.raises(error) as raised:
            Router(given)
        assert len(told(raised.value)) > 30

    def test_a_consumer_among_the_routes(self):
        with pytest.raises(AttributeError) as raised:
            Router([consumer])
        assert "wrap consumers in route(), route_class() or as_route()" in told(raised.value)

    def test_filters_of_bytes(self):
        assert Router.normalise_re_arg(b"a") == Router.normalise_re_arg("a") == "a"
        assert Router.normalise_re_arg(5) == 5


class TestDefaults:
    CHANNELS = ("http.request", "websocket.connect", "websocket.receive", "websocket.disconnect")

    def test_they_come_behind_the_projects_own(self):
        router = Router([route("websocket.receive", consumer)])
        router.check_default(http_consumer=other)
        assert router.channels == set(self.CHANNELS)
        assert router.match(message("websocket.receive")) == (consumer, {})
        assert router.match(message("http.request")) == (other, {})
        assert router.match(message("websocket.connect"))[0] is routing.connect_consumer
        assert router.match(message("websocket.disconnect"))[0] is routing.null_consumer

    def test_django_serves_http(self):
        router = Router([])
        with mock.patch("channeltest.compat.handler.ViewConsumer") as view_consumer:
            router.check_default()
        assert router.match(message("http.request"))[0] is view_consumer.return_value

    def test_every_websocket_is_accepted(self):
        connected = message("websocket.connect", reply_channel="reply")
        routing.connect_consumer(connected)
        assert taken(connected.channel_layer, "reply") == [{"accept": True}]

    def test_the_consumer_that_does_nothing(self):
        assert routing.null_consumer(message(), room="attic") is None
