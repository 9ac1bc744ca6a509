"""The session and the user of a connection, as Channels' middleware puts them into its scope."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.backends import signed_cookies
from django.http import HttpRequest
from django.test import Client

from ..compat.message import Message
from ..compat.sessions import session_for_reply_channel
from .scope import Scope, cookies_of, set_cookies

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


def store_session(scope: Scope, message: Message) -> SessionBase | None:
    """Store the session of a client's reply channel, so that a modern application finds it.

    A consumer of Channels 1 with ``@channel_session`` had a stored session for its reply channel
    whatever its headers were. So a client that sends no cookies gets the cookie of this session.

    Args:
        scope: The scope of the connection; a cookie is added to its headers if it has none.
        message: The message that begins the connection.

    Returns:
        The session, loaded, or ``None`` if the client's cookies name another one or none.

    Source: Channels 1.1.8, ``channel_session``.
    """
    if message.reply_channel is None or not _is_shared():
        return None
    session = session_for_reply_channel(message.reply_channel.name)
    key = session.session_key
    assert key is not None
    if not any(name == b"cookie" for name, _ in scope["headers"]):
        set_cookies(scope, {settings.SESSION_COOKIE_NAME: key})
    elif cookies_of(scope).get(settings.SESSION_COOKIE_NAME) != key:
        return None
    if not session.exists(key):
        session.save(must_create=True)
    return session


def _is_shared() -> bool:
    """Whether the sessions of reply channels and those of browsers are in the same store."""
    if not has_sessions() or signed_cookies.__name__ == settings.SESSION_ENGINE:
        return False
    engine = getattr(settings, "CHANNEL_SESSION_ENGINE", settings.SESSION_ENGINE)
    return bool(engine == settings.SESSION_ENGINE)
