"""Looks into applications: what routers and middleware pass a connection on to."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from channels.consumer import AsyncConsumer
from channels.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator

# The attributes under which middleware keeps what it wraps: that of Channels, its origin
# validator, that of Starlette and others.
WRAPPED = ("inner", "application", "app")


def consumer_class_in(application: Any) -> type[Any] | None:
    """Return a consumer class that an application has where ``.as_asgi()`` is missing.

    Args:
        application: An ASGI application; routers and middleware are looked into.
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


def _parts(application: Any) -> Iterator[Any]:
    """What an application passes connections on to."""
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
    """Whether a consumer has no middleware in front of it, which would fill its scope in."""
    if isinstance(application, ProtocolTypeRouter):
        chosen = application.application_mapping.get(protocol)
        return chosen is not None and is_bare(chosen, protocol)
    if isinstance(application, URLRouter):
        routes: Any = application.routes
        return all(is_bare(route.callback, protocol) for route in routes)
    if isinstance(application, OriginValidator):
        return is_bare(application.application, protocol)
    return hasattr(application, "consumer_class")
