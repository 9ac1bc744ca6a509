"""A synchronous consumer's ``send`` without a detour over the event loop.

Channels makes it with ``async_to_sync``: from the consumer's thread to the loop and back, to put
an event where a test can take it from any thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asgiref.sync import async_to_sync
from channels import consumer

from ..patching import Patch
from .connection import Connection


def _send_directly(awaitable: Any) -> Callable[..., Any]:
    """In the place of ``async_to_sync``, for the ``send`` of a connection of ours."""
    connection = getattr(awaitable, "__self__", None)
    return connection.send_now if isinstance(connection, Connection) else async_to_sync(awaitable)


direct_send = Patch(consumer, "async_to_sync", _send_directly, instead_of=async_to_sync)
