"""`StageConnection`: one modern application on the stage, with its scope and its events."""

from __future__ import annotations

import asyncio
import contextvars
import sys
from collections import deque
from types import FrameType
from typing import Any

from channels.exceptions import DenyConnection
from channels.generic import websocket
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels.security.websocket import WebsocketDenier

from ..asgi.connection import Connection, consumer_of
from ..asgi.nesting import advise_as_asgi
from ..asgi.scope import Application as ASGIApplication
from ..asgi.scope import Event, Scope
from ..asgi.sent_events import ReplyMessages
from ..compat.applications.lookup import protocol_of
from ..compat.applications.target import Application
from ..errors import Denied
from ..record.entries import current, record, record_error
from ..rest.places import place_of_task
from ..stage.stage import Stage

# Failures show the test and the consumer, not what runs them.
__tracebackhide__ = True

# Consumers whose send() takes a ``close``; None while the consumer is not known.
_MAY_CLOSE = AsyncWebsocketConsumer | WebsocketConsumer | None


class StageConnection(Connection):
    """One run of a modern application on the stage.

    Args:
        stage: The stage.
        application: An ASGI 3 application.
        scope: Its scope.
        outbox: A queue to which the connection adds itself whenever it has something to deliver.

    Attributes:
        stage: The same; `Stage.advance` moves its clock.
        sent: Events that it has sent and that are not delivered yet (deque).
        left: Whether its client has disconnected.
        routed: The application in the routes, from which `application` may be made.
        reply_to: The layer and the name of the reply channel that `deliver` sends to.

    It has the attributes of `Connection` too.
    """

    def __init__(
        self,
        stage: Stage,
        application: ASGIApplication,
        scope: Scope,
        outbox: deque[StageConnection],
    ) -> None:
        super().__init__(application, scope)
        self.sent: deque[Event] = deque()
        self.left = False
        self.routed: object = None
        self._closes = False
        self.stage = stage
        self._outbox = outbox
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._messages_of = ReplyMessages()

    def handle(self, event: Event) -> None:
        """Have the application handle an event, and return when the stage is at rest again.

        Args:
            event: An ASGI event.

        Raises:
            AssertionError: The application has ended, was cancelled, or did not answer the
                handshake before it returned.
            Exception: What the application raised.
        """
        if self._task is None:
            self.stage.settle(self._start, lambda: self._events.put_nowait(event))
            if self.consumer is None:
                self.consumer = consumer_of(self._task)
        elif self._task.done():
            raise AssertionError(
                f"the application on {self.scope.get('path', self.scope['type'])} has ended, and "
                f"cannot take {event['type']!r}: it returned or was cancelled before its client "
                "was done"
            )
        else:
            self.stage.settle(lambda: self._events.put_nowait(event))
        self._check_end(event["type"])

    def _check_end(self, kind: str) -> None:
        """Raise if the application was cancelled, or returned before it answered the handshake."""
        task, place = self._task, self.scope.get("path", self.scope["type"])
        if task is None or not task.done():
            return
        if task.cancelled():
            raise AssertionError(f"the application on {place} was cancelled during {kind!r}")
        if kind == "websocket.connect" and not self.answered:
            raise AssertionError(
                f"the application on {place} returned without accepting or closing the connection"
            )

    def deliver(self) -> None:
        """Put what the application has sent on its client's reply channel."""
        layer, channel = self.reply_to or (None, "")
        if layer is None:
            self.sent.clear()
            return
        deliver = getattr(layer, "deliver", None) or layer.send
        while self.sent:
            for message in self._messages_of(self.sent.popleft()):
                deliver(channel, message)

    def takes(self, channel: str) -> bool:
        """Return whether this connection takes messages on ``channel``."""
        protocol = self.scope["type"]
        if self.left or protocol != protocol_of(channel):
            return False
        return protocol != "channel" or not self.ended

    def is_at(self, protocol: str, path: str) -> bool:
        """Return whether its scope has this protocol and, if it has a path, this path."""
        return bool(self.scope["type"] == protocol and self.scope.get("path", path) == path)

    def is_of(self, target: object) -> bool:
        """Return whether a route leads to the application of this connection."""
        return type(target) is Application and target.application is self.routed

    @property
    def ended(self) -> bool:
        """Whether the application has returned or raised."""
        return self._task is not None and self._task.done()

    def place(self) -> str:
        """Return the file, line and function in which the application waits."""
        assert self._task is not None
        return place_of_task(self._task)

    def cancel(self) -> None:
        """Cancel the application, if it has not ended."""
        task = self._task
        if task is not None and not task.done():
            self.stage.settle(task.cancel)

    def _start(self) -> None:
        context = contextvars.Context()
        context.run(current.set, self)
        self._task = self.stage.run(
            self.application(self.scope, self._events.get, self._send), context, self._events
        )
        self._task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            error = task.exception()
            if error is not None:
                advise_as_asgi(error, self.application)
                record_error(error, self)
                self.stage.failures.append(error)

    async def _send(self, event: Event) -> None:
        self.send_now(event)

    def send_now(self, event: Event) -> None:
        """Take an event that the application sends; any thread may call this.

        Raises:
            MalformedEvent: The application may not send this event, or not now.
        """
        self.note(event)
        if event["type"] == "websocket.accept" and self._is_in_send():
            return
        if event["type"] == "websocket.close" and self._is_part_of_another(event):
            return
        if event["type"] == "websocket.send" and (close := self._close_argument()):
            event = {**event, "close": close}
            self._closes = True
        self._put(event)

    def _close_argument(self) -> Any:
        """Return the ``close`` of the consumer's ``send(…, close=…)`` that is running, if any."""
        if isinstance(self.consumer, _MAY_CLOSE):
            return _close_argument(sys._getframe(2))
        return None

    def _is_in_send(self) -> bool:
        """Return whether the consumer accepts in its own ``send()``, with the frame that follows.

        In Channels 1 a frame accepted the connection, so the test gets no message for that.
        """
        if not isinstance(self.consumer, _MAY_CLOSE):
            return False
        frame: FrameType | None = sys._getframe(2)
        while frame is not None and frame.f_code.co_name != "dispatch":
            if frame.f_code.co_name == "send" and "text_data" in frame.f_locals:
                return True
            frame = frame.f_back
        return False

    def _is_part_of_another(self, event: Event) -> bool:
        """Return whether a close belongs to a frame or an exception, and is no message itself."""
        if self._closes:
            # The close is part of the frame's message, as in send(…, close=True).
            self._closes = False
            return True
        if self.accepted:
            return False
        reason = sys.exc_info()[1]
        if isinstance(reason, DenyConnection) or isinstance(self.consumer, WebsocketDenier):
            if not self.is_silent:
                # The text that the record has for a consumer of Channels 1.
                record("error", "", f"DenyConnection: {reason or ''}", self)
            reply = {"close": event.get("code") or True}
            self.stage.failures.append(
                Denied(f"Connection rejected: {reply} != '{{accept: True}}'")
            )
            return True
        return False

    def frame(self, message: dict[str, Any]) -> None:
        """Send the client a message of Channels 1, as if the application had.

        Args:
            message: ``{"text": …}``, ``{"bytes": …}``, ``{"close": …}`` or several of them.
        """
        if message.get("close") and self.close_code is None:
            code = message["close"]
            self.close_code = 1000 if code is True else code
        self._put({"type": "channels1", "message": message})

    def _put(self, event: Event) -> None:
        if not self.is_silent:
            record("frame", "", dict(event), self)
        self.sent.append(event)
        self._outbox.append(self)


def _close_argument(frame: FrameType | None) -> Any:
    """Return the ``close`` of the call of Channels' ``send(…, close=…)`` that sends a frame.

    In Channels 1 one message has the frame and the close; in Channels 4 the close is an event of
    its own. The call is recognised by its module, so overrides and decorators do not matter.
    """
    while frame is not None and frame.f_code.co_name != "dispatch":
        if frame.f_code.co_name == "send" and frame.f_globals is vars(websocket):
            return frame.f_locals.get("close")
        frame = frame.f_back
    return None
