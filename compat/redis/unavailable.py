"""Tells a Redis that cannot serve now from one that refuses a mistake. Needs the optional redis."""

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

# First words of the errors that a server answers with while it cannot serve: it has no disk or
# memory left, is no master any more, runs a script, has lost its replicas, or ends a blocking
# call. Older servers repeat the words in the middle, behind the name of the script; redis-py leaves
# out those that it knows.
_TEXTS = re.compile(
    r"(?:^|-|: )(?:MISCONF|OOM|READONLY|LOADING|BUSY|NOREPLICAS|UNKILLABLE|UNBLOCKED) "
    r"|when used memory > 'maxmemory'"
)
_CLASSES = (ClusterDownError, ReadOnlyError, TryAgainError)


class Unavailable(ConnectionError):  # type: ignore[misc]
    """Raised when a server answers, but cannot serve for a while.

    The text is the server's own.
    """


# What is raised while a server is out of reach or cannot serve.
UNREACHABLE = (ConnectionError, TimeoutError)


@contextmanager
def unavailable_servers() -> Iterator[None]:
    """Raise `Unavailable` for the errors of a server that cannot serve now."""
    try:
        yield
    except ResponseError as error:
        if isinstance(error, _CLASSES) or _TEXTS.search(str(error)):
            raise Unavailable(str(error)) from error
        raise
