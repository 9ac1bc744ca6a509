"""`HttpCommunicator`: one request and its response."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Any

from ..asgi.scope import Headers
from ..config import DEFAULT, Timeout
from .client import ClientCommunicator

# pytest leaves frames of modules with this name out of tracebacks.
__tracebackhide__ = True


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
        application: Any,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Headers = None,
        *,
        user: Any = None,
        session: Any = None,
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

    async def get_response(self, timeout: Timeout = DEFAULT) -> dict[str, Any]:
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

    async def _begin(self, timeout: Timeout) -> dict[str, Any]:
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
        """Go away, as a client that does not wait for the response, or no longer.

        Args:
            timeout: Seconds in which the application has to end; ``None`` for as long as it takes.

        Raises:
            TimeoutError: It does not end within that time. It goes on all the same.
            Exception: What it raised, unless the test has seen it.
        """
        if not self._has_shown_failure:
            await self.send_input({"type": "http.disconnect"})
            await self.wait(timeout)

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Go away, unless the application has ended or the block failed."""
        if exc_value is None and self._future is not None and not self._future.done():
            await self.disconnect()
        await super().__aexit__(exc_type, exc_value, traceback)


def _check_kind(event: dict[str, Any], expected: str) -> None:
    if event["type"] != expected:
        raise AssertionError(f"Expected type '{expected}', but was '{event['type']}'")
