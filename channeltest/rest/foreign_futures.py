"""Futures that others than the loop's own callbacks complete."""

from __future__ import annotations

import asyncio
from types import FrameType

_WRAP_FUTURE = asyncio.wrap_future.__code__

# Where asyncio waits for other processes.
_PROCESS_MODULES = {"asyncio.base_subprocess", "asyncio.unix_events"}


def is_bridge(caller: FrameType) -> bool:
    """Return whether a future that ``caller`` creates waits for a thread or another process."""
    return caller.f_code is _WRAP_FUTURE or caller.f_globals["__name__"] in _PROCESS_MODULES
