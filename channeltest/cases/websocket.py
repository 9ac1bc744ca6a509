"""Test cases for websockets, with a client that is there already."""

from __future__ import annotations

from typing import Any

from ..asgi.scope import Headers
from ..bridge.isolation import Isolation
from ..channels1.cases import ChannelTestCase, ChannelTestCaseMixin, TransactionChannelTestCase
from .async_setup import AsyncSetUp, report_later
from .communicator import CaseCommunicator
from .discovery import websocket_application

# unittest and pytest leave frames of modules with these names out of tracebacks.
__unittest = True
__tracebackhide__ = True


class WebsocketTestCaseMixin(AsyncSetUp, ChannelTestCaseMixin):
    """Makes communicators for a project's websockets, and disconnects them after each test.

    Mix it into any of Django's test cases; it brings the captive layers.

    Attributes:
        ws_path: Where to connect (a path, with a query string if there is one). What it is when
            a communicator connects counts, so that a test may set it.
        router: The ASGI application to connect to; by default the one that
            ``ASGI_APPLICATION`` serves websockets with. A function or a consumer class is
            taken as it is, although it is an attribute of a class.
        consumer: The chanx consumer class whose messages communicators receive (chanx 1.0 and
            later; none by default). See `channeltest.WebsocketCommunicator`.
        ws_headers: Headers of communicators that are made without any: what `get_ws_headers`
            returned.
        subprotocols: Likewise, of `get_subprotocols`.

    Source: ``WebsocketTestCase`` of ``chanx.testing`` before chanx 1.0, and of
    ``chanx.channels.testing`` of chanx 2.
    """

    ws_path: str = ""
    router: Any = None
    consumer: Any = None
    ws_headers: Headers = None
    subprotocols: list[str] | None = None

    _communicators: list[CaseCommunicator]

    @classmethod
    def _make_isolation(cls, **options: Any) -> Isolation:
        return super()._make_isolation(
            **{"aliases": None, "channels1": False, **options, "shares": True}
        )

    def _setup_and_call(self, result: Any, debug: bool = False) -> None:
        self._communicators = []
        super()._setup_and_call(result, debug)

    def setUp(self) -> Any:
        """Ask for the headers and subprotocols. Its override may be a coroutine."""
        super().setUp()
        self.ws_headers = self.get_ws_headers()
        self.subprotocols = self.get_subprotocols()

    def get_ws_headers(self) -> Headers:
        """Return the headers of the test's communicators; called by ``setUp``, where it may log in.

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
            **extra: As for `channeltest.WebsocketCommunicator`: ``user``, ``cookies`` …

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
        for communicator in reversed(self._communicators):
            await report_later(self, communicator.leave())


class WebsocketTestCase(WebsocketTestCaseMixin, ChannelTestCase):
    """Django's ``TestCase`` for websockets, on captive channel layers.

    What a test writes to the database is rolled back, although consumers write it.
    """


class TransactionWebsocketTestCase(WebsocketTestCaseMixin, TransactionChannelTestCase):
    """Django's ``TransactionTestCase`` for websockets, on captive channel layers."""
