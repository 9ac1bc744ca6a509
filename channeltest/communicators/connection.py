"""`QueueConnection`: what goes between a communicator and its application."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque

from ..asgi.connection import Connection, consumer_calling
from ..asgi.scope import Application, Event, Receive, Scope
from ..compat.base_layer import Content
from ..record.entries import beginning, current, record, record_error
from ..rest.detector import Outcome, Wait
from .reasons import advise

# pytest leaves frames of modules with this name out of tracebacks.
__tracebackhide__ = True

_numbers = itertools.count()


class _Outbox(asyncio.Queue[Event]):
    """The queue of what the application has sent; putting an event ends the waits for one."""

    def __init__(self, waits: list[Wait]) -> None:
        self._queue: deque[Event] = deque()
        super().__init__()
        self._waits = waits

    def _init(self, maxsize: int) -> None:
        """Keep the queue that is there."""

    def _put(self, item: Event) -> None:
        super()._put(item)
        for wait in self._waits:
            wait.end(Outcome.DONE)

    def first(self) -> Event | None:
        """Return what `get_nowait` would, without taking it, or ``None``."""
        return self._queue[0] if self._queue else None


class QueueConnection(Connection):
    """A connection whose events go through queues. It does not know its communicator.

    Args:
        application: An ASGI 3 application.
        scope: Its scope.
        checks: Refuse what no server could pass on.

    Attributes:
        output: Queue of what the application has sent.
        inputs: Types of the events that were sent to it (list of str).
        waits: Waits for what it sends, or for its end.
        last_waits: Waits for its end.
        mark: Where the record of its test begins.
        and those of `Connection`.
    """

    def __init__(self, application: Application, scope: Scope, checks: bool) -> None:
        super().__init__(application, scope)
        self.checks = checks
        self.inputs: list[str] = []
        self.waits: list[Wait] = []
        self.last_waits: list[Wait] = []
        self.output = _Outbox(self.waits)
        # It has no reply channel, but the record needs a name for its client.
        self.reply_to = (None, f"communicator.{next(_numbers)}")
        self.loop: asyncio.AbstractEventLoop | None = None
        self.mark = beginning()
        record("made", self.reply_to[1])

    async def run(self, receive: Receive) -> None:
        """Run the application, in a context of its own."""
        current.set(self)
        self.loop = asyncio.get_running_loop()
        try:
            await self.application(self.scope, receive, self.send)
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            advise(error, self.application)
            record_error(error, self)
            raise

    def end(self, task: asyncio.Task[None]) -> None:
        """End all waits: the application has ended."""
        for wait in [*self.waits, *self.last_waits]:
            wait.end(Outcome.DONE)

    def peek(self) -> Event | None:
        """Return the first event that is there, without taking it, or ``None``."""
        return self.output.first()

    async def send(self, event: Event) -> None:
        """Take an event from the application.

        Raises:
            MalformedEvent: The application may not send this event, or not now.
        """
        self._take(event)
        self.output.put_nowait(event)

    def send_now(self, event: Event) -> None:
        """Take an event from a thread that the application runs in, which need not wait for it.

        Raises:
            MalformedEvent: The application may not send this event, or not now.
        """
        self._take(event)
        assert self.loop is not None
        self.loop.call_soon_threadsafe(self.output.put_nowait, event)

    def _take(self, event: Event) -> None:
        if self.checks:
            self.note(event)
        self.consumer = self.consumer or consumer_calling()
        record("output", "", event, self)

    def note_input(self, event: Event) -> None:
        """Record an event that is sent to the application."""
        kind = event.get("type") if isinstance(event, dict) else None
        if not self.inputs and kind != "websocket.connect":
            # The test has left the handshake out, so the websocket counts as accepted.
            self.accepted = True
        self.inputs.append(str(kind))
        record("input", str(kind), event, self)

    def frame(self, message: Content) -> None:
        """Send the client a message of Channels 1, as a group of such clients is sent one.

        Args:
            message: ``{"text": …}``, ``{"bytes": …}``, ``{"close": …}`` or several of them.
        """
        for key in ("text", "bytes"):
            if message.get(key) is not None:
                self._send_to_client({"type": "websocket.send", key: message[key]})
                break
        if message.get("close"):
            code = message["close"]
            self.close_code = 1000 if code is True else code
            self._send_to_client({"type": "websocket.close", "code": self.close_code})

    def _send_to_client(self, event: Event) -> None:
        record("output", "", event, self)
        self.output.put_nowait(event)
