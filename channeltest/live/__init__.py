"""Live servers for tests: the project is served for real, by processes or by threads.

The folder may import compat, layers, database, record and what lies below them. Test cases, the
pytest fixture ``channel_live_server`` and the facade of ``channels.test`` use it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..errors import LiveServerError as LiveServerError
    from .channels1_case import ChannelLiveServerTestCase as ChannelLiveServerTestCase
    from .channels4_case import ChannelsLiveServerTestCase as ChannelsLiveServerTestCase
    from .threads import ThreadSite as ThreadSite

# Loaded when asked for: a child process imports this package before Django is set up in it.
_HOMES = {
    "ChannelLiveServerTestCase": ".channels1_case",
    "ChannelsLiveServerTestCase": ".channels4_case",
    "LiveServerError": "..errors",
    "ThreadSite": ".threads",
}

__all__ = [
    "ChannelLiveServerTestCase",
    "ChannelsLiveServerTestCase",
    "LiveServerError",
    "ThreadSite",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'channeltest.live' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name], __name__), name)
