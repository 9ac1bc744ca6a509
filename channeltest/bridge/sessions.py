"""The session of a Channels 1 client, for the modern application that it connects to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.sessions.backends import signed_cookies

from ..asgi.scope import Scope, cookies_of, set_cookies
from ..asgi.session import has_sessions
from ..compat.message import Message
from ..compat.sessions import session_for_reply_channel

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase


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
