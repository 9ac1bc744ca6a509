"""`ApplicationCommunicator`: an ASGI application in the test's own event loop."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import warnings
from types import TracebackType
from typing import Any, TypeVar

from asgiref.compatibility import guarantee_single_callable
from channels.consumer import AsyncConsumer

from ..asgi.connection import consumer_of
from ..config import DEFAULT, Timeout
from ..errors import BoundedWaitWarning
from ..rest.watcher import Outcome, Wait
from . import reasons as silence
from .connection import QueueConnection
from .lifetime import WatchedLoop, begin_with_test, watched
from .timeouts import seconds

# pytest leaves frames of modules with this name out of tracebacks.
__tracebackhide__ = True

_Self = TypeVar("_Self", bound="ApplicationCommunicator")

# Seconds that Channels' communicators wait for something, and for nothing.
_USUAL = 1.0
_NOTHING = 0.1


class ApplicationCommunicator:
    """Runs an ASGI application in the test's loop, and talks with it event by event.

    Every wait is over as soon as nothing more can happen: nothing is ready on the loop, no call
    is in a thread, no socket is in use and no timer is due within the time that the wait may
    take. A wait that times out leaves the application alone. On a loop that hides all this, waits
    take their time, and a `BoundedWaitWarning` says so once.

    Args:
        application: An ASGI application, or a consumer class.
        scope: Its scope.

    Attributes:
        application: The application as ASGI 3 has it.
        scope: The scope, which may be changed until the application is started: by the first
            event that is sent or awaited.
        timeout: Seconds that the waits of this class may take; ``None`` for as long as it takes.
            By default what ``CHANNELTEST = {"TIMEOUT": …}`` says in the settings, or 1. Under a
            debugger nothing times out.

    Source: asgiref's and Channels 4.3's ``ApplicationCommunicator``.
    """

    timeout: Timeout = DEFAULT

    # Whether the events of the application are those of a protocol that is known.
    _checks = False

    def __init__(self, application: Any, scope: dict[str, Any]) -> None:
        self._future: asyncio.Task[None] | None = None
        if isinstance(application, type) and issubclass(application, AsyncConsumer):
            application = application.as_asgi()
        self.application = guarantee_single_callable(application)  # type: ignore[no-untyped-call]
        self.scope = scope
        self._input_queue: asyncio.Queue[Any] = asyncio.Queue()
        self._line = QueueConnection(self.application, scope, self._checks)
        self._watched: WatchedLoop | None = None
        self._is_failure_told = False
        begin_with_test()

    @property
    def input_queue(self) -> asyncio.Queue[Any]:
        """The events that the application has not taken yet."""
        return self._input_queue

    @property
    def output_queue(self) -> asyncio.Queue[Any]:
        """The events that the application has sent and the test has not taken yet."""
        return self._line.output

    @property
    def future(self) -> asyncio.Task[None]:
        """The task that runs the application, started by the first who asks."""
        if self._future is None:
            self._watched = watched(asyncio.get_running_loop())
            self._line.application, self._line.scope = self.application, self.scope
            # As under a server, where it would find none of the test's context variables.
            self._future = contextvars.Context().run(
                asyncio.create_task, self._line.run(self.input_queue.get)
            )
            self._future.add_done_callback(self._line.end)
            self._watched.add(self._future)
        return self._future

    @property
    def consumer(self) -> Any:
        """The instance of the consumer class, once the application runs; else ``None``."""
        if self._line.consumer is None:
            self._line.consumer = consumer_of(self._future)
        return self._line.consumer

    async def send_input(self, message: Any) -> None:
        """Send the application an event; it takes it when the test next waits for something.

        Args:
            message: An ASGI event (dict).

        Raises:
            ApplicationCancelled: The application was cancelled.
            Exception: What the application raised.
        """
        self._raise_failure()
        self._line.note_given(message)
        self.input_queue.put_nowait(message)

    async def receive_output(self, timeout: Timeout = DEFAULT) -> Any:
        """Take the next event that the application has sent, or sends now.

        Args:
            timeout: Seconds that it may take; ``None`` for as long as it takes.

        Returns:
            The event (dict).

        Raises:
            TimeoutError: It sends nothing within that time. It goes on all the same.
            ApplicationCancelled: It was cancelled.
            Exception: What it raised.
        """
        self._raise_failure()
        within = seconds(timeout, self.timeout, _USUAL)
        return await self._next(within, "send anything")

    async def receive_nothing(self, timeout: float = _NOTHING, interval: float = 0.01) -> bool:
        """Tell whether the application has nothing to say.

        Args:
            timeout: How far to look ahead, in seconds: a timer that is due within them is waited
                for. The class and the settings have no say in it.
            interval: If it is longer, it takes the place of ``timeout``, as with Channels.

        Returns:
            Whether there is no event to receive, nor comes one.

        Warns:
            BoundedWaitWarning: It is at work, in a thread say, and does not come to rest within
                the time that other waits may take: what it may yet say is not known.

        Raises:
            ApplicationCancelled: The application was cancelled.
            Exception: What it raised.
        """
        self._raise_failure()
        within = max(timeout, interval)
        outcome = await self._wait_for_output(within, within)
        if outcome is Outcome.LATE:
            # What it is doing now began before the time was up, and may yet say something.
            bound = seconds(DEFAULT, self.timeout, _USUAL)
            outcome = await self._wait_for_output(bound, 0, only_running=True)
            if outcome is Outcome.LATE:
                # A thread of it may wait for the test itself.
                late = silence.timed_out(self._line, self.future, "come to rest", outcome, bound)
                warnings.warn(f"{late}", BoundedWaitWarning, stacklevel=2)
        if not self.output_queue.empty():
            return False
        self._raise_failure()
        return True

    async def wait(self, timeout: Timeout = DEFAULT) -> None:
        """Wait for the application to end.

        Args:
            timeout: Seconds that it may take; ``None`` for as long as it takes.

        Raises:
            TimeoutError: It does not end within that time. It goes on all the same.
            Exception: What it raised.
        """
        within = seconds(timeout, self.timeout, _USUAL)
        outcome = Outcome.TOLD
        if not self.future.done():
            outcome = await self._wait(within, within, self._line.last_waits)
        if not self.future.done():
            raise silence.timed_out(self._line, self.future, "end", outcome, within)
        self._is_failure_told = True
        with contextlib.suppress(asyncio.CancelledError):
            self.future.result()

    def stop(self, exceptions: bool = True) -> None:
        """Cancel the application, if it runs.

        Args:
            exceptions: If it has ended, raise what it raised.
        """
        future = self._future
        if future is None:
            return
        if not future.done():
            future.cancel()
        elif exceptions:
            future.result()

    def __del__(self) -> None:
        # A test that asks for no more does not want it to go on.
        with contextlib.suppress(AttributeError, RuntimeError):
            self.stop(exceptions=False)

    async def __aenter__(self: _Self) -> _Self:
        """Begin; the application starts with its first event."""
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the application. What it raised is raised, unless the block failed already."""
        if self._future is None:
            return
        if exc_value is None and not self._is_failure_told:
            self.stop()
            await self.wait()
        else:
            # The block says what is wrong, or has seen it.
            self.stop(exceptions=False)
            with contextlib.suppress(Exception):
                await self.wait()

    async def _next(self, within: float | None, wanted: str) -> Any:
        """Take the next event, or raise why there is none."""
        queue = self.output_queue
        outcome = await self._wait_for_output(within, within)
        if not queue.empty():
            return queue.get_nowait()
        self._raise_failure()
        raise silence.timed_out(self._line, self.future, wanted, outcome, within)

    async def _settle(self, bound: float | None) -> None:
        """Let happen what follows from what was sent, but for what timers do."""
        if not self.future.done():
            await self._wait(bound, 0, [])

    async def _wait_for_output(
        self, bound: float | None, ahead: float | None, only_running: bool = False
    ) -> Outcome:
        """Wait until there is output, or can be none."""
        outcome, left, task = Outcome.TOLD, bound, self.future
        began = task.get_loop().time()
        # Somebody else who waits may have been quicker to take what there was.
        while outcome is Outcome.TOLD and self.output_queue.empty() and not task.done():
            if bound is not None:
                left = bound - (task.get_loop().time() - began)
            outcome = await self._wait(left, ahead, self._line.waits, only_running)
        return outcome

    async def _wait(
        self,
        bound: float | None,
        ahead: float | None,
        waits: list[Wait],
        only_running: bool = False,
    ) -> Outcome:
        assert self._watched is not None
        wait = Wait(self._watched.loop, bound, ahead, only_running)
        waits.append(wait)
        try:
            return await self._watched.rest.wait(wait)
        finally:
            waits.remove(wait)

    def _raise_failure(self) -> None:
        future = self.future
        if not future.done():
            return
        self._is_failure_told = True
        if future.cancelled():
            raise silence.cancelled(self._line)
        future.result()
