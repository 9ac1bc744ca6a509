"""Communicators: today's tests of ASGI applications, in the test's own event loop."""

from __future__ import annotations

from ..errors import ApplicationCancelled as ApplicationCancelled
from ..errors import BoundedWaitWarning as BoundedWaitWarning
from .application import ApplicationCommunicator as ApplicationCommunicator
from .http import HttpCommunicator as HttpCommunicator
from .websocket import Denial as Denial
from .websocket import Refused as Refused
from .websocket import WebsocketCommunicator as WebsocketCommunicator
