"""``asgi_redis`` of Channels 1: layers on Redis."""

from __future__ import annotations

from ..base_layer import BaseChannelLayer
from .errors import UnsupportedRedis
from .layer import RedisChannelLayer
from .variants import RedisLocalChannelLayer, RedisSentinelChannelLayer

__all__ = [
    "BaseChannelLayer",
    "BaseRedisChannelLayer",
    "RedisChannelLayer",
    "RedisLocalChannelLayer",
    "RedisSentinelChannelLayer",
    "UnsupportedRedis",
]

# What all three layers are, to `isinstance` and to layers of a project's own.
BaseRedisChannelLayer = RedisChannelLayer

__version__ = "1.4.3"

# A package by this: `asgi_redis.core`, `.local` and `.sentinel` are this module, too.
__path__: list[str] = []
