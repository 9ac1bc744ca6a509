"""Test cases for websockets, which make their communicators.

A communicator connects to the application that serves the project's websockets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from channels.routing import ProtocolTypeRouter, get_default_application
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.asgi import ASGIHandler

from ..asgi.nesting import WRAPPED
from ..asgi.scope import Headers, new_scope
from ..bridge.isolation import Isolation
from ..channels1.cases import ChannelTestCase, ChannelTestCaseMixin, TransactionChannelTestCase
from ..communicators.websocket import WebsocketCommunicator
from ..config import DEFAULT, Timeout
from ..record.entries import ending
from .async_setup import AsyncSetUp, report_later

if TYPE_CHECKING:
    from unittest import TestResult

# unittest and pytest leave frames of modules with these names out of tracebacks.
__unittest = True
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
        waits_for_rest: Whether what it sends is handled when the call returns.
        **extra: As for `~channeltest.communicators.WebsocketCommunicator`.
    """

    def __init__(
        self,
        application: Any,
        path: str,
        headers: Headers = None,
        subprotocols: list[str] | None = None,
        *,
        path_now: Callable[[], str] | None = None,
        waits_for_rest: bool = False,
        **extra: Any,
    ) -> None:
        super().__init__(application, path or "/", headers, subprotocols, **extra)
        self._waits_for_rest = waits_for_rest
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

    async def send_input(self, message: Any) -> None:
        """Send the application an event.

        Args:
            message: An ASGI event (dict).

        Raises:
            Exception: What the application raised; if the test case `waits_for_rest`, also what
                it raises now.
        """
        await super().send_input(message)
        if self._waits_for_rest:
            await self._settle(self._patience())
            self._raise_failure()

    async def leave(self) -> None:
        """Disconnect, unless the application was never started.

        Raises:
            Exception: What the application raised, if the test has not seen it.
        """
        if self._future is not None and not self._future.cancelled():
            await self.disconnect()


def websocket_application() -> Any:
    """Return the application of ``ASGI_APPLICATION`` that serves websockets.

    For a ``ProtocolTypeRouter`` that is its ``"websocket"`` entry, with all the middleware and
    origin validators it is wrapped in. An application whose routing cannot be seen, or that has
    middleware around the router, is returned as it is: it routes for itself.

    Raises:
        ImproperlyConfigured: The setting is missing, cannot be imported, or names an application
            that serves no websockets.
    """
    named = getattr(settings, "ASGI_APPLICATION", None)
    if not named:
        raise ImproperlyConfigured(
            "the websocket application is looked for in ASGI_APPLICATION, which the settings do "
            "not have: set it to 'yourproject.asgi.application', or set 'router' on the test case"
        )
    outermost = get_default_application()
    for application in _layers(outermost):
        if isinstance(application, ProtocolTypeRouter):
            protocols = application.application_mapping
            if "websocket" not in protocols:
                raise ImproperlyConfigured(
                    f"ASGI_APPLICATION, {named!r}, has no 'websocket' in its ProtocolTypeRouter, "
                    f"only {', '.join(map(repr, protocols)) or 'nothing'}: add "
                    "'\"websocket\": URLRouter([…])' there, or set 'router' on the test case"
                )
            return protocols["websocket"] if application is outermost else outermost
        if isinstance(application, ASGIHandler):
            raise ImproperlyConfigured(
                f"ASGI_APPLICATION, {named!r}, is Django's own application, which serves HTTP "
                'only: put it under "http" in a ProtocolTypeRouter, and a URLRouter under '
                "\"websocket\", or set 'router' on the test case"
            )
    return outermost


def _layers(application: Any) -> Iterator[Any]:
    """The application and what it wraps, from the outside in."""
    seen: list[Any] = []
    while application is not None and not any(application is each for each in seen):
        yield application
        seen.append(application)
        found = (getattr(application, name, None) for name in WRAPPED)
        application = next((each for each in found if callable(each)), None)


class WebsocketTestCaseMixin(AsyncSetUp, ChannelTestCaseMixin):
    """Makes communicators for a project's websockets, and disconnects them after each test.

    Mix it into any of Django's test cases; it brings the captive layers.

    Attributes:
        ws_path: Where to connect (a path, with a query string if there is one). It is
            read when a communicator connects, so a test may set it.
        router: The ASGI application to connect to; by default the one that
            ``ASGI_APPLICATION`` serves websockets with. A function or a consumer class is
            taken as it is, although it is an attribute of a class.
        consumer: The chanx consumer class whose messages communicators receive (chanx 1.0 and
            later; none by default). See `~channeltest.communicators.WebsocketCommunicator`.
        waits_for_rest: Whether ``connect()``, a send and ``disconnect()`` of communicators return
            when the applications of the test have come to rest, and raise what the application
            raised, as ``send_and_consume`` of Channels 1 does. By default (``False``) an
            application takes what is sent when the test next waits for something.
        ws_headers: Headers of communicators that are made without any: what `get_ws_headers`
            returned.
        subprotocols: Likewise, of `get_subprotocols`.

    Source: ``WebsocketTestCase`` of ``chanx.testing`` before chanx 1.0, and of
    ``chanx.channels.testing`` of chanx 2.
    """

    ws_path: str = ""
    router: Any = None
    consumer: Any = None
    waits_for_rest: bool = False
    ws_headers: Headers = None
    subprotocols: list[str] | None = None

    _communicators: list[CaseCommunicator]

    @classmethod
    def _make_isolation(cls, **options: Any) -> Isolation:
        return super()._make_isolation(
            **{"aliases": None, "channels1": False, **options, "shares": True}
        )

    def _setup_and_call(self, result: TestResult | None, debug: bool = False) -> None:
        self._communicators = []
        super()._setup_and_call(result, debug)

    def setUp(self) -> Any:
        """Ask for the headers and subprotocols. Its override may be a coroutine."""
        super().setUp()
        self.ws_headers = self.get_ws_headers()
        self.subprotocols = self.get_subprotocols()

    def get_ws_headers(self) -> Headers:
        """Return the headers of the test's communicators; called by ``setUp``; it may log in.

        By default what the test has put in ``ws_headers``.
        """
        return self.ws_headers or []

    def get_subprotocols(self) -> list[str]:
        """Return the subprotocols that they offer; called by ``setUp``.

        By default what the test has put in ``subprotocols``.
        """
        return self.subprotocols or []

    @property
    def auth_communicator(self) -> CaseCommunicator:
        """The first communicator that the test has made; it is made now if there is none."""
        return self._communicators[0] if self._communicators else self.create_communicator()

    def create_communicator(
        self,
        *,
        router: Any = None,
        ws_path: str | None = None,
        headers: Headers = None,
        subprotocols: list[str] | None = None,
        **extra: Any,
    ) -> CaseCommunicator:
        """Make a communicator, which is disconnected when the test is over.

        Args:
            router: The application; by default the case's.
            ws_path: Where to connect; by default the case's ``ws_path`` when it does.
            headers: A dict or pairs of names and values (str or bytes); by default the case's
                ``ws_headers``.
            subprotocols: Names; by default the case's ``subprotocols``.
            **extra: As for `~channeltest.communicators.WebsocketCommunicator`: ``user``, …

        Raises:
            ImproperlyConfigured: There is no websocket application.
        """
        extra.setdefault("consumer", self.consumer)
        communicator = CaseCommunicator(
            router or self._router() or websocket_application(),
            ws_path or self.ws_path,
            self.ws_headers if headers is None else headers,
            self.subprotocols if subprotocols is None else subprotocols,
            path_now=None if ws_path else lambda: self.ws_path,
            waits_for_rest=self.waits_for_rest,
            **extra,
        )
        self._communicators.append(communicator)
        return communicator

    def _router(self) -> Any:
        """The case's application: a function on a class would be bound to the case."""
        router = self.router
        return router.__func__ if getattr(router, "__self__", None) is self else router

    async def leave_loop(self) -> None:
        """Disconnect the test's communicators, the last one first."""
        await super().leave_loop()
        with ending():
            for communicator in reversed(self._communicators):
                await report_later(self, communicator.leave())


class WebsocketTestCase(WebsocketTestCaseMixin, ChannelTestCase):
    """Django's ``TestCase`` for websockets, on captive channel layers.

    What a test writes to the database is rolled back, although consumers write it.
    """


class TransactionWebsocketTestCase(WebsocketTestCaseMixin, TransactionChannelTestCase):
    """Django's ``TransactionTestCase`` for websockets, on captive channel layers."""
