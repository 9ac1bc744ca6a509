from __future__ import annotations

import pytest

from tests.channeltest.upgrade.suites.cases import (
    CONNECTED,
    CONSUMERS,
    OPENED,
    converted,
    left,
    method,
    suite,
)

IMPORTS = """\
from app.consumers import Chat, Work, act, number, receive
from app.old import Old
from channels import include, route, route_class
from channels.test import apply_routes
from django.urls import path


"""
MORE = """

receive = Chat
number = 3


def act(message):
    pass
"""
OLD = "from channels.generic.websockets import W\n\n\nclass Old(W):\n    pass\n"
FILES = {"app__old": OLD, "app__consumers": CONSUMERS + MORE}
ROUTE = r'Chat.as_route(path=r"^/a/$")'
ROUTER = 'URLRouter([re_path(r"^a/$", Chat.as_asgi())])'


@pytest.mark.parametrize(
    ("routes", "router"),
    [
        (f"[{ROUTE}]", ROUTER),
        (ROUTE, ROUTER),
        (r'[route_class(Chat, path=r"^/a/$")]', ROUTER),
        ("(route_class(Chat),)", 'URLRouter([re_path(r"", Chat.as_asgi())])'),
        ('[path("a/", Chat.as_asgi())]', 'URLRouter([path("a/", Chat.as_asgi())])'),
        (f"[{ROUTE}, {ROUTE}]", ROUTER),
        (
            f"[{ROUTE}, route_class(Chat)]",
            ROUTER.replace("())]", '()), re_path(r"", Chat.as_asgi())]'),
        ),
        (
            """[
    route("websocket.connect", Chat, path=r"^/a/$"),
    route("websocket.receive", receive, path=r"^/a/$"),
]""",
            ROUTER,
        ),
        ('[route("websocket.connect", Chat)]', 'URLRouter([re_path(r"", Chat.as_asgi())])'),
    ],
)
def test_routes_of_a_class(routes, router):
    text = converted(suite(f"{IMPORTS}@apply_routes({routes}){method(CONNECTED)[1:]}", **FILES))
    assert (
        f"\n\n\nclass Tests(WebsocketTestCase):\n    waits_for_rest = True\n    router = {router}\n"
        in text
    )
    assert "apply_routes" not in text


@pytest.mark.parametrize(
    ("routes", "reason"),
    [
        ("routing", "its routes are not spelled out"),
        ("[routing]", "what the route leads to is not known"),
        ('[route("app.work", Work)]', "what the route leads to is not known"),
        ('[route("websocket.connect", "app.consumers.Chat")]', "what the route leads to"),
        ('[route("websocket.connect", number)]', "what the route leads to is not known"),
        ('[route("websocket.connect", act)]', "the route leads to a consumer of Channels 1"),
        ('[include("app.routing")]', "what the route leads to is not known"),
        ("[Old.as_route()]", "the route leads to a consumer of Channels 1"),
        ('[Chat.as_route(path="^a|b$")]', "its path filter has alternatives"),
        ('[Chat.as_route(path="^/a/", method="x")]', "what the route leads to is not known"),
        ("[Chat.as_route()], ['default']", "its routes are not spelled out"),
    ],
)
def test_routes_that_are_not_known(routes, reason):
    text = f"{IMPORTS}@apply_routes({routes}){method(CONNECTED)[1:]}"
    assert reason in left(text, **FILES)


def block(body, before="", behind=""):
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return IMPORTS + method(f"{before}with apply_routes([{ROUTE}]):\n{lines}{behind}")


def test_routes_of_a_test():
    text = converted(suite(block(CONNECTED + "# A frame.\nclient.receive()"), app__old=OLD))
    rest = f"self.router = {ROUTER}\n{OPENED}# A frame.\nawait client.receive_json_from()\n"
    assert text.endswith("".join(f"        {line}\n" for line in rest.splitlines()))


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ((CONNECTED, "", "client.receive()"), "some of its clients have other routes"),
        (("client.receive()", "client = WSClient()\n"), "its clients are made in front"),
        (
            ("self.client.receive()", "self.client = WSClient()\n"),
            "some of its clients have other routes",
        ),
        ((CONNECTED + 'x = """\n"""',), "its block cannot be moved to the left"),
    ],
)
def test_blocks_that_are_left_alone(parts, reason):
    assert reason in left(block(*parts), app__old=OLD)
