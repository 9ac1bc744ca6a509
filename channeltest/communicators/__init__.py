"""Communicators: today's tests of ASGI applications, in the test's own event loop."""

from __future__ import annotations

from ..rest.bounded import BoundedWaitWarning as BoundedWaitWarning
from .application import ApplicationCommunicator as ApplicationCommunicator
from .http import HttpCommunicator as HttpCommunicator
from .reasons import ApplicationCancelled as ApplicationCancelled
from .websocket import Denial as Denial
from .websocket import Refused as Refused
from .websocket import WebsocketCommunicator as WebsocketCommunicator
