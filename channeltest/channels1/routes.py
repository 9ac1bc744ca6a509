"""`apply_routes`: replaces the configured routes for a block, a test or a class of tests."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Any, TypeVar

from channels import DEFAULT_CHANNEL_LAYER

from ..compat.asgi import ChannelLayerWrapper
from ..compat.routing import Router
from .layer_in_use import layer_in_use

# Failures show the test and the consumer, not what runs them.
__tracebackhide__ = True

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class apply_routes:
    """Context manager and decorator that replaces the configured routes.

    On a function the routes are in place during the call. On a test case class they are in place
    for each test, from before ``setUp`` until after ``tearDown``. On a class without ``setUp``, as
    pytest has them, they are in place for each method whose name begins with ``test``.

    Args:
        routes: A route, a list of routes, or a list of such lists; also a dict or a dotted path, as
            ``ROUTING`` in the settings.
        aliases: Aliases of the layers that get the routes.

    Source: Channels 1.1.8. There the routes went to the default layer whatever ``aliases`` was, an
    empty list failed, and a class's routes were removed before ``tearDown``.
    """

    def __init__(self, routes: Any, aliases: Iterable[str] = (DEFAULT_CHANNEL_LAYER,)) -> None:
        self._aliases = [aliases] if isinstance(aliases, str) else list(aliases)
        self.routes = routes
        self._kept: list[list[tuple[ChannelLayerWrapper, Any, Router]]] = []

    def enter(self) -> None:
        """Put the routes in place.

        Raises:
            KeyError: No layer has one of the aliases.
            ImproperlyConfigured: A dotted path among the routes leads nowhere.
        """
        layers = [layer_in_use(alias) for alias in self._aliases]
        routers = [Router(self._as_list()) for _ in layers]
        self._kept.append([(layer, layer.routing, layer.router) for layer in layers])
        for layer, router in zip(layers, routers, strict=True):
            layer.routing = router.root.routing
            layer.router = router

    def exit(
        self,
        exc_type: type[BaseException] | None = None,
        exc_val: BaseException | None = None,
        exc_tb: TracebackType | None = None,
    ) -> None:
        """Restore the routes that were in place before."""
        for layer, routing, router in self._kept.pop():
            layer.routing = routing
            layer.router = router

    __enter__ = enter
    __exit__ = exit

    def __call__(self, decorated: Decorated) -> Decorated:
        """Decorate a test function, also an asynchronous one, or a class of tests."""
        if isinstance(decorated, type):
            if hasattr(decorated, "setUp"):
                return self._decorate_case(decorated)  # type: ignore[no-any-return]
            return self._decorate_methods(decorated)  # type: ignore[no-any-return]
        if inspect.iscoroutinefunction(decorated):
            return self._decorate_async(decorated)  # type: ignore[no-any-return]

        @functools.wraps(decorated)
        def with_routes(*args: Any, **kwargs: Any) -> Any:
            with self:
                return decorated(*args, **kwargs)

        return with_routes  # type: ignore[return-value]

    def _decorate_async(self, decorated: Any) -> Any:
        @functools.wraps(decorated)
        async def with_routes(*args: Any, **kwargs: Any) -> Any:
            with self:
                return await decorated(*args, **kwargs)

        return with_routes

    def _decorate_methods(self, cls: Any) -> Any:
        for name in dir(cls):
            method = inspect.getattr_static(cls, name)
            if name.startswith("test") and isinstance(method, staticmethod | classmethod):
                setattr(cls, name, type(method)(self(method.__func__)))
            elif name.startswith("test") and inspect.isfunction(method):
                setattr(cls, name, self(method))
        return cls

    def _decorate_case(self, cls: Any) -> Any:
        set_up = cls.setUp

        @functools.wraps(set_up)
        def set_up_with_routes(case: Any) -> None:
            self.enter()
            # Cleanups run after tearDown, and also when setUp fails.
            case.addCleanup(self.exit)
            set_up(case)

        cls.setUp = set_up_with_routes
        return cls

    def _as_list(self) -> Sequence[Any]:
        routes = self.routes
        if isinstance(routes, list | tuple):
            return list(routes)
        if isinstance(routes, str | dict):
            return list(Router.resolve_routing(routes))
        return [routes]
