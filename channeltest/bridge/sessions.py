"""The session and the user of a client, as modern consumers find them in their scope."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.backends import signed_cookies
from django.http import HttpRequest, parse_cookie
from django.utils.functional import SimpleLazyObject

from ..compat.message import Message
from ..compat.sessions import unstored_session_for_reply_channel

Headers = list[tuple[bytes, bytes]]


def bring_session(headers: Headers, message: Message, bare: bool, unstored: str | None) -> None:
    """See to it that a websocket's middleware finds the session of the message's client.

    A consumer of Channels 1 had a session for its reply channel, whatever the headers said and
    whether or not it had been stored. So a client that sends no cookies at all sends this one.

    Args:
        headers: The scope's headers.
        message: The message that begins the connection.
        bare: Whether the consumer has no middleware; `fill` does without the store.
        unstored: The key of a session that is not stored, so that the store is not asked.
    """
    has_cookies = any(name == b"cookie" for name, _ in headers)
    if bare and has_cookies:
        return
    key = own_key(message)
    if key is None:
        return
    if not has_cookies:
        headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={key}".encode("ascii")))
    if bare or _cookies(headers).get(settings.SESSION_COOKIE_NAME) != key:
        return
    assert message.reply_channel is not None
    session = unstored_session_for_reply_channel(message.reply_channel.name)
    if key == unstored or not session.exists(key):
        session.save(must_create=True)


def own_key(message: Message) -> str | None:
    """Return the key of the session that belongs to a message's reply channel, if there is one."""
    if message.reply_channel is None or not apps.is_installed("django.contrib.sessions"):
        return None
    engine = getattr(settings, "CHANNEL_SESSION_ENGINE", settings.SESSION_ENGINE)
    if engine != settings.SESSION_ENGINE or engine == signed_cookies.__name__:
        return None
    return unstored_session_for_reply_channel(message.reply_channel.name).session_key


def fill(scope: dict[str, Any], message: Message, unstored: str | None) -> None:
    """Fill in what the session and auth middleware of Channels would.

    Args:
        scope: The scope.
        message: The message that begins the connection.
        unstored: The key of a session that is not stored, so that the store is not asked.
    """
    scope["cookies"] = _cookies(scope["headers"])
    if not apps.is_installed("django.contrib.sessions"):
        return
    key = scope["cookies"].get(settings.SESSION_COOKIE_NAME)
    if key is not None and key == unstored:
        # Made when a consumer asks for it, which few do.
        scope["session"] = SimpleLazyObject(lambda: _new_session(key))
        if apps.is_installed("django.contrib.auth"):
            scope["user"] = _anonymous()
        return
    session = scope["session"] = import_module(settings.SESSION_ENGINE).SessionStore(key)
    # Loaded here, in the test's thread: an async consumer cannot ask the database for it.
    session.keys()
    # A session that is not found loses its key.
    if key is not None and session.session_key is None and key == own_key(message):
        _keep_under(session, key)
    if apps.is_installed("django.contrib.auth"):
        scope["user"] = _user_of(session)


def _cookies(headers: Headers) -> dict[str, str]:
    return parse_cookie("; ".join(v.decode("latin1") for n, v in headers if n == b"cookie"))


def _new_session(key: str) -> Any:
    """Return a session that is not stored yet, and that nobody need ask the store for."""
    session = import_module(settings.SESSION_ENGINE).SessionStore(None)
    session.keys()
    _keep_under(session, key)
    return session


def _keep_under(session: Any, key: str) -> None:
    """Have a session that is not stored yet be stored under a key of its own."""
    save: Any = session.save
    # Django 5.1 has it.
    asave: Any = getattr(session, "asave", None)

    def settle() -> None:
        session._session_key = key
        del session.save
        if asave is not None:
            del session.asave

    def create(must_create: bool = False) -> None:
        settle()
        save(must_create=True)

    async def acreate(must_create: bool = False) -> None:
        settle()
        await asave(must_create=True)

    session.save = create
    if asave is not None:
        session.asave = acreate


def _user_of(session: Any) -> Any:
    from django.contrib.auth import get_user  # models must not load with the harness

    request = HttpRequest()
    request.session = session
    return get_user(request)


def _anonymous() -> Any:
    from django.contrib.auth.models import AnonymousUser  # as above

    return AnonymousUser()
