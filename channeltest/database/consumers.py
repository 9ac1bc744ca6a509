"""Takes out of modern consumers' way what a test does not need, for as long as a stage stands.

Channels awaits a round trip to the database's thread before every event, for a call that must
not do anything while a test owns the connection (channels#1091, channels#2118). And a
synchronous consumer's ``send`` goes from its thread to the loop and back, to put an event where
a test can take it from any thread; for its handlers asgiref looks for a thread that is known.
"""

from __future__ import annotations

import asyncio
import contextvars
import pkgutil
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from asgiref.sync import SyncToAsync, async_to_sync
from channels.consumer import SyncConsumer

from ..stage.loop import StageLoop
from .kept_open import KeptConnections


async def _stay_open_async() -> None:
    """In the place of ``aclose_old_connections``."""


def _stay_open(**kwargs: Any) -> None:
    """In the place of ``close_old_connections``."""


def _send_directly(awaitable: Any) -> Callable[..., Any]:
    """In the place of ``async_to_sync``: a connection's ``send`` needs no loop."""
    direct = getattr(getattr(awaitable, "__self__", None), "send_now", None)
    return async_to_sync(awaitable) if direct is None else direct


_dispatch: Any = vars(SyncConsumer)["dispatch"]


async def _dispatch_directly(consumer: SyncConsumer, message: dict[str, Any]) -> None:
    """In the place of ``SyncConsumer.dispatch``, which asks asgiref for a thread.

    On a stage there is no question which: the test's, where the loop itself runs.
    """
    loop = asyncio.get_running_loop()
    if not isinstance(loop, StageLoop):
        await _dispatch.__get__(consumer, type(consumer))(message)
        return
    context = contextvars.copy_context()
    handle = partial(_dispatch.func, consumer, message)
    await loop.run_in_executor(SyncToAsync.single_thread_executor, partial(context.run, handle))
    for variable, value in context.items():
        if variable.get(_UNSET) is not value:
            variable.set(value)


_UNSET = object()

_REPLACED: list[tuple[str, str, Any]] = [
    ("channels.db", "aclose_old_connections", _stay_open_async),
    ("channels.db", "close_old_connections", _stay_open),
    ("channels.consumer", "aclose_old_connections", _stay_open_async),
    ("channels.consumer", "async_to_sync", _send_directly),
    ("channels.consumer:SyncConsumer", "dispatch", _dispatch_directly),
    ("channels.generic.http", "aclose_old_connections", _stay_open_async),
    ("channels.generic.websocket", "aclose_old_connections", _stay_open_async),
]

_lock = threading.Lock()
_originals: list[tuple[Any, str, Any]] = []
_users = 0


class Keeper(Protocol):
    """Something that keeps database connections open."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End; calling it again does nothing."""


class DeafConsumers:
    """Keeps the database connections open and the way free; starts may overlap.

    Args:
        connections: What keeps the connections open; by default this thread's are kept.
    """

    def __init__(self, connections: Keeper | None = None) -> None:
        self._started = False
        self._connections: Keeper = connections or KeptConnections()

    def start(self) -> None:
        """Begin, if nobody else has."""
        global _users
        self._connections.start()
        with _lock:
            self._started = True
            _users += 1
            if _users == 1:
                for path, name, replacement in _REPLACED:
                    owner = pkgutil.resolve_name(path)
                    if name in vars(owner):
                        _originals.append((owner, name, vars(owner)[name]))
                        setattr(owner, name, replacement)

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
                    owner, name, original = _originals.pop()
                    setattr(owner, name, original)
