"""``include``: prefixes, nesting and dotted paths."""

from channels import channel_layers, include, route
from channels.message import Message
from channels.routing import Router

from tests.differential.recorder import scenario


def make(name, **content):
    return Message(content, name, channel_layers["default"])


def consumer(message, **kwargs):
    return kwargs


def other(message, **kwargs):
    return kwargs


def shown(match):
    return None if match is None else [match[0].__name__, match[1]]


@scenario
def prefix_is_cut_off(t):
    router = Router(
        [
            include(
                [route("ws", consumer, path=r"^/chat$"), route("ws", other, path="^$")],
                path="^/api",
            )
        ]
    )
    t.note("chat", shown(router.match(make("ws", path="/api/chat"))))
    t.note("bare prefix", shown(router.match(make("ws", path="/api"))))
    t.note("without prefix", router.match(make("ws", path="/chat")))


@scenario
def message_itself_is_unchanged(t):
    router = Router([include([route("ws", consumer, path="^/chat$")], path="^/api")])
    message = make("ws", path="/api/chat")
    t.note("match", shown(router.match(message)))
    t.note("path", message["path"])


@scenario
def kwargs_of_prefix_and_route_merge(t):
    router = Router(
        [
            include(
                [route("ws", consumer, path=r"^/(?P<room>\w+)$")],
                path=r"^/v(?P<version>\d+)",
                method="^(?P<verb>G)",
            )
        ]
    )
    t.note("match", shown(router.match(make("ws", path="/v2/lobby", method="GET"))))
    t.note("no method", router.match(make("ws", path="/v2/lobby")))


@scenario
def inner_kwargs_win(t):
    router = Router(
        [include([route("ws", consumer, path=r"^/(?P<name>\w+)$")], path=r"^/(?P<name>\w+?)(?=/)")]
    )
    t.note("match", shown(router.match(make("ws", path="/outer/inner"))))


@scenario
def nested(t):
    inner = [route("ws", consumer, path=r"^/c/(?P<c>\d)$")]
    router = Router([include([include(inner, path=r"^/b(?P<b>\d)")], path=r"^/a(?P<a>\d)")])
    t.note("match", shown(router.match(make("ws", path="/a1/b2/c/3"))))
    t.note("half", router.match(make("ws", path="/a1/c/3")))


@scenario
def falls_through_to_later_routes(t):
    router = Router(
        [
            include([route("ws", consumer, path="^/x$")], path="^/api"),
            route("ws", other, path="^/api/y$"),
        ]
    )
    t.note("x", shown(router.match(make("ws", path="/api/x"))))
    t.note("y", shown(router.match(make("ws", path="/api/y"))))


@scenario
def kwargs_of_a_failed_include_are_dropped(t):
    router = Router(
        [
            include([route("ws", consumer, path="^/x$")], path=r"^/(?P<a>\w+)"),
            include([route("ws", other, path="^/y$")], path=r"^/(?P<b>\w+)"),
        ]
    )
    t.note("y", shown(router.match(make("ws", path="/q/y"))))


@scenario
def without_prefix(t):
    router = Router([include([route("one", consumer)]), include({"two": other})])
    t.note("one", shown(router.match(make("one"))))
    t.note("two", shown(router.match(make("two"))))
    t.note("channels", router.channels)


@scenario
def dotted(t):
    router = Router([include("tests.differential.routing.inner_routing", path="^/outer")])
    t.note("connect", shown(router.match(make("websocket.connect", path="/outer/inner/slug/"))))
    t.note("channels", router.channels)
    router = Router([include("tests.differential.routing.dict_routing")])
    t.note("dict", router.channels)


@scenario
def unreadable(t):
    t.raises("no attribute", include, "tests.differential.routing.missing")
    t.raises("no module", include, "tests.differential.nowhere.routing")


@scenario
def include_of_an_include(t):
    router = Router(include([route("one", consumer)]).routing)
    t.note("one", shown(router.match(make("one"))))


@scenario
def bytes_prefix(t):
    router = Router([include([route("ws", consumer, path=b"^/x$")], path=b"^/api")])
    t.note("text", shown(router.match(make("ws", path="/api/x"))))
    t.note("bytes", shown(router.match(make("ws", path=b"/api/x"))))


@scenario
def positional_groups_in_prefixes(t):
    router = Router([include([route("ws", consumer)], path=r"^/(\w+)")])
    t.note("match", shown(router.match(make("ws", path="/x"))))


@scenario
def uncopyable_content(t):
    import threading

    router = Router([include([route("ws", consumer)])])
    t.raises_type("match", router.match, make("ws", lock=threading.Lock()))
