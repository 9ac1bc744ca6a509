"""The communicator of a websocket test case, which may learn its path when it connects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..asgi.scope import Headers, new_scope
from ..communicators.websocket import WebsocketCommunicator
from ..config import DEFAULT, Timeout

# pytest leaves frames of modules with this name out of tracebacks.
__tracebackhide__ = True


class CaseCommunicator(WebsocketCommunicator):
    """A client of one websocket, in a `channeltest.WebsocketTestCase`.

    Args:
        application: An ASGI application.
        path: Where to connect, with a query string if there is one; ``""`` if that is known
            only when it connects.
        headers: A dict or pairs of names and values (str or bytes).
        subprotocols: Names of those the client offers.
        path_now: Called when it connects; returns the path that is then right.
        **extra: As for `channeltest.WebsocketCommunicator`.
    """

    def __init__(
        self,
        application: Any,
        path: str,
        headers: Headers = None,
        subprotocols: list[str] | None = None,
        *,
        path_now: Callable[[], str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(application, path or "/", headers, subprotocols, **extra)
        self._path = path
        self._path_now = path_now

    async def connect(
        self, timeout: Timeout = DEFAULT, *, ws_path: str | None = None
    ) -> tuple[bool, Any]:
        """Connect, and wait until the application accepts or denies.

        Args:
            timeout: Seconds that the answer may take; ``None`` for as long as it takes.
            ws_path: Where to connect instead of where the communicator was made for.

        Returns:
            ``True`` and the subprotocol, or ``False`` and the code of the refusal.

        Raises:
            AttributeError: There is no path: neither here, nor the communicator's, nor the test
                case's.
        """
        path = ws_path or (self._path_now() if self._path_now else self._path)
        if not path:
            raise AttributeError(
                "no path to connect to: set 'ws_path' on the test case, or pass "
                "create_communicator(ws_path=…) or connect(ws_path=…)"
            )
        if path != self._path:
            self._path = path
            made = new_scope("websocket", path, None, None)
            self.scope.update({key: made[key] for key in ("path", "raw_path", "query_string")})
        return await super().connect(timeout)

    async def leave(self) -> None:
        """Disconnect, unless the application was never started.

        Raises:
            Exception: What the application raised, if the test has not seen it.
        """
        if self._future is not None and not self._future.cancelled():
            await self.disconnect()
