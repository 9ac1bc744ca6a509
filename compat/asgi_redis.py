"""``asgi_redis`` of Channels 1: layers on Redis."""

from __future__ import annotations

from .redis.layer import RedisChannelLayer
from .redis.variants import RedisLocalChannelLayer, RedisSentinelChannelLayer

__all__ = ["RedisChannelLayer", "RedisLocalChannelLayer", "RedisSentinelChannelLayer"]

__version__ = "1.4.3"

# A package by this: `asgi_redis.core`, `.local` and `.sentinel` are this module, too.
__path__: list[str] = []
