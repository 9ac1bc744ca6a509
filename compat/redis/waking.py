"""Ends the blocking calls of one process on a Redis server, each once."""

from __future__ import annotations

import itertools
import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Seconds that a wake key lives: a reader that has found a message meanwhile does not take it.
_LIFETIME = 10


class Woken(Exception):
    """Raised in a reader whose wait is ended."""


class WakeKeys:
    """Keys that the readers of a process wait on beside their channels, one for each call.

    Every reader that waits is woken once, and so is one that was about to wait; it may wait again.

    Args:
        client: A client of the server.
        prefix: What keys begin with.
    """

    def __init__(self, client: Any, prefix: str) -> None:
        self._client = client
        self._prefix = prefix
        self._lock = threading.Lock()
        self._waiting: set[str] = set()
        # Names of keys: of this layer and its process, each for one call.
        self._name = uuid.uuid4().hex
        self._numbers = itertools.count()
        self._count = 0
        # How often the readers had been woken when the thread last waited.
        self._thread = threading.local()

    @contextmanager
    def waiting(self) -> Iterator[str]:
        """Count the calling thread as a reader that waits.

        Yields:
            The key to wait on beside others.

        Raises:
            Woken: The readers were woken since the thread last waited.
        """
        # No channel of Channels 1 may have such a name.
        key = f"{self._prefix}#wake#{self._name}-{os.getpid()}-{next(self._numbers)}"
        with self._lock:
            self._raise_if_woken()
            self._waiting.add(key)
        try:
            yield key
        except Woken:
            self._thread.count = self._count
            raise
        finally:
            with self._lock:
                self._waiting.discard(key)

    def _raise_if_woken(self) -> None:
        before = getattr(self._thread, "count", 0)
        self._thread.count = self._count
        if before != self._count:
            raise Woken

    def wake(self) -> None:
        """Wake every reader."""
        with self._lock:
            self._count += 1
            keys = list(self._waiting)
        with self._client.pipeline() as pipeline:
            for key in keys:
                pipeline.zadd(key, {"": 0})
                pipeline.expire(key, _LIFETIME)
            pipeline.execute()
