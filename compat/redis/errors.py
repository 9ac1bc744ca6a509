"""What the layers on Redis raise that is no error of the client library."""

from __future__ import annotations


class UnsupportedRedis(Exception):
    """Raised when a server does not know a command that the layers need.

    Source: asgi_redis 1.4.3.
    """
