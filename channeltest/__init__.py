"""channeltest: test suites written for Channels 1 pass unchanged on today's Django and Channels.

Importing this package changes nothing. ``"channeltest"``, first in ``INSTALLED_APPS``, or a call
of `install` activates the names of Channels 1.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .captive import CaptiveLayer as CaptiveLayer
    from .cases import ChannelTestCase as ChannelTestCase
    from .cases import ChannelTestCaseMixin as ChannelTestCaseMixin
    from .cases import TransactionChannelTestCase as TransactionChannelTestCase
    from .client import Client as Client
    from .porting import parity as parity
    from .routes import apply_routes as apply_routes
    from .tracing import trace as trace
    from .wire import WireError as WireError
    from .wire import WireWarning as WireWarning
    from .wsclient import WSClient as HttpClient  # noqa: F401
    from .wsclient import WSClient as WSClient

__version__ = "0.1.0"

# Loaded when asked for: Django imports this package before its apps are ready.
_HOMES = {
    "CaptiveLayer": "captive",
    "ChannelTestCase": "cases",
    "ChannelTestCaseMixin": "cases",
    "Client": "client",
    "HttpClient": "wsclient",
    "TransactionChannelTestCase": "cases",
    "WSClient": "wsclient",
    "WireError": "wire",
    "WireWarning": "wire",
    "apply_routes": "routes",
    "parity": "porting",
    "trace": "tracing",
}

__all__ = [*_HOMES, "install"]

# The modules of 1.1.8's test harness, and of 1.0's, whose package was ``channels.tests``.
_TEST_MODULES = {
    f"channels.{package}{module}": f"channeltest.channels_test{module}"
    for package in ("test", "tests")
    for module in ("", ".base", ".http", ".liveserver", ".websocket")
}


def install() -> None:
    """Activate the names of Channels 1: ``channels.test``, ``channels.Group`` and all others.

    Does what ``"channeltest"`` in ``INSTALLED_APPS`` does; call it before anything that needs
    those names is imported. Calling it again does nothing.
    """
    from .compat.activation import activate  # it imports Channels, and with it asyncio

    activate(_TEST_MODULES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'channeltest' has no attribute {name!r}")
    module = importlib.import_module(f".{_HOMES[name]}", __name__)
    return getattr(module, "WSClient" if name == "HttpClient" else name)
