"""Modern applications among the routes of Channels 1, served in the server's own process."""

from __future__ import annotations

from typing import Any, cast

from django.apps import apps

from ..applications.callables import ASGI3Application, Scope
from ..applications.target import Application
from ..asgi import ChannelLayerWrapper
from ..message import Message
from .layer_connection import opening

_BEGINNINGS = {"http": "http.request", "websocket": "websocket.connect"}
_SCHEMES = {"http": "http", "websocket": "ws"}


def modern_application(
    layer: ChannelLayerWrapper, scope: Scope
) -> tuple[ASGI3Application, Scope] | None:
    """Return the modern application that a connection is for, and its scope.

    The routes are tried as they are for the message that begins the connection: the first
    match wins.

    Args:
        layer: A channel layer with a router.
        scope: The connection's scope.

    Returns:
        The application (ASGI 3) and a scope with what the route found in the path, or ``None``
        when the first match is a consumer of Channels 1, or there is none. A consumer without
        middleware gets cookies, session and user as far as Django's apps for them are installed.
    """
    protocol = scope["type"]
    content = opening(scope, _SCHEMES[protocol])
    match = layer.router.target(Message(content, _BEGINNINGS[protocol], layer))
    if match is None or not isinstance(match[0], Application):
        return None
    target, kwargs = match
    scope = dict(scope)
    # A URLRouter sets it for every route.
    outer = scope.get("url_route", {"args": (), "kwargs": {}})
    scope["url_route"] = {**outer, "kwargs": {**outer["kwargs"], **kwargs}}
    if target.path_remaining is not None:
        scope["path_remaining"] = target.path_remaining
    application = target.asgi()
    return (_with_middleware(application) if target.is_bare else application), scope


def _with_middleware(application: ASGI3Application) -> ASGI3Application:
    # Here, because they import the models of apps that need not be installed.
    wrap: Any  # the stubs of Channels have typed dicts for events
    if apps.is_installed("django.contrib.auth"):
        from channels.auth import AuthMiddlewareStack as wrap
    elif apps.is_installed("django.contrib.sessions"):
        from channels.sessions import SessionMiddlewareStack as wrap
    else:
        from channels.sessions import CookieMiddleware as wrap
    return cast(ASGI3Application, wrap(application))
