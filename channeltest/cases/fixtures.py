"""The captive layers, routes and communicators of the pytest plugin's fixtures."""

from __future__ import annotations

import contextlib
import functools
import inspect
import unittest
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from channels import DEFAULT_CHANNEL_LAYER
from channels.routing import get_default_application
from django.core.exceptions import ImproperlyConfigured

from ..bridge.isolation import captive_layers
from ..channels1.routes import apply_routes
from ..communicators.websocket import WebsocketCommunicator
from ..compat.advice import with_note
from ..layers.wire import Wire


@contextlib.contextmanager
def isolated(
    routes: Any, aliases: Iterable[str] | None, wire: Wire, case: unittest.TestCase | None
) -> Iterator[None]:
    """Give a block captive layers.

    Args:
        routes: Routes for the layers, or ``None`` for those of the settings.
        aliases: Aliases of the layers; ``None`` for all.
        wire: The mode of their wire.
        case: The test case whose test runs in the block, if it is one.
    """
    with contextlib.ExitStack() as stack:
        isolation = stack.enter_context(captive_layers(*(aliases or ()), wire=wire))
        if case is not None:
            # Before the case rolls back what applications write.
            case.addCleanup(isolation.end_connections)
        if routes is not None:
            stack.enter_context(apply_routes(routes, aliases or [DEFAULT_CHANNEL_LAYER]))
        yield


class RoutesOfTest:
    """Routes that a test puts in place as it goes along."""

    def __init__(self) -> None:
        self._applied = contextlib.ExitStack()

    def apply(self, routes: Any, aliases: Iterable[str] = (DEFAULT_CHANNEL_LAYER,)) -> None:
        """Put routes in place; the arguments are those of `apply_routes`."""
        self._applied.enter_context(apply_routes(routes, aliases))

    def give_back(self) -> None:
        """Put back the routes that were there before."""
        self._applied.close()


class Websockets:
    """The communicators of one test."""

    def __init__(self) -> None:
        self._open = contextlib.AsyncExitStack()

    def make(self, path: str, application: Any = None, **options: Any) -> WebsocketCommunicator:
        """Make a communicator.

        Args:
            path: The path, with its query string.
            application: An ASGI application; that of ``ASGI_APPLICATION`` by default.
            **options: As for `WebsocketCommunicator`.

        Raises:
            ImproperlyConfigured: There is no application.
        """
        try:
            application = application or get_default_application()
        except ImproperlyConfigured as error:
            raise with_note(error, "name one in the settings, or pass application=… here")
        communicator = WebsocketCommunicator(application, path, **options)
        self._open.push_async_exit(communicator.__aexit__)
        return communicator

    def closing_after(self, test: Callable[..., Any]) -> Callable[..., Any]:
        """Return a test that, at its end, disconnects the communicators that are still connected.

        Args:
            test: A test function; one that is not asynchronous is returned as it is.
        """
        if not inspect.iscoroutinefunction(test):
            return test

        @functools.wraps(test)
        async def closing(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            async with self._open:
                return await test(*args, **kwargs)

        return closing
