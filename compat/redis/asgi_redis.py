"""``asgi_redis`` of Channels 1: layers on Redis."""

from __future__ import annotations

from .layer import RedisChannelLayer
from .variants import RedisLocalChannelLayer, RedisSentinelChannelLayer

__all__ = ["RedisChannelLayer", "RedisLocalChannelLayer", "RedisSentinelChannelLayer"]

__version__ = "1.4.3"

# A package by this: `asgi_redis.core`, `.local` and `.sentinel` are this module, too.
__path__: list[str] = []
