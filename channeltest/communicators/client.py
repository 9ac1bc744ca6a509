"""`ClientCommunicator`: a communicator with headers, cookies and a user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings

from ..asgi.nesting import is_bare
from ..asgi.scope import (
    ABSENT,
    Headers,
    Scope,
    cookies_of,
    new_scope,
    set_cookies,
)
from ..asgi.session import fill, log_in, needs_database
from ..config import has_settings
from .application import ApplicationCommunicator

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
        application: Any,
        protocol: str,
        path: str,
        headers: Headers,
        user: Any,
        session: Any,
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

    @property
    def _has_shown_failure(self) -> bool:
        """Whether the application has ended, and the test has seen how."""
        return self._is_failure_raised and self._future is not None and self._future.done()

    async def send_input(self, message: Any) -> None:
        """Send the application an event; before the first, load the session that cookies name.

        Args:
            message: An ASGI event (dict).

        Raises:
            ApplicationCancelled: The application was cancelled.
            Exception: What the application raised.
        """
        if self._is_to_load and self._future is None:
            self._is_to_load = False
            await sync_to_async(self._load)()
        await super().send_input(message)

    async def force_login(self, user: Any, backend: str | None = None) -> None:
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
        set_cookies(self.scope, {settings.SESSION_COOKIE_NAME: session.session_key})
        self._is_to_load = False
        if self._is_bare:
            self.scope.update(session=session, user=user)
