"""Takes out of modern consumers' way what a test does not need, for as long as a stage stands.

Channels awaits a round trip to the database's thread before every event, for a call that must
not do anything while a test owns the connection (channels#1091, channels#2118). And a
synchronous consumer's ``send`` goes from its thread to the loop and back, to put an event where
a test can take it from any thread.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from typing import Any

from asgiref.sync import async_to_sync

from .kept_connections import KeptConnections


async def _stay_open_async() -> None:
    """In the place of ``aclose_old_connections``."""


def _stay_open(**kwargs: Any) -> None:
    """In the place of ``close_old_connections``."""


def _send_directly(awaitable: Any) -> Callable[..., Any]:
    """In the place of ``async_to_sync``: a connection's ``send`` needs no loop."""
    direct = getattr(getattr(awaitable, "__self__", None), "send_now", None)
    return async_to_sync(awaitable) if direct is None else direct


_REPLACED: list[tuple[str, str, Any]] = [
    ("channels.db", "aclose_old_connections", _stay_open_async),
    ("channels.db", "close_old_connections", _stay_open),
    ("channels.consumer", "aclose_old_connections", _stay_open_async),
    ("channels.consumer", "async_to_sync", _send_directly),
    ("channels.generic.http", "aclose_old_connections", _stay_open_async),
    ("channels.generic.websocket", "aclose_old_connections", _stay_open_async),
]

_lock = threading.Lock()
_originals: list[tuple[Any, str, Any]] = []
_users = 0


class DeafConsumers:
    """Keeps the database connections open and the way free; starts may overlap."""

    def __init__(self) -> None:
        self._started = False
        self._connections = KeptConnections()

    def start(self) -> None:
        """Begin, if nobody else has."""
        global _users
        self._connections.start()
        with _lock:
            self._started = True
            _users += 1
            if _users == 1:
                for module_name, name, replacement in _REPLACED:
                    module = importlib.import_module(module_name)
                    if hasattr(module, name):
                        _originals.append((module, name, getattr(module, name)))
                        setattr(module, name, replacement)

    def stop(self) -> None:
        """Put everything back, if nobody else needs it; calling it again does nothing."""
        global _users
        self._connections.stop()
        with _lock:
            if not self._started:
                return
            self._started = False
            _users -= 1
            if not _users:
                while _originals:
                    module, name, original = _originals.pop()
                    setattr(module, name, original)
