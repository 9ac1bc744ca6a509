from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from channels.auth import AuthMiddleware
from channels.routing import URLRouter
from channels.sessions import CookieMiddleware, SessionMiddleware
from channeltest.compat.routing import include, route
from channeltest.compat.serving.direct import modern_application
from django.urls import path

from ...served.ported import Echo
from ..requesting import wrapped


async def application(scope: Any, receive: Any, send: Any) -> None:
    """What a route leads to."""


def old(message: Any) -> None:
    """A consumer of Channels 1."""


def found(*routing: Any, **scope: Any) -> Any:
    scope = {"type": "websocket", "path": "/a/1/", "headers": [], **scope}
    return modern_application(wrapped(routing=routing), scope)


def test_the_first_match_wins() -> None:
    modern = route("websocket.connect", application)
    assert found(route("websocket.connect", old), modern) is None
    assert found(modern, route("websocket.connect", old)) is not None


def test_none() -> None:
    assert found() is None
    assert found(route("http.request", application)) is None


def test_http() -> None:
    routing = route("http.request", application, method="POST")
    assert found(routing, type="http", method="GET") is None
    assert found(routing, type="http", method="POST")[0] is application


def test_what_the_filters_found() -> None:
    [_, scope] = found(route("websocket.connect", application, path=r"^/a/(?P<n>\d+)/$"))
    assert scope["url_route"] == {"args": (), "kwargs": {"n": "1"}}


def test_beside_what_an_outer_router_found() -> None:
    outer = {"args": (), "kwargs": {"m": 0}}
    [_, scope] = found(
        route("websocket.connect", application, path=r"^/a/(?P<n>\d+)/$"), url_route=outer
    )
    assert scope["url_route"]["kwargs"] == {"m": 0, "n": "1"}
    assert outer["kwargs"] == {"m": 0}


def test_what_an_include_left_of_the_path() -> None:
    router = URLRouter([path("<int:n>/", application)])
    [chosen, scope] = found(include([router], path=r"^/a/"))
    assert (chosen, scope["path_remaining"]) == (router, "1/")


@pytest.mark.parametrize(
    ("left_out", "kinds"),
    [
        ((), [CookieMiddleware, SessionMiddleware, AuthMiddleware]),
        (("auth",), [CookieMiddleware, SessionMiddleware]),
        (("auth", "sessions"), [CookieMiddleware]),
    ],
)
def test_a_consumer_by_itself_gets_middleware(left_out: tuple[str, ...], kinds: list[type]) -> None:
    def is_installed(name: str) -> bool:
        return name.rpartition(".")[2] not in left_out

    with mock.patch("channeltest.compat.serving.direct.apps.is_installed", is_installed):
        [chosen, _] = found(route("websocket.connect", Echo))
    for kind in kinds:
        assert type(chosen) is kind
        chosen = chosen.inner
    assert chosen.consumer_class is Echo
