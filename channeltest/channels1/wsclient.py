"""`WSClient`: a browser's side of a websocket, with cookies, headers, session and user."""

from __future__ import annotations

import copy
import json as json_module
import re
from collections.abc import Mapping
from http.cookies import Morsel, SimpleCookie
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest

from ..compat.sessions import (
    has_django_engine,
    session_for_reply_channel,
    session_key_for_reply_channel,
    unstored_session_for_reply_channel,
)
from .client import Client, checked_content

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.contrib.sessions.backends.base import SessionBase

_BEGINNINGS = ("websocket.connect", "http.request")


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
        self._ordered = ordered
        self._session: SessionBase | None = None
        # Tests put another client's session in the place of a client's own.
        self._own_session: SessionBase | None = None
        self._headers: dict[str, Any] = {}
        self._cookies: dict[str, str] = {}
        # A browser sends its session cookie with the handshake; later frames carry none.
        self._session_cookie = True
        self._session_handed_out = False
        # The reply channel whose session's key went out while nothing was stored under it, and
        # the key.
        self._promised = ("", "")
        # Whether all that is known of this client is the handshake or request that it just sent.
        self._is_newcomer = False
        self.order = 0

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

    def get_cookies(self) -> dict[str, Any]:
        """Return the cookies for the next message, the session's among them if it goes along."""
        cookies: dict[str, Any] = dict(self._cookies)
        if self._session_cookie and apps.is_installed("django.contrib.sessions"):
            cookies[settings.SESSION_COOKIE_NAME] = self._session_key()
        return cookies

    def _session_key(self) -> str | None:
        """The key of the client's session, which need not be made for it."""
        if self._session is None and type(self).session is WSClient.session:
            if self._promised[0] != self._reply_channel and self._may_promise():
                key = session_key_for_reply_channel(self._reply_channel)
                self._promised = (self._reply_channel, key)
            if self._promised[0] == self._reply_channel:
                return self._promised[1]
        handed_out = self._session_handed_out
        stored_under = self.session.session_key
        self._session_handed_out = handed_out
        return stored_under

    def _may_promise(self) -> bool:
        """Whether nothing can be stored under the key of this client's session yet."""
        return not self._name_is_out and has_django_engine()

    @property
    def headers(self) -> dict[str, Any]:
        """The headers for the next message: name to value, ``cookie`` as bytes."""
        headers = copy.deepcopy(self._headers) if self._headers else {}
        headers.setdefault("cookie", _encoded_cookies(self.get_cookies()))
        return headers

    @property
    def session(self) -> SessionBase:
        """The client's session.

        Raises:
            EnvironmentError: ``django.contrib.sessions`` is not installed.
        """
        if not apps.is_installed("django.contrib.sessions"):
            raise OSError("Add django.contrib.sessions to the INSTALLED_APPS to use session")
        self._session_handed_out = True
        if not self._session:
            if self._name_is_out and self._promised[0] != self._reply_channel:
                self._session = session_for_reply_channel(self._reply_channel)
            else:
                self._session = unstored_session_for_reply_channel(self._reply_channel)
            self._own_session = self._session
        return self._session

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
        if not json or not isinstance(text, str):
            return text
        try:
            return json_module.loads(text)
        except json_module.JSONDecodeError as error:
            hint = (
                f"{error.msg} (for text that is no JSON use receive(json=False); got {text!r:.60})"
            )
            raise json_module.JSONDecodeError(hint, error.doc, error.pos) from None

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
            content: The message; what it has is kept, the rest is filled in. A str
                that begins with a slash is taken for the path.
            text: The frame's text; anything but a str is sent as JSON.
            path: Path of the request, with its query string for a ``websocket.connect``.

        Raises:
            AttributeError: ``content`` is no dict.
            ValueError: ``content`` has an ``order`` and the client is ordered.
            TypeError: The name is not valid.
            ChannelFull: The channel holds as many messages as it may.
        """
        if isinstance(content, str) and content.startswith("/"):
            # The documentation of 1.1.8 writes send_and_consume("websocket.connect", "/new").
            path, content = content, {}
        if to != "websocket.connect":
            path = path.partition("?")[0]
        filled = self._get_content(content, text, path)
        self._is_newcomer = to in _BEGINNINGS and not self._name_is_out
        self.channel_layer.send(to, filled)
        self._session_cookie = False
        self._name_is_out = True

    def _get_content(
        self,
        content: Mapping[str, Any] | str = {},
        text: Any = None,
        path: str = "/",
    ) -> dict[str, Any]:
        filled = dict(checked_content(content))
        filled.setdefault("reply_channel", self._reply_channel)
        path, question, query_string = path.partition("?")
        filled.setdefault("path", path)
        if question:
            filled.setdefault("query_string", query_string)
        if "headers" not in filled:
            filled["headers"] = self.headers
        if self._ordered:
            if "order" in filled:
                raise ValueError('Do not use "order" manually with "ordered=True"')
            filled["order"] = self.order
            self.order += 1
        text = text or filled.get("text")
        if text is not None:
            filled["text"] = text if isinstance(text, str) else json_module.dumps(text)
        return filled

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
        result = super().consume(channel, fail_on_none=fail_on_none)
        self._is_newcomer = False
        if channel == "websocket.connect" and check_accept:
            received = self.receive(json=False)
            if received != {"accept": True}:
                raise AssertionError(f"Connection rejected: {received} != '{{accept: True}}'")
        return result

    def _unstored_session_key(self) -> str | None:
        untouched = not self._session_handed_out and type(self).session is WSClient.session
        own = self._session is self._own_session
        if not (self._is_newcomer and untouched and own):
            return None
        return self._promised[1] or None if self._session is None else self._session.session_key

    def login(self, **credentials: Any) -> bool:
        """Log a user in with what `django.contrib.auth.authenticate` takes.

        Returns:
            Whether it worked: the credentials are right, the user is active and sessions are
            installed.
        """
        from django.contrib.auth import authenticate  # models must not load with the harness

        user = authenticate(**credentials)
        if user and user.is_active and apps.is_installed("django.contrib.sessions"):
            self._login(user)
            return True
        return False

    def force_login(self, user: AbstractBaseUser, backend: str | None = None) -> None:
        """Log ``user`` in without credentials.

        Args:
            user: The user.
            backend: Dotted path of the authentication backend; the settings' first by default.
        """
        user.backend = backend or settings.AUTHENTICATION_BACKENDS[0]
        self._login(user)

    def _login(self, user: Any) -> None:
        from django.contrib.auth import login  # models must not load with the harness

        request = HttpRequest()
        request.session = self.session
        login(request, user)
        self.session.save()


# Cookies' names and values that need no quotes; no name is one of a cookie's attributes.
_PLAIN = re.compile(r"[A-Za-z0-9_.!#$%&'*+^`|~-]+").fullmatch
_RESERVED = {key.lower() for key in Morsel()}


def _is_plain(part: object) -> bool:
    return isinstance(part, str) and _PLAIN(part) is not None and part.lower() not in _RESERVED


def _encoded_cookies(cookies: Mapping[str, Any]) -> bytes:
    """The ``cookie`` header's value for a dict of cookies."""
    if not cookies:
        return b""
    if all(_is_plain(part) for pair in cookies.items() for part in pair):
        # What SimpleCookie makes of them, in a tenth of its time.
        return ";".join(f" {key}={cookies[key]}" for key in sorted(cookies)).encode("ascii")
    jar: SimpleCookie = SimpleCookie()
    for key, value in cookies.items():
        jar[key] = value
    return jar.output(header="", sep=";").encode("ascii")
