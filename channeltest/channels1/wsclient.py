"""`WSClient`: a client of websockets, with cookies, headers, a session and a user."""

from __future__ import annotations

import copy
import json as json_module
import re
from collections.abc import Mapping
from http.cookies import Morsel, SimpleCookie
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest

from ..compat import channel_sessions
from ..compat.advice import with_note
from ..compat.message import Message
from ..compat.sessions import session_for_reply_channel
from .client import Client, checked_content

# Failures show the test and the consumer, not what runs them.
__tracebackhide__ = True

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.contrib.sessions.backends.base import SessionBase

# Names and values that need no quotes; no name may be one of a cookie's attributes.
_is_token = re.compile(r"[A-Za-z0-9_.!#$%&'*+^`|~-]+").fullmatch
_ATTRIBUTES = {key.lower() for key in Morsel()}

_NOT_ACCEPTED = (
    "the consumer sent no reply to 'websocket.connect'. Since Channels 1.0 it has to accept the "
    'connection: message.reply_channel.send({"accept": True}), or self.accept() in a consumer '
    "class. If it is right that it does not, pass check_accept=False"
)


class WSClient(Client):
    """A websocket (or HTTP) client for tests.

    Args:
        ordered: Number the messages: each gets the next ``order``.
        **kwargs: As for `Client`.

    Attributes:
        order: The ``order`` that the next message gets, if ``ordered``.

    Source: Channels 1.1.8.
    """

    def __init__(self, *, ordered: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.order = 0
        self._ordered = ordered
        self._cookies: dict[str, str] = {}
        self._headers: dict[str, Any] = {}
        self._session: SessionBase | None = None
        # A browser sends its session cookie with the handshake, and not with frames.
        self._session_cookie = True
        self._has_sent_key = False

    @property
    def session(self) -> SessionBase:
        """The client's session; it is not stored until a consumer, a login or the test stores it.

        Raises:
            EnvironmentError: ``django.contrib.sessions`` is not installed.
        """
        if not _has_sessions():
            raise OSError("Add django.contrib.sessions to the INSTALLED_APPS to use session")
        if not self._session:
            self._session = session_for_reply_channel(self.reply_channel)
        return self._session

    _own_session = session

    @property
    def headers(self) -> dict[str, Any]:
        """The headers for the next message: name to value, ``cookie`` as bytes."""
        headers = copy.deepcopy(self._headers) if self._headers else {}
        return {"cookie": cookie_header(self.get_cookies()), **headers}

    def get_cookies(self) -> dict[str, Any]:
        """Return the cookies for the next message, with that of the session if it is sent."""
        if not (self._session_cookie and _has_sessions()):
            return dict(self._cookies)
        return {**self._cookies, settings.SESSION_COOKIE_NAME: self._session_key()}

    def _session_key(self) -> str | None:
        """The key of `session`, which is not loaded for its key alone."""
        # A subclass or a mock may have another session.
        is_ours = (
            type(self).session is WSClient._own_session
            and session_for_reply_channel is channel_sessions.session_for_reply_channel
        )
        if self._session or not is_ours:
            return self.session.session_key
        self._has_sent_key = True
        return channel_sessions.key_for_reply_channel(self.reply_channel)

    def _run(self, consumer: Any, message: Message, kwargs: Mapping[str, Any]) -> Any:
        if self._has_sent_key:
            # 1.1.8 loaded the session before the consumer ran, and tests count the queries.
            self._has_sent_key = False
            _ = self.session
        return super()._run(consumer, message, kwargs)

    def set_cookie(self, key: str, value: str) -> None:
        """Set a cookie, sent in the ``cookie`` header of every message."""
        self._cookies[key] = value

    def set_header(self, key: str, value: Any) -> None:
        """Set a header, sent with every message.

        Raises:
            ValueError: ``key`` is ``"cookie"``.
        """
        if key == "cookie":
            raise ValueError("Use set_cookie method for cookie header")
        self._headers[key] = value

    def send(
        self,
        to: str,
        content: Mapping[str, Any] | str = {},
        text: Any = None,
        path: str = "/",
    ) -> None:
        """Send a message to the channel ``to``.

        Args:
            to: The channel's name.
            content: The message; keys that it does not have are added. A str that begins with a
                slash is the path.
            text: The frame's text; a value that is no str is sent as JSON.
            path: Path of the request, with its query string for a ``websocket.connect``.

        Raises:
            AttributeError: ``content`` is no dict.
            ValueError: ``content`` has an ``order`` and the client is ordered.
            TypeError: The name is not valid.
            ChannelFull: The channel holds as many messages as it may.
        """
        if isinstance(content, str) and content.startswith("/"):
            # The documentation of 1.1.8 has send_and_consume("websocket.connect", "/new").
            path, content = content, {}
        if to != "websocket.connect":
            path = path.partition("?")[0]
        self.channel_layer.send(to, self._get_content(content, text, path))
        self._session_cookie = False

    def _get_content(
        self,
        content: Mapping[str, Any] | str = {},
        text: Any = None,
        path: str = "/",
    ) -> dict[str, Any]:
        """Return ``content`` with the keys that a server would add; subclasses may extend this."""
        path, question, query_string = path.partition("?")
        request = {"reply_channel": self.reply_channel, "path": path}
        if question:
            request["query_string"] = query_string
        message = {**request, **checked_content(content)}
        if "headers" not in message:
            message["headers"] = self.headers
        if self._ordered:
            self._number(message)
        frame = text or message.get("text")
        if frame is not None:
            message["text"] = frame if isinstance(frame, str) else json_module.dumps(frame)
        return message

    def _number(self, message: dict[str, Any]) -> None:
        if "order" in message:
            raise ValueError('Do not use "order" manually with "ordered=True"')
        message["order"] = self.order
        self.order += 1

    def send_and_consume(  # type: ignore[override]
        self,
        channel: str,
        content: Mapping[str, Any] | str = {},
        text: Any = None,
        path: str = "/",
        fail_on_none: bool = True,
        check_accept: bool = True,
    ) -> Any:
        """`send` to ``channel``, then `consume` from it; returns what the consumer returned."""
        self.send(channel, content, text, path)
        return self.consume(channel, fail_on_none=fail_on_none, check_accept=check_accept)

    def consume(self, channel: str, fail_on_none: bool = True, check_accept: bool = True) -> Any:
        """Take the next message off ``channel`` and run its consumer.

        Args:
            channel: The channel's name.
            fail_on_none: Fail when there is no message, or no consumer for it.
            check_accept: After ``websocket.connect``, take the reply and fail unless it
                accepts the connection.

        Returns:
            What the consumer returned.

        Raises:
            AssertionError: There is no message or no consumer, or the connection was rejected.
        """
        returned = super().consume(channel, fail_on_none=fail_on_none)
        if check_accept and channel == "websocket.connect":
            self._check_accepted(self.receive(json=False))
        return returned

    def _check_accepted(self, reply: Any) -> None:
        if reply == {"accept": True}:
            return
        rejection = AssertionError(f"Connection rejected: {reply} != '{{accept: True}}'")
        raise with_note(rejection, _NOT_ACCEPTED) if reply is None else rejection

    def receive(self, json: bool = True) -> Any:
        """Take the next message that was sent to this client.

        Args:
            json: Decode its text.

        Returns:
            The message's text, decoded or not; its content if it has no text; ``None`` when
            there is no message.

        Raises:
            json.JSONDecodeError: The text is no JSON.
        """
        content = super().receive()
        if not content:
            return None
        text = content.get("text", content)
        return _decoded(text) if json and isinstance(text, str) else text

    def login(self, **credentials: Any) -> bool:
        """Log a user in with what `django.contrib.auth.authenticate` takes.

        Returns:
            Whether it worked: the credentials are right, the user is active and sessions are
            installed.
        """
        user = auth.authenticate(**credentials)
        if user is None or not user.is_active or not _has_sessions():
            return False
        self._login(user)
        return True

    def force_login(self, user: AbstractBaseUser, backend: str | None = None) -> None:
        """Log ``user`` in without credentials.

        Args:
            user: The user.
            backend: Dotted path of the authentication backend; the settings' first by default.
        """
        user.backend = backend or settings.AUTHENTICATION_BACKENDS[0]
        self._login(user)

    def _login(self, user: Any) -> None:
        request = HttpRequest()
        request.session = self.session
        auth.login(request, user)
        self.session.save()


# Its older name.
HttpClient = WSClient


def _has_sessions() -> bool:
    return apps.is_installed("django.contrib.sessions")


def _decoded(text: str) -> Any:
    try:
        return json_module.loads(text)
    except json_module.JSONDecodeError as error:
        raise with_note(
            error, f"the client received {text!r:.60}; receive(json=False) returns it as it is"
        )


def cookie_header(cookies: Mapping[str, Any]) -> bytes:
    """Return the header's value for cookies, as `http.cookies.SimpleCookie` writes it.

    Args:
        cookies: Names to values.

    Returns:
        ``b" a=1; b=2"``, in the order of the names; ``b""`` without cookies.

    Raises:
        http.cookies.CookieError: A name is not valid.
    """
    if not cookies:
        return b""
    if all(map(_is_plain, cookies)) and all(map(_is_plain, cookies.values())):
        # This takes a tenth of the time that SimpleCookie takes.
        return ";".join(f" {name}={cookies[name]}" for name in sorted(cookies)).encode("ascii")
    jar: SimpleCookie = SimpleCookie(cookies)
    return jar.output(header="", sep=";").encode("ascii")


def _is_plain(part: object) -> bool:
    return isinstance(part, str) and bool(_is_token(part)) and part.lower() not in _ATTRIBUTES
