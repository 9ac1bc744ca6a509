"""Decorators that give a consumer the HTTP session of the browser."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import ExitStack
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from .channel_sessions import channel_session
from .handler import AsgiRequest
from .message import Message


def http_session(func: Callable[..., Any]) -> Callable[..., Any]:
    """Give a consumer ``message.http_session``, the session of the browser's cookie.

    The key is taken from ``session_key`` in the query string or else from the session cookie.
    Without one ``http_session`` is ``None``: a consumer cannot begin a session, since it
    cannot set a cookie. A modified session is saved when the consumer has run, not when it
    raised. A message that has an HTTP session already keeps it.

    Args:
        func: The consumer of ``http.request``, ``websocket.connect`` or any other message with
            a ``path``.

    Returns:
        The consumer, decorated. It raises ``ValueError`` for a message that is no request.

    Source: Channels 1.1.8.
    """

    @functools.wraps(func)
    def inner(message: Message, *args: Any, **kwargs: Any) -> Any:
        with ExitStack() as stack:
            if hasattr(message, "http_session"):
                # Saved also when the consumer raises, and the one that is there then.
                stack.callback(lambda: save_if_modified(message.http_session))
                return func(message, *args, **kwargs)
        key = _session_key(_as_request(message))
        opened = message.http_session = _stored_session(key) if key else None
        result = func(message, *args, **kwargs)
        save_if_modified(opened)
        return result

    return inner


def channel_and_http_session(func: Callable[..., Any]) -> Callable[..., Any]:
    """Give a consumer both sessions, and the HTTP one for the whole connection.

    The HTTP session's key is remembered in the channel session, so that messages that come
    without cookies have ``message.http_session`` too.

    Args:
        func: The consumer.

    Returns:
        The consumer, decorated with `http_session` and `channel_session`.

    Source: Channels 1.1.8.
    """

    @functools.wraps(func)
    def inner(message: Message, *args: Any, **kwargs: Any) -> Any:
        _remember(message)
        return func(message, *args, **kwargs)

    return http_session(channel_session(inner))


def save_if_modified(session: SessionBase | None) -> None:
    """Save a session that has changed."""
    if session is not None and session.modified:
        session.save()


def _as_request(message: Message) -> AsgiRequest:
    # A websocket's handshake has no method, and a request cannot be without.
    message.content.setdefault("method", "FAKE")
    try:
        return AsgiRequest(message)
    except Exception as error:
        raise ValueError(
            f"Cannot parse HTTP message - are you sure this is a HTTP consumer? {error}"
        )


def _session_key(request: AsgiRequest) -> str | None:
    """Return the key of the session that a request names, if it names one."""
    cookie = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    key: str | None = request.GET.get("session_key", cookie)
    return key


def _stored_session(key: str) -> SessionBase:
    session: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(session_key=key)
    return session


def _remember(message: Message) -> None:
    """Keep the HTTP session's key in the channel session, or find the session by it."""
    kept, cookie = message.channel_session, settings.SESSION_COOKIE_NAME
    if message.http_session is None:
        if cookie in kept:
            message.http_session = _stored_session(kept[cookie])
    elif cookie not in kept:
        kept[cookie] = message.http_session.session_key
