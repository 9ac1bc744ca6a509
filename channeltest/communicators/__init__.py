"""Communicators run ASGI applications in the test's own event loop, and exchange events with them.

They import neither the stage nor the dialect of Channels 1. Tests use them, directly and through
`channeltest.cases` and the pytest plugin.
"""

from __future__ import annotations

from ..asgi.scope import ABSENT as ABSENT
from ..errors import ApplicationCancelled as ApplicationCancelled
from ..errors import BoundedWaitWarning as BoundedWaitWarning
from ..errors import Refused as Refused
from .application import ApplicationCommunicator as ApplicationCommunicator
from .frames import Denial as Denial
from .http import HttpCommunicator as HttpCommunicator
from .messages import AuthMessage as AuthMessage
from .messages import AuthPayload as AuthPayload
from .messages import CapturedBroadcastEvent as CapturedBroadcastEvent
from .messages import CapturedTopicBroadcast as CapturedTopicBroadcast
from .messages import capture_broadcast_events as capture_broadcast_events
from .messages import capture_topic_broadcasts as capture_topic_broadcasts
from .websocket import WebsocketCommunicator as WebsocketCommunicator
