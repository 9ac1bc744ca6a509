"""Classifies the errors of a Redis server: unavailable, too old or ours. Needs redis."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from redis.exceptions import (
    ClusterDownError,
    ConnectionError,
    ReadOnlyError,
    ResponseError,
    TimeoutError,
    TryAgainError,
)

from ..advice import with_note
from .errors import UnsupportedRedis

# First words of the errors that a server answers with while it cannot serve: it has no disk or
# memory left, is no master any more, runs a script, has lost its replicas, or ends a blocking
# call. Older servers repeat the words in the middle, behind the name of the script; redis-py leaves
# out those that it knows.
_TEXTS = re.compile(
    r"(?:^|-|: )(?:MISCONF|OOM|READONLY|LOADING|BUSY|NOREPLICAS|UNKILLABLE|UNBLOCKED) "
    r"|when used memory > 'maxmemory'"
)
# The server's texts for an unknown command of a client, and of a script.
_UNKNOWN = re.compile(r"unknown (?:redis )?command", re.IGNORECASE)
_CLASSES = (ClusterDownError, ReadOnlyError, TryAgainError)


class Unavailable(ConnectionError):  # type: ignore[misc]
    """Raised when a server answers, but cannot serve for a while.

    The text is the server's own.
    """


# What is raised while a server is out of reach or cannot serve.
UNREACHABLE = (ConnectionError, TimeoutError)

_NO_SERVER = (
    "CHANNEL_LAYERS names the server, which does not answer. Start it; a test needs none when it "
    "has a captive layer: ChannelTestCase, pytest's channels marker, or "
    "channeltest.captive_layers()"
)


@contextmanager
def unavailable_servers() -> Iterator[None]:
    """Raise `Unavailable` for the errors of a server that cannot serve now.

    Raises:
        Unavailable: As above.
        ConnectionError, TimeoutError: The server cannot be reached; a note says what to do.
        UnsupportedRedis: The server does not know a command.
    """
    try:
        yield
    except UNREACHABLE as error:
        # Subclasses are answers of a server.
        if type(error) in UNREACHABLE:
            with_note(error, _NO_SERVER)
        raise
    except ResponseError as error:
        if _UNKNOWN.search(str(error)):
            refusal = (
                f"Redis returned an error ({error}). Please ensure you're running a version of "
                "redis that is supported by asgi_redis."
            )
            advice = "The layer needs Lua scripts and sorted sets: Redis 5 or newer has all of it."
            raise with_note(UnsupportedRedis(refusal), advice) from error
        if isinstance(error, _CLASSES) or _TEXTS.search(str(error)):
            raise Unavailable(str(error)) from error
        raise
