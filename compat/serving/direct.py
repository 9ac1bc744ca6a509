"""Modern applications among the routes of Channels 1, served in the server's own process."""

from __future__ import annotations

from typing import Any

from django.apps import apps

from ..applications.target import Application
from ..message import Message
from .layer_connection import opening

_BEGINNINGS = {"http": "http.request", "websocket": "websocket.connect"}
_SCHEMES = {"http": "http", "websocket": "ws"}


def modern_application(layer: Any, scope: dict[str, Any]) -> tuple[Any, dict[str, Any]] | None:
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
    if kwargs:
        outer = scope.get("url_route", {"args": (), "kwargs": {}})
        scope["url_route"] = {**outer, "kwargs": {**outer["kwargs"], **kwargs}}
    if target.path_remaining is not None:
        scope["path_remaining"] = target.path_remaining
    application = target.asgi()
    return (_with_middleware(application) if target.is_bare else application), scope


def _with_middleware(application: Any) -> Any:
    # Here, because they import the models of apps that need not be installed.
    if apps.is_installed("django.contrib.auth"):
        from channels.auth import AuthMiddlewareStack

        return AuthMiddlewareStack(application)
    from channels.sessions import CookieMiddleware, SessionMiddlewareStack

    sessions = apps.is_installed("django.contrib.sessions")
    return (SessionMiddlewareStack if sessions else CookieMiddleware)(application)
