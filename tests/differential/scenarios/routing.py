"""``route``, ``route_class`` and ``Router``: matching and its errors."""

import re

import channels
from channels import Channel, channel_layers, route, route_class
from channels.message import Message
from channels.routing import Include, Route, RouteClass, Router, connect_consumer, null_consumer
from django.core.exceptions import ImproperlyConfigured

from tests.differential.recorder import scenario
from tests.differential.routing import echo


def make(name, **content):
    return Message(content, name, channel_layers["default"])


def first(message, **kwargs):
    return "first"


def second(message, **kwargs):
    return "second"


class ClassConsumer(object):
    @classmethod
    def channel_names(cls):
        return {"class.one", "class.two"}

    def __init__(self, message, **kwargs):
        self.kwargs = kwargs


def shown(match):
    if match is None:
        return None
    consumer, kwargs = match
    return [getattr(consumer, "__name__", type(consumer).__name__), kwargs]


@scenario
def lowercase_names(t):
    t.note("route", channels.route is Route)
    t.note("route_class", channels.route_class is RouteClass)
    t.note("include", channels.include is Include)


@scenario
def matches_by_channel(t):
    router = Router([route("one", first), route("two", second)])
    t.note("one", shown(router.match(make("one"))))
    t.note("two", shown(router.match(make("two"))))
    t.note("three", router.match(make("three")))
    t.note("channels", router.channels)


@scenario
def first_match_wins(t):
    router = Router([route("one", first), route("one", second)])
    t.note("one", shown(router.match(make("one"))))


@scenario
def filters_give_keyword_arguments(t):
    router = Router(
        [
            route("ws", first, path=r"^/(?P<room>\w+)/(?P<number>\d+)$"),
            route("ws", second, path=r"^/", method="^GET$"),
        ]
    )
    t.note("named groups", shown(router.match(make("ws", path="/lobby/12"))))
    t.note("second", shown(router.match(make("ws", path="/x", method="GET"))))
    t.note("method differs", router.match(make("ws", path="/x", method="POST")))
    t.note("no method", router.match(make("ws", path="/x")))
    t.note("no path", router.match(make("ws")))


@scenario
def filters_match_at_the_start_only(t):
    router = Router([route("ws", first, path="/a")])
    t.note("prefix", shown(router.match(make("ws", path="/abc"))))
    t.note("inside", router.match(make("ws", path="/b/a")))


@scenario
def optional_groups(t):
    router = Router([route("ws", first, path=r"^/(?P<a>\d+)?(?P<b>[a-z]+)?$")])
    t.note("a", shown(router.match(make("ws", path="/1"))))
    t.note("b", shown(router.match(make("ws", path="/x"))))


@scenario
def two_filters_share_kwargs(t):
    router = Router([route("ws", first, path=r"^/(?P<room>\w+)", method=r"(?P<verb>\w+)")])
    t.note("both", shown(router.match(make("ws", path="/a", method="GET"))))


@scenario
def bytes_in_patterns_and_messages(t):
    router = Router([route("ws", first, path=rb"^/(?P<room>\w+)$")])
    t.note("text value", shown(router.match(make("ws", path="/a"))))
    t.note("bytes value", shown(router.match(make("ws", path=b"/a"))))


@scenario
def bytes_as_a_list_of_channels(t):
    t.note("channels", Route([b"one", "two"], first).channels)


@scenario
def filter_on_a_value_that_is_no_text(t):
    router = Router([route("ws", first, number=r"^\d+$")])
    t.raises_type("int", router.match, make("ws", number=1))


@scenario
def several_channels(t):
    router = Router([route(["one", "two"], first), route(("three",), second)])
    for name in ["one", "two", "three", "four"]:
        t.note(name, shown(router.match(make(name))))
    t.note("channels", router.channels)


@scenario
def positional_groups(t):
    t.raises("route", route, "ws", echo, path=r"^/(\w+)$")
    t.raises("mixed", route, "ws", echo, path=r"^/(?P<a>\w+)/(\d+)$")
    t.raises("non-capturing", lambda: route("ws", echo, path=r"^/(?:\w+)$").channels)
    t.raises_type("route_class", route_class, ClassConsumer, path=r"^/(\w+)$")


@scenario
def invalid_pattern(t):
    # Python 3.13 renamed the class; re.error is its name everywhere.
    try:
        route("ws", echo, path="(")
    except re.error:
        t.note("re.error")


@scenario
def dotted_consumers(t):
    router = Router([route("one", "tests.differential.routing.echo")])
    t.note("match", shown(router.match(make("one"))))
    t.raises("no module", route, "one", "nowhere.at_all.consumer")
    t.raises("no attribute", route, "one", "tests.differential.routing.missing")
    t.raises_type("no dot", route, "one", "consumer")
    t.note("class", issubclass(ImproperlyConfigured, Exception))


@scenario
def consumers_that_are_not_callable(t):
    for consumer in [None, 1, {"a": 1}]:
        t.raises(
            "route to %r" % (consumer,), lambda consumer=consumer: Route("one", consumer).consumer
        )


@scenario
def route_class_takes_channels_from_the_class(t):
    router = Router([route_class(ClassConsumer, path=r"^/(?P<slug>\w+)")])
    t.note("one", shown(router.match(make("class.one", path="/a"))))
    t.note("two", shown(router.match(make("class.two", path="/b"))))
    t.note("channels", router.channels)
    t.note("other path", router.match(make("class.one", path="a")))


@scenario
def route_class_needs_channel_names(t):
    class NotCallable(object):
        channel_names = ["one"]

    t.raises("function", route_class, echo)
    t.raises("attribute", route_class, NotCallable)
    t.raises("None", route_class, None)


@scenario
def route_class_dotted(t):
    route = route_class("tests.differential.scenarios.routing.ClassConsumer")
    t.note("consumer", route.consumer.__name__)
    t.note("channels", sorted(route.channels))


@scenario
def str_of_routes(t):
    t.note("plain", str(route("one", echo)))
    t.note("filter", str(route(["one", "two"], echo, path="^/$")))
    t.note("class", str(route("one", ClassConsumer)))


@scenario
def channel_names_of_routes(t):
    t.note("one", route("one", echo).channel_names())
    t.note("two", route(["one", "two"], echo).channel_names())


@scenario
def routing_as_a_dict(t):
    router = Router({"one": first, "two": "tests.differential.routing.echo"})
    t.note("one", shown(router.match(make("one"))))
    t.note("two", shown(router.match(make("two"))))
    t.note("channels", router.channels)


@scenario
def routing_as_a_dotted_path(t):
    router = Router("tests.differential.routing.channel_routing")
    t.note("echo", shown(router.match(make("echo"))))
    t.note("channels", router.channels)
    router = Router("tests.differential.routing.dict_routing")
    t.note("dict", shown(router.match(make("from.dict"))))


@scenario
def unreadable_routing(t):
    t.raises("no attribute", Router, "tests.differential.routing.missing")
    t.raises("no module", Router, "tests.differential.nowhere.routing")
    t.raises_type("no dot", Router, "routing")
    t.raises_type("None", Router, None)


@scenario
def add_route(t):
    router = Router([route("one", first)])
    router.add_route(route("one", second))
    router.add_route(route("two", second))
    t.note("one", shown(router.match(make("one"))))
    t.note("two", shown(router.match(make("two"))))
    t.note("channels", router.channels)


@scenario
def check_default(t):
    router = Router([route("websocket.receive", first)])
    router.check_default(http_consumer=second)
    for name in ["http.request", "websocket.connect", "websocket.receive", "websocket.disconnect"]:
        t.note(name, shown(router.match(make(name))))
    t.note("channels", router.channels)


@scenario
def check_default_with_views(t):
    router = Router([])
    router.check_default()
    t.note("http.request", shown(router.match(make("http.request"))))


@scenario
def default_consumers(t):
    t.note("null", null_consumer("anything", at="all"))
    connect_consumer(make("websocket.connect", reply_channel="reply"))
    t.messages("reply")


@scenario
def anything_with_match_is_a_route(t):
    class Everything(object):
        def match(self, message):
            return first, {"seen": message.channel.name}

        def channel_names(self):
            return {"any"}

    router = Router([Everything()])
    t.note("match", shown(router.match(make("whatever"))))
    t.note("channels", router.channels)


@scenario
def settings_routing_runs(t):
    from channels.test import Client

    client = Client()
    client.send_and_consume("echo", {"value": 1})
    t.note("reply", client.receive())
    client.send_and_consume("relay", {"value": 2})
    t.messages("relayed")
    Channel("nobody").send({"value": 3})
    t.raises("no route", client.consume, "nobody")


@scenario
def routes_know_themselves(t):
    found = route("one", echo, path="^/(?P<a>.)")
    t.note("filters", {name: regex.pattern for name, regex in found.filters.items()})
    t.note("channels", found.channels)
    t.note("consumer", found.consumer is echo)


@scenario
def normalise_re_arg(t):
    t.note("bytes", Router.normalise_re_arg(b"^/a"))
    t.note("text", Router.normalise_re_arg("^/a"))


@scenario
def resolve_routing(t):
    listed = [route("one", first)]
    t.note("list", Router.resolve_routing(listed) is listed)
    t.note("dict", [str(r.channels) for r in Router.resolve_routing({"one": first})])
    t.note("path", len(Router.resolve_routing("tests.differential.routing.channel_routing")))
