"""`HttpCommunicator`: one request and its response.

`ClientCommunicator` is what it shares with communicators for websockets, which open with an HTTP
request too: a path, headers, cookies, a session and a user.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

from asgiref.sync import sync_to_async
from django.conf import settings

from ..asgi.nesting import is_bare
from ..asgi.scope import (
    ABSENT,
    AnyApplication,
    Event,
    Headers,
    Scope,
    cookies_of,
    fill,
    log_in,
    needs_database,
    new_scope,
    set_cookies,
)
from ..config import DEFAULT, Timeout, has_settings
from .application import ApplicationCommunicator

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

# pytest leaves frames of modules with this name out of tracebacks.
__tracebackhide__ = True


class ClientCommunicator(ApplicationCommunicator):
    """What communicators for HTTP and websockets have in common.

    Args:
        application: An ASGI application, or a consumer class.
        protocol: ``"http"`` or ``"websocket"``.
        path: The path, with its query string.
        headers: A dict or pairs of names and values (str or bytes).
        user: The user in the scope; middleware finds and keeps it.
        session: The session in the scope, likewise.
        cookies: A dict of names and values (str), sent in a header.
        own: What the kind of client adds to the scope.
        scope: Keys that the test adds to it, or other values for those it has. `ABSENT` removes
            a key.
    """

    _checks = True

    def __init__(
        self,
        application: AnyApplication,
        protocol: str,
        path: str,
        headers: Headers,
        user: object,
        session: object,
        cookies: Mapping[str, str] | None,
        own: Scope,
        scope: Mapping[str, Any] | None,
    ) -> None:
        made = {**new_scope(protocol, path, headers, cookies), **own}
        if session is not None:
            made["session"] = session
        if user is not None:
            made["user"] = user
        absent = {key for key, value in (scope or {}).items() if value is ABSENT}
        made.update((key, value) for key, value in (scope or {}).items() if key not in absent)
        super().__init__(application, made)
        self._is_bare = has_settings() and is_bare(self.application, protocol)
        # Without a session there is no user either, as with Channels' middleware.
        fills = self._is_bare and "session" not in absent
        self._is_to_load = fills and needs_database(made)
        self._absent = absent
        if self._is_bare:
            made.setdefault("cookies", cookies_of(made))
        if fills and not self._is_to_load:
            fill(made)
        self._remove_absent()

    def _remove_absent(self) -> None:
        for key in self._absent:
            self.scope.pop(key, None)

    def _load(self) -> None:
        fill(self.scope)
        self._remove_absent()

    async def send_input(self, message: Event) -> None:
        """Send the application an event; before the first, load the session that cookies name.

        Args:
            message: An ASGI event (dict).

        Raises:
            ApplicationCancelled: The application was cancelled.
            Exception: What the application raised.
        """
        if self._is_to_load and self._future is None:
            await sync_to_async(self._load)()
        await super().send_input(message)

    async def disconnect(self) -> None:
        """Disconnect, and wait for the application to end."""
        raise NotImplementedError

    async def _go_away(self, event: Event, timeout: Timeout) -> None:
        """Send the event of a client that disconnects, unless the test has seen a failure."""
        has_ended = self._future is not None and self._future.done()
        if not (has_ended and self._is_failure_raised):
            await self.send_input(event)
            await self.wait(timeout)

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Disconnect, unless the application has ended or the block failed."""
        if exc_value is None and self._future is not None and not self._future.done():
            await self.disconnect()
        await super().__aexit__(exc_type, exc_value, traceback)

    async def force_login(self, user: AbstractBaseUser, backend: str | None = None) -> None:
        """Log a user in without credentials, as Django's test client does.

        The session's cookie goes into the headers, where middleware finds it. A consumer without
        middleware finds the session and the user in its scope.

        Args:
            user: The user, saved.
            backend: The dotted path of an authentication backend; by default the first that
                can load users.

        Raises:
            RuntimeError: The application has been started with another scope.
        """
        if self._future is not None:
            raise RuntimeError(
                f"{self._connection.name} runs already, with another scope: call "
                "force_login() before anything is sent or received"
            )
        session = await sync_to_async(log_in)(user, backend, cookies_of(self.scope))
        assert session.session_key is not None
        set_cookies(self.scope, {settings.SESSION_COOKIE_NAME: session.session_key})
        self._is_to_load = False
        if self._is_bare:
            self.scope.update(session=session, user=user)


class HttpCommunicator(ClientCommunicator):
    """Sends an HTTP application one request, whole or in parts, and takes its response likewise.

    Args:
        application: An ASGI application, or a consumer class.
        method: The method, in any case.
        path: The path, with its query string.
        body: The body (bytes).
        headers: A dict or pairs of names and values (str or bytes).
        user: The user in the scope; middleware finds and keeps it.
        session: The session in the scope, likewise.
        cookies: A dict of names and values (str), sent in a header.
        scope: Keys for the scope, or other values for those it has; `ABSENT` removes a key.

    Attributes:
        body: The same.
        sent_request: Whether the body, or a part of it, was sent.

    Source: Channels 4.3's ``HttpCommunicator``, whose arguments come first.
    """

    def __init__(
        self,
        application: AnyApplication,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Headers = None,
        *,
        user: object = None,
        session: object = None,
        cookies: Mapping[str, str] | None = None,
        scope: Mapping[str, Any] | None = None,
    ) -> None:
        if not isinstance(body, bytes):
            raise AssertionError(f"The body is bytes, not {type(body)}")
        self.body = body
        self.sent_request = False
        own = {"method": method.upper()}
        super().__init__(application, "http", path, headers, user, session, cookies, own, scope)

    @property
    def status(self) -> int | None:
        """The status of the response, as soon as the application has sent it."""
        return self._connection.status

    @property
    def response_headers(self) -> list[tuple[bytes, bytes]]:
        """The headers of the response, as soon as the application has sent them."""
        return self._connection.headers

    async def send_body(self, body: bytes, more_body: bool = True) -> None:
        """Send a part of the request's body.

        Args:
            body: The part.
            more_body: Whether more parts follow.

        Raises:
            Exception: What the application raised.
        """
        self.sent_request = True
        await self.send_input({"type": "http.request", "body": body, "more_body": more_body})

    async def get_response(self, timeout: Timeout = DEFAULT) -> Event:
        """Send the request, unless that has been done, and take the whole response.

        Args:
            timeout: Seconds that each part may take; ``None`` for as long as it takes.

        Returns:
            ``"status"`` (int), ``"headers"`` (pairs of bytes) and ``"body"`` (bytes).

        Raises:
            AssertionError: The application sent something else.
            TimeoutError: It sent too little. It goes on all the same.
            Exception: What it raised.
        """
        response = await self._begin(timeout)
        response["body"] = b"".join([chunk async for chunk in self._chunks(timeout)])
        del response["type"]
        response.setdefault("headers", [])
        return response

    async def stream(self, timeout: Timeout = DEFAULT) -> AsyncIterator[bytes]:
        """Send the request, unless that has been done, and iterate over the response's parts.

        `status` and `response_headers` are there with the first part.

        Args:
            timeout: Seconds that each part may take; ``None`` for as long as it takes.

        Raises:
            AssertionError: The application sent something else.
            TimeoutError: It sent too little. It goes on all the same.
            Exception: What it raised.
        """
        await self._begin(timeout)
        async for chunk in self._chunks(timeout):
            yield chunk

    async def _begin(self, timeout: Timeout) -> Event:
        if not self.sent_request:
            self.sent_request = True
            await self.send_input({"type": "http.request", "body": self.body})
        response = dict(await self.receive_output(timeout))
        _check_kind(response, "http.response.start")
        return response

    async def _chunks(self, timeout: Timeout) -> AsyncIterator[bytes]:
        more = True
        while more:
            chunk = await self.receive_output(timeout)
            _check_kind(chunk, "http.response.body")
            more = chunk.get("more_body", False)
            yield chunk.get("body", b"")

    async def disconnect(self, timeout: Timeout = DEFAULT) -> None:
        """Disconnect, as a client that does not wait for the rest of the response.

        Args:
            timeout: Seconds in which the application has to end; ``None`` for as long as it takes.

        Raises:
            TimeoutError: It does not end within that time. It goes on all the same.
            Exception: What it raised, unless the test has seen it.
        """
        await self._go_away({"type": "http.disconnect"}, timeout)


def _check_kind(event: Event, expected: str) -> None:
    if event["type"] != expected:
        raise AssertionError(f"Expected type '{expected}', but was '{event['type']}'")
