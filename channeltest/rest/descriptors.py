"""Which file descriptors of an event loop may call into an application."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any


def are_open(registered: Mapping[Any, Any]) -> int:
    """Return how many file descriptors the applications of a loop have registered.

    Args:
        registered: The map of the loop's selector, from file descriptors to keys.
    """
    # The loop has one of its own, which wakes it.
    return max(0, len(registered) - 1)


def may_call(registered: Mapping[Any, Any]) -> bool:
    """Return whether a descriptor may call into an application although no task waits for it.

    A protocol, or a callback of ``add_reader``, may do anything. A stream of asyncio's only keeps
    what comes, as the idle connection of a pool does.
    """
    return any(not _only_keeps(key.data) for key in list(registered.values()))


def _only_keeps(handles: Any) -> bool:
    reader, writer = handles
    if reader is None or writer is not None:
        return False
    owner = getattr(reader._callback, "__self__", None)
    if isinstance(owner, asyncio.AbstractEventLoop):
        # The descriptor that wakes the loop; a listening socket has arguments.
        return not reader._args
    return isinstance(owner, asyncio.Transport) and isinstance(
        owner.get_protocol(), asyncio.StreamReaderProtocol
    )
