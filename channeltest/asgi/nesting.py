"""Finds the applications that routers and middleware pass a connection on to."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from channels.consumer import AsyncConsumer
from channels.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator

from ..compat.advice import with_note

# The attributes in which middleware keeps the application that it wraps: Channels' middleware,
# Channels' origin validator, and Starlette's middleware.
WRAPPED = ("inner", "application", "app")


def consumer_class_in(application: Any) -> type[Any] | None:
    """Return a consumer class that stands where an application belongs, without ``.as_asgi()``.

    Args:
        application: An ASGI application; those inside routers and middleware are checked too.

    Returns:
        The first such class, or ``None``.
    """
    seen: list[Any] = []
    waiting = [application]
    while waiting:
        found = waiting.pop()
        if any(found is each for each in seen):
            continue
        seen.append(found)
        if inspect.isclass(found):
            if issubclass(found, AsyncConsumer):
                return found
            continue
        waiting.extend(_parts(found))
    return None


def advise_as_asgi(error: BaseException, application: Any) -> None:
    """Add a note to what an application raised if a consumer's ``.as_asgi()`` was forgotten in it.

    Args:
        error: The error.
        application: The application.
    """
    if not isinstance(error, TypeError):
        return
    consumer = consumer_class_in(application)
    if consumer is not None:
        with_note(
            error,
            f"{consumer.__qualname__} is a consumer class, and has to be an application: write "
            f"{consumer.__name__}.as_asgi() in the routing",
        )


def _parts(application: Any) -> Iterator[Any]:
    """Yield the applications that an application passes connections on to."""
    if isinstance(application, ProtocolTypeRouter | ChannelNameRouter):
        yield from application.application_mapping.values()
    elif isinstance(application, URLRouter):
        routes: Any = application.routes
        yield from (route.callback for route in routes if hasattr(route, "callback"))
    else:
        for name in WRAPPED:
            inner = getattr(application, name, None)
            if callable(inner):
                yield inner


def is_bare(application: Any, protocol: str) -> bool:
    """Return whether an application is a consumer without middleware.

    Routers and Channels' origin validator do not count as middleware: they fill in no session.

    Args:
        application: An ASGI application.
        protocol: ``"http"`` or ``"websocket"``, which chooses in a `ProtocolTypeRouter`.
    """
    if isinstance(application, ProtocolTypeRouter):
        chosen = application.application_mapping.get(protocol)
        return chosen is not None and is_bare(chosen, protocol)
    if isinstance(application, URLRouter):
        routes: Any = application.routes
        return all(is_bare(route.callback, protocol) for route in routes)
    if isinstance(application, OriginValidator):
        return is_bare(application.application, protocol)
    return hasattr(application, "consumer_class")
