"""Channels 1's side of the layers of Channels 4 that a half-migrated setting may name."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from channels.exceptions import InvalidChannelLayerError
from django.utils.module_loading import import_string

from .inmemory import ChannelLayer

# What makes the layer, and those of its defaults that differ between the versions.
# The layer on Redis is imported only where it is used.
_OLD_SIDES: dict[str, tuple[type | str, dict[str, Any]]] = {
    "channels.layers.InMemoryChannelLayer": (ChannelLayer, {"capacity": 100}),
    "channels_redis.core.RedisChannelLayer": (
        "channeltest.compat.redis.layer.RedisChannelLayer",
        {"prefix": "asgi"},
    ),
}


def synchronous(backend: Callable[..., Any], alias: str) -> Callable[..., Any]:
    """Return what makes the Channels 1 layer for the ``BACKEND`` of a setting.

    Args:
        backend: What ``BACKEND`` names.
        alias: The setting's key, for the error.

    Returns:
        ``backend`` itself when it is a layer of Channels 1, else what takes the same ``CONFIG``
        and makes the layer of Channels 1 with the same numbers and servers.

    Raises:
        InvalidChannelLayerError: It is a layer of Channels 4 without counterpart.
    """
    # channels_redis has a class that only its instances show to be asynchronous.
    package = backend.__module__.partition(".")[0]
    asynchronous = inspect.iscoroutinefunction(getattr(backend, "send", None))
    if not asynchronous and package != "channels_redis":
        return backend
    path = f"{backend.__module__}.{backend.__qualname__}"
    if path not in _OLD_SIDES:
        raise InvalidChannelLayerError(
            f"BACKEND {path!r} specified for {alias} has no synchronous side for the consumers "
            f"of Channels 1. With ROUTING, name one of {', '.join(map(repr, _OLD_SIDES))}; "
            "without consumers of Channels 1, take ROUTING out of the setting"
        )
    named, defaults = _OLD_SIDES[path]
    old = import_string(named) if isinstance(named, str) else named
    return lambda **config: old(**{**defaults, **config})
