"""Fills a scope as Channels' cookie, session and auth middleware would, for bare consumers."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest
from django.test import Client

from .scope import Scope, cookies_of

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase


def has_sessions() -> bool:
    """Whether the project uses Django's sessions."""
    return apps.ready and apps.is_installed("django.contrib.sessions")


def needs_database(scope: Scope) -> bool:
    """Whether `fill` reads a stored session: its caller must not be a coroutine then."""
    if "session" in scope or not has_sessions():
        return False
    return settings.SESSION_COOKIE_NAME in scope.get("cookies", cookies_of(scope))


def fill(scope: Scope, session: SessionBase | None = None) -> None:
    """Add ``cookies``, ``session`` and ``user`` to a scope; keys that it has stay.

    An async consumer cannot query the database, so the session and the user are loaded here.

    Args:
        scope: The scope, with its headers.
        session: The session to use; by default the one that the session cookie names.
    """
    cookies = scope.setdefault("cookies", cookies_of(scope))
    if not has_sessions():
        return
    if "session" not in scope:
        if session is None:
            engine = import_module(settings.SESSION_ENGINE)
            session = engine.SessionStore(cookies.get(settings.SESSION_COOKIE_NAME))
        # A session loads when it is first read.
        session.keys()
        scope["session"] = session
    if "user" not in scope and apps.is_installed("django.contrib.auth"):
        scope["user"] = _user_of(scope["session"])


def _user_of(session: Any) -> Any:
    request = HttpRequest()
    request.session = session
    return auth.get_user(request)


def log_in(user: Any, backend: str | None, cookies: Mapping[str, str]) -> Any:
    """Log a user in without credentials, and return the session.

    Args:
        user: The user.
        backend: The dotted path of an authentication backend, or ``None`` for the usual one.
        cookies: The client's cookies: a session that they name is used again.
    """
    client = Client()
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    if key is not None:
        client.cookies[settings.SESSION_COOKIE_NAME] = key
    client.force_login(user, backend)
    session = client.session
    # Loaded here: an async consumer could not ask the database for it.
    session.keys()
    return session
