"""What a modern application serves: the channels of Channels 1, and the paths."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from channels.consumer import AsyncConsumer
from channels.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from django.core.handlers.asgi import ASGIHandler
from django.urls.exceptions import Resolver404

WEBSOCKET_CHANNELS = ("websocket.connect", "websocket.receive", "websocket.disconnect")
HTTP_CHANNELS = ("http.request", "http.disconnect")

_SERVER_CHANNELS = WEBSOCKET_CHANNELS + HTTP_CHANNELS

# Where middleware keeps what it wraps: Channels' own, and most of others.
_INNER = ("inner", "application", "app")
# No application has this attribute, unless it has all.
_NO_NAME = "no application has this name"


def protocol_of(channel: str) -> str:
    """Return the ASGI protocol that messages of a channel belong to.

    Args:
        channel: The channel's name.

    Returns:
        ``"websocket"``, ``"http"``, or ``"channel"`` for the channels that a project names.
    """
    return channel.partition(".")[0] if channel in _SERVER_CHANNELS else "channel"


def channels_of(application: Any) -> list[str]:
    """Return the names of the channels that a modern application can serve, without doubles.

    Args:
        application: An application or a modern consumer class.
    """
    return list(dict.fromkeys(_channels_of(application)))


def _channels_of(application: Any) -> Iterable[str]:
    if isinstance(application, ProtocolTypeRouter):
        for protocol, chosen in application.application_mapping.items():
            for name in _channels_of(chosen):
                if protocol_of(name) == protocol:
                    yield name
    elif isinstance(application, ChannelNameRouter):
        yield from application.application_mapping
    elif isinstance(application, URLRouter):
        routes: Any = application.routes
        for route in routes:
            yield from _channels_of(route.callback)
    elif isinstance(application, OriginValidator):
        yield from WEBSOCKET_CHANNELS
    elif isinstance(application, ASGIHandler):
        yield from HTTP_CHANNELS
    elif is_consumer(application):
        yield from _channels_of_consumer(getattr(application, "consumer_class", application))
    elif (inner := inner_of(application)) is not None:
        yield from _channels_of(inner)
    else:
        yield from _SERVER_CHANNELS


def _channels_of_consumer(consumer: type) -> Iterable[str]:
    def handles(channel: str) -> bool:
        return hasattr(consumer, channel.replace(".", "_"))

    http = any(map(handles, HTTP_CHANNELS))
    # What handles neither has a dispatch() of its own; most are about websockets.
    if not http or any(map(handles, WEBSOCKET_CHANNELS)):
        yield from WEBSOCKET_CHANNELS
    if http:
        yield from HTTP_CHANNELS


def find(
    application: Any,
    channel: str,
    path: str,
    root_path: str = "",
    kwargs: dict[str, Any] | None = None,
) -> Any:
    """Return the innermost application that a message goes to, as far as can be seen.

    Args:
        application: The outermost application.
        channel: The channel's name.
        path: The path, with or without its leading slash.
        root_path: Where the outermost application is mounted.
        kwargs: Filled with what the patterns on the way find in the path.

    Returns:
        The application, or ``None`` if there is no route for the message.
    """
    if isinstance(application, ProtocolTypeRouter | ChannelNameRouter):
        by_protocol = isinstance(application, ProtocolTypeRouter)
        key = protocol_of(channel) if by_protocol else channel
        chosen = application.application_mapping.get(key)
        return None if chosen is None else find(chosen, channel, path, root_path, kwargs)
    if isinstance(application, URLRouter):
        if not path.startswith(root_path):
            return None
        return _find_by_path(application, channel, path[len(root_path) :].lstrip("/"), kwargs)
    inner = inner_of(application)
    if inner is not None:
        return find(inner, channel, path, root_path, kwargs)
    serves = protocol_of(channel) == "channel" or channel in channels_of(application)
    return application if serves else None


def _find_by_path(router: URLRouter, channel: str, path: str, kwargs: dict[str, Any] | None) -> Any:
    routes: Any = router.routes
    for route in routes:
        try:
            match = route.pattern.match(path)
        except Resolver404:
            continue
        inner: dict[str, Any] = {}
        found = find(route.callback, channel, match[0], kwargs=inner) if match else None
        if found is not None:
            if kwargs is not None:
                kwargs.update({**match[2], **route.default_args, **inner})
            return found
    return None


def is_consumer(application: Any) -> bool:
    """Whether an application is a consumer class, or what ``as_asgi()`` makes of one."""
    consumer = getattr(application, "consumer_class", application)
    return isinstance(consumer, type) and issubclass(consumer, AsyncConsumer)


def inner_of(application: Any) -> Any:
    """Return the application that a middleware wraps, or ``None``.

    A mock wraps nothing: it makes up the attributes that it is asked for.
    """
    if isinstance(application, type | ASGIHandler) or is_consumer(application):
        return None
    if hasattr(application, _NO_NAME):
        return None
    wrapped = (getattr(application, name, None) for name in _INNER)
    return next((inner for inner in wrapped if callable(inner)), None)
