"""Scopes as servers make them, with the session and the user that middleware puts into them."""

from __future__ import annotations

import enum
import itertools
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote, urlparse

from asgiref.sync import sync_to_async
from django.apps import apps
from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.backends import signed_cookies
from django.contrib.sessions.backends.base import SessionBase
from django.http import parse_cookie
from django.test import Client

from ..compat.applications.callables import AnyApplication as AnyApplication
from ..compat.applications.callables import ASGI3Application
from ..compat.applications.callables import Event as Event
from ..compat.applications.callables import Receive as Receive
from ..compat.applications.callables import Scope as Scope
from ..compat.channel_sessions import key_for_reply_channel, loaded_session, unused_reply_channels
from ..compat.message import Message

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

Application = ASGI3Application


class Absent(enum.Enum):
    """The type of `ABSENT`, the value of a key that a scope is not to have."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT

# Networks for documentation (RFC 5737), which no host uses, and the first private port.
_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")
_FIRST_PORT = 49152
_clients = itertools.count()

Headers = Mapping[Any, Any] | Iterable[Any] | None

# By protocol: the scheme of a connection without TLS, and the extensions that a server offers.
_PROTOCOLS: dict[str, tuple[str, dict[str, Any]]] = {
    "http": ("http", {}),
    "websocket": ("ws", {"websocket.http.response": {}}),
}


def new_scope(
    protocol: str, path: str, headers: Headers, cookies: Mapping[str, str] | None
) -> Scope:
    """Return the scope of a connection.

    Args:
        protocol: ``"http"`` or ``"websocket"``.
        path: The path, with its query string.
        headers: A dict or pairs of names and values (str or bytes).
        cookies: A dict of names and values (str), or ``None``.
    """
    parsed = urlparse(path)
    scheme, extensions = _PROTOCOLS[protocol]
    scope: Scope = {
        "type": protocol,
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": scheme,
        "path": unquote(parsed.path),
        "raw_path": quote(parsed.path, safe="/%:@!$&'()*+,;=~").encode("ascii"),
        "query_string": parsed.query.encode("utf-8"),
        "root_path": "",
        "headers": list(_pairs(headers)),
        "client": _new_client(),
        "server": ["testserver", 80],
        "extensions": {name: dict(value) for name, value in extensions.items()},
        "state": {},
    }
    if cookies:
        set_cookies(scope, cookies)
    return scope


def _new_client() -> list[Any]:
    """Return a new address (host and port), so that limits by address count each client alone."""
    number = next(_clients)
    network, host = divmod(number % (len(_NETWORKS) * 254), 254)
    return [f"{_NETWORKS[network]}.{host + 1}", _FIRST_PORT + number % (65536 - _FIRST_PORT)]


def _pairs(headers: Headers) -> Iterable[Any]:
    pairs = headers.items() if isinstance(headers, Mapping) else headers or ()
    for pair in pairs:
        name, value = pair
        if isinstance(name, bytes) and isinstance(value, bytes):
            yield pair
        else:
            yield _bytes(name).lower(), _bytes(value)


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("latin1")


def cookies_of(scope: Scope) -> dict[str, str]:
    """Return the cookies that a scope's headers bring."""
    headers = scope.get("headers", ())
    values = [bytes(v).decode("latin1") for n, v in headers if bytes(n).lower() == b"cookie"]
    return parse_cookie("; ".join(values))


def set_cookies(scope: Scope, cookies: Mapping[str, str]) -> None:
    """Add cookies to a scope's headers, in one header as browsers send them."""
    both = {**cookies_of(scope), **cookies}
    rest = [pair for pair in scope["headers"] if bytes(pair[0]).lower() != b"cookie"]
    value = "; ".join(f"{name}={value}" for name, value in both.items())
    scope["headers"] = [*rest, (b"cookie", value.encode("latin1"))]
    if "cookies" in scope:
        scope["cookies"] = both


def has_sessions() -> bool:
    """Whether the project uses Django's sessions."""
    return apps.ready and apps.is_installed("django.contrib.sessions")


def needs_database(scope: Scope) -> bool:
    """Return whether `fill` reads a stored session; a coroutine must not call it then."""
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
    if "cookies" not in scope:
        scope["cookies"] = cookies_of(scope)
    if session is None and not has_sessions():
        return
    if "session" not in scope:
        if session is None:
            engine = import_module(settings.SESSION_ENGINE)
            session = engine.SessionStore(scope["cookies"].get(settings.SESSION_COOKIE_NAME))
        # A session loads when it is first read.
        session.keys()
        scope["session"] = session
    if "user" not in scope and apps.is_installed("django.contrib.auth"):
        scope["user"] = _user_of(scope["session"])


def _user_of(session: SessionBase) -> AbstractBaseUser | AnonymousUser:
    # get_user() reads only the session of a request, and making a request takes longer than that.
    request: Any = SimpleNamespace(session=session)
    return auth.get_user(request)


def log_in(user: AbstractBaseUser, backend: str | None, cookies: Mapping[str, str]) -> SessionBase:
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
    # Django's stubs know one class of users, that of AUTH_USER_MODEL.
    client.force_login(user, backend)  # type: ignore[arg-type]
    session = client.session
    # Loaded here: an async consumer could not ask the database for it.
    session.keys()
    return session


def session_of_client(scope: Scope, message: Message, is_bare: bool) -> SessionBase | None:
    """Return the session of a client's reply channel, for the application that it connects to.

    With ``@channel_session`` a consumer of Channels 1 had a stored session for its reply channel,
    whatever the client's headers were. So the cookie of this session is added to a scope without
    cookies. Middleware looks the session up, so it is stored here. For a consumer without
    middleware the session is not stored until the consumer saves it.

    Args:
        scope: The scope of the connection; a cookie is added to its headers if it has none.
        message: The message that begins the connection.
        is_bare: Whether the application is a consumer without middleware.

    Returns:
        The session, loaded, or ``None`` if the client's cookies name another one or none.

    Source: Channels 1.1.8, ``channel_session``.
    """
    if message.reply_channel is None or not _is_shared():
        return None
    reply_channel = message.reply_channel.name
    key = key_for_reply_channel(reply_channel)
    if not any(name == b"cookie" for name, _ in scope["headers"]):
        set_cookies(scope, {settings.SESSION_COOKIE_NAME: key})
    elif cookies_of(scope).get(settings.SESSION_COOKIE_NAME) != key:
        return None
    is_new = unused_reply_channels.pop(reply_channel, None) is not None
    store = import_module(settings.SESSION_ENGINE).SessionStore
    session = loaded_session(_created_when_saved(store), key, may_be_stored=not is_new)
    if not is_bare and (is_new or not session.exists(key)):
        session.save(must_create=True)
    return session


@lru_cache
def _created_when_saved(store: Any) -> type[SessionBase]:
    """Return a subclass of an engine's store whose ``save`` creates a session that is missing."""

    class SessionStore(store):  # type: ignore[misc]
        def save(self, must_create: bool = False) -> None:
            super().save(must_create or self._is_missing(self.session_key))

        def _is_missing(self, key: str | None) -> bool:
            return key is not None and not self.exists(key)

    class AsyncSessionStore(SessionStore):
        async def asave(self, must_create: bool = False) -> None:
            is_missing = sync_to_async(self._is_missing)
            await super().asave(must_create or await is_missing(self.session_key))

    # Django before 5.1 has no asave().
    made = AsyncSessionStore if hasattr(store, "asave") else SessionStore
    # Django signs what a session holds with the name of its class.
    made.__qualname__ = store.__qualname__
    return made


def _is_shared() -> bool:
    """Return whether reply channels and browsers have their sessions in the same store."""
    engine = settings.SESSION_ENGINE
    engines = {engine, getattr(settings, "CHANNEL_SESSION_ENGINE", engine)}
    return has_sessions() and len(engines) == 1 and signed_cookies.__name__ not in engines
