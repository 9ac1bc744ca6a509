"""The user behind a message, from its HTTP session or from its channel session."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from django.contrib import auth
from django.contrib.sessions.backends.base import SessionBase

from .channel_sessions import channel_session
from .http_sessions import channel_and_http_session, http_session
from .message import Message

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

__all__ = [
    "channel_and_http_session",
    "channel_and_http_session_user_from_http",
    "channel_session",
    "channel_session_user",
    "channel_session_user_from_http",
    "http_session",
    "http_session_user",
    "transfer_user",
]


class _SessionOfFixedKey:
    """A session as `django.contrib.auth.get_user` uses it, that keeps its key.

    Django gives a session a new key when it finds its user by an old secret key
    (``SECRET_KEY_FALLBACKS``, Django 4.1). No consumer can tell the browser, and a channel
    session must have the key of its reply channel.
    """

    def __init__(self, session: SessionBase) -> None:
        self._session = session

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def __contains__(self, key: str) -> bool:
        return key in self._session

    def __getitem__(self, key: str) -> Any:
        return self._session[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._session[key] = value

    def cycle_key(self) -> None:
        """Do nothing."""


def _user_of(session: SessionBase | None) -> AbstractBaseUser | AnonymousUser:
    if session is None:
        # Not at the top: consumers are imported before the models are ready.
        from django.contrib.auth.models import AnonymousUser

        return AnonymousUser()
    return auth.get_user(SimpleNamespace(session=_SessionOfFixedKey(session)))  # type: ignore[arg-type]


def transfer_user(from_session: SessionBase, to_session: SessionBase) -> None:
    """Log the user of one session in to another.

    Args:
        from_session: The session that may have a user, usually the HTTP one. Without one,
            nothing happens.
        to_session: The session to log in to, usually the channel session.

    Source: Channels 1.1.8.
    """
    keys = (auth.BACKEND_SESSION_KEY, auth.SESSION_KEY, auth.HASH_SESSION_KEY)
    if all(key in from_session for key in keys):
        for key in keys:
            to_session[key] = from_session[key]


def channel_session_user(func: Callable[..., Any]) -> Callable[..., Any]:
    """Give a consumer ``message.user``, the user that the channel session holds.

    Args:
        func: The consumer.

    Returns:
        The consumer, decorated with `channel_session`. ``message.user`` is an
        ``AnonymousUser`` where nobody has logged in.

    Source: Channels 1.1.8.
    """

    @channel_session
    @functools.wraps(func)
    def inner(message: Message, *args: Any, **kwargs: Any) -> Any:
        if not hasattr(message, "channel_session"):
            raise ValueError("Did not see a channel session to get auth from")
        message.user = _user_of(message.channel_session)
        return func(message, *args, **kwargs)

    return inner


def http_session_user(func: Callable[..., Any]) -> Callable[..., Any]:
    """Give a consumer ``message.user``, the user that the HTTP session holds.

    Args:
        func: The consumer of ``http.request``, ``websocket.connect`` or any other message with
            a ``path``.

    Returns:
        The consumer, decorated with `http_session`. ``message.user`` is an ``AnonymousUser``
        where there is no session or nobody has logged in.

    Source: Channels 1.1.8.
    """

    @http_session
    @functools.wraps(func)
    def inner(message: Message, *args: Any, **kwargs: Any) -> Any:
        if not hasattr(message, "http_session"):
            raise ValueError("Did not see a http session to get auth from")
        message.user = _user_of(message.http_session)
        return func(message, *args, **kwargs)

    return inner


def channel_session_user_from_http(func: Callable[..., Any]) -> Callable[..., Any]:
    """Give a ``websocket.connect`` consumer its user, and log them in to the channel session.

    Args:
        func: The consumer.

    Returns:
        The consumer, decorated with `http_session_user` and `channel_session`; later consumers
        of the connection get the user by `channel_session_user`.

    Source: Channels 1.1.8.
    """
    return http_session_user(channel_session(_transferring(func)))


def channel_and_http_session_user_from_http(func: Callable[..., Any]) -> Callable[..., Any]:
    """Do what `channel_session_user_from_http` does, and keep the HTTP session at hand.

    Args:
        func: The consumer.

    Returns:
        The consumer, decorated with `http_session_user` and `channel_and_http_session`.

    Source: Channels 1.1.8.
    """
    return http_session_user(channel_and_http_session(_transferring(func)))


def decorated_for(
    owner: Any, consumer: Callable[..., Any], **decorators: Callable[..., Any]
) -> Callable[..., Any]:
    """Decorate a consumer as the attributes of its class ask.

    Args:
        owner: The class, or its instance.
        consumer: The consumer.
        **decorators: Names of attributes, each with the decorator that it asks for if it is true;
            the first one counts.
    """
    for name, decorate in decorators.items():
        if getattr(owner, name):
            consumer = decorate(consumer)
            break
    return consumer


def _transferring(func: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(func)
    def inner(message: Message, *args: Any, **kwargs: Any) -> Any:
        if message.http_session is not None:
            transfer_user(message.http_session, message.channel_session)
        return func(message, *args, **kwargs)

    return inner
