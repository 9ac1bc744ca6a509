"""channeltest: test suites written for Channels 1 pass unchanged on today's Django and Channels.

Importing this package changes nothing. ``"channeltest"``, first in ``INSTALLED_APPS``, or a call
of `install` activates the names of Channels 1.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .activation import install as install
    from .bridge.isolation import captive_layers as captive_layers
    from .cases.rest_live import APICommunicator as APICommunicator
    from .cases.rest_live import async_test as async_test
    from .cases.rest_live import channels_http as channels_http
    from .cases.rest_live import get_headers_for_user as get_headers_for_user
    from .cases.websocket import TransactionWebsocketTestCase as TransactionWebsocketTestCase
    from .cases.websocket import WebsocketTestCase as WebsocketTestCase
    from .cases.websocket import WebsocketTestCaseMixin as WebsocketTestCaseMixin
    from .channels1.cases import ChannelTestCase as ChannelTestCase
    from .channels1.cases import ChannelTestCaseMixin as ChannelTestCaseMixin
    from .channels1.cases import TransactionChannelTestCase as TransactionChannelTestCase
    from .channels1.client import Client as Client
    from .channels1.routes import apply_routes as apply_routes
    from .channels1.wsclient import WSClient as HttpClient  # noqa: F401
    from .channels1.wsclient import WSClient as WSClient
    from .communicators import ABSENT as ABSENT
    from .communicators import ApplicationCommunicator as ApplicationCommunicator
    from .communicators import HttpCommunicator as HttpCommunicator
    from .communicators import WebsocketCommunicator as WebsocketCommunicator
    from .communicators import capture_broadcast_events as capture_broadcast_events
    from .communicators import capture_topic_broadcasts as capture_topic_broadcasts
    from .communicators.worker import worker as worker
    from .comparison.parity import parity as parity
    from .errors import ApplicationCancelled as ApplicationCancelled
    from .errors import ApplicationWarning as ApplicationWarning
    from .errors import BoundedWaitWarning as BoundedWaitWarning
    from .errors import Denied as Denied
    from .errors import LiveServerError as LiveServerError
    from .errors import MalformedEvent as MalformedEvent
    from .errors import Refused as Refused
    from .errors import StageError as StageError
    from .errors import UnsharedTransactionWarning as UnsharedTransactionWarning
    from .errors import WireError as WireError
    from .errors import WireWarning as WireWarning
    from .layers.captive import CaptiveLayer as CaptiveLayer
    from .layers.inspection import capture_sends as capture_sends
    from .live.channels1_case import ChannelLiveServerTestCase as ChannelLiveServerTestCase
    from .live.channels4_case import ChannelsLiveServerTestCase as ChannelsLiveServerTestCase
    from .record.tracing import trace as trace

__version__ = "0.1.0"

# Loaded when asked for: Django imports this package before its apps are ready.
_HOMES = {
    "ABSENT": "communicators",
    "APICommunicator": "cases.rest_live",
    "ApplicationCancelled": "errors",
    "ApplicationWarning": "errors",
    "ApplicationCommunicator": "communicators",
    "BoundedWaitWarning": "errors",
    "UnsharedTransactionWarning": "errors",
    "CaptiveLayer": "layers.captive",
    "ChannelLiveServerTestCase": "live.channels1_case",
    "ChannelTestCase": "channels1.cases",
    "ChannelTestCaseMixin": "channels1.cases",
    "ChannelsLiveServerTestCase": "live.channels4_case",
    "Client": "channels1.client",
    "Denied": "errors",
    "HttpClient": "channels1.wsclient",
    "HttpCommunicator": "communicators",
    "LiveServerError": "errors",
    "MalformedEvent": "errors",
    "Refused": "errors",
    "StageError": "errors",
    "TransactionChannelTestCase": "channels1.cases",
    "TransactionWebsocketTestCase": "cases.websocket",
    "WSClient": "channels1.wsclient",
    "WebsocketCommunicator": "communicators",
    "WebsocketTestCase": "cases.websocket",
    "WebsocketTestCaseMixin": "cases.websocket",
    "WireError": "errors",
    "WireWarning": "errors",
    "apply_routes": "channels1.routes",
    "async_test": "cases.rest_live",
    "capture_broadcast_events": "communicators",
    "capture_sends": "layers.inspection",
    "capture_topic_broadcasts": "communicators",
    "captive_layers": "bridge.isolation",
    "channels_http": "cases.rest_live",
    "get_headers_for_user": "cases.rest_live",
    "install": "activation",
    "parity": "comparison.parity",
    "trace": "record.tracing",
    "worker": "communicators.worker",
}

__all__ = [*_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'channeltest' has no attribute {name!r}")
    module = importlib.import_module(f".{_HOMES[name]}", __name__)
    return getattr(module, "WSClient" if name == "HttpClient" else name)
