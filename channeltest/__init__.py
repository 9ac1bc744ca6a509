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
    from .communicators import ApplicationCommunicator as ApplicationCommunicator
    from .communicators import HttpCommunicator as HttpCommunicator
    from .communicators import WebsocketCommunicator as WebsocketCommunicator
    from .layers import captive_layers as captive_layers
    from .layers import capture_sends as capture_sends
    from .live.channel_case import ChannelLiveServerTestCase as ChannelLiveServerTestCase
    from .live.channels_case import ChannelsLiveServerTestCase as ChannelsLiveServerTestCase
    from .porting import parity as parity
    from .rest_live import APICommunicator as APICommunicator
    from .rest_live import async_test as async_test
    from .rest_live import get_headers_for_user as get_headers_for_user
    from .routes import apply_routes as apply_routes
    from .tracing import trace as trace
    from .websocket_case import TransactionWebsocketTestCase as TransactionWebsocketTestCase
    from .websocket_case import WebsocketTestCase as WebsocketTestCase
    from .websocket_case import WebsocketTestCaseMixin as WebsocketTestCaseMixin
    from .wire import WireError as WireError
    from .wire import WireWarning as WireWarning
    from .workers import worker as worker
    from .wsclient import WSClient as HttpClient  # noqa: F401
    from .wsclient import WSClient as WSClient

__version__ = "0.1.0"

# Loaded when asked for: Django imports this package before its apps are ready.
_HOMES = {
    "APICommunicator": "rest_live",
    "ApplicationCommunicator": "communicators",
    "CaptiveLayer": "captive",
    "ChannelLiveServerTestCase": "live.channel_case",
    "ChannelTestCase": "cases",
    "ChannelTestCaseMixin": "cases",
    "ChannelsLiveServerTestCase": "live.channels_case",
    "Client": "client",
    "HttpClient": "wsclient",
    "HttpCommunicator": "communicators",
    "TransactionChannelTestCase": "cases",
    "TransactionWebsocketTestCase": "websocket_case",
    "WSClient": "wsclient",
    "WebsocketCommunicator": "communicators",
    "WebsocketTestCase": "websocket_case",
    "WebsocketTestCaseMixin": "websocket_case",
    "WireError": "wire",
    "WireWarning": "wire",
    "apply_routes": "routes",
    "async_test": "rest_live",
    "capture_sends": "layers",
    "captive_layers": "layers",
    "get_headers_for_user": "rest_live",
    "parity": "porting",
    "trace": "tracing",
    "worker": "workers",
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
