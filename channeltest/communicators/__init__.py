"""Communicators: today's tests of ASGI applications, in the test's own event loop."""

from __future__ import annotations

from .application import ApplicationCommunicator as ApplicationCommunicator
from .bounded import BoundedWaitWarning as BoundedWaitWarning
from .http import HttpCommunicator as HttpCommunicator
from .silence import ApplicationCancelled as ApplicationCancelled
from .websocket import Denial as Denial
from .websocket import Refused as Refused
from .websocket import WebsocketCommunicator as WebsocketCommunicator
