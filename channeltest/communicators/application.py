"""`ApplicationCommunicator`: an ASGI application in the test's own event loop."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from types import TracebackType
from typing import Any, TypeVar

from asgiref.compatibility import guarantee_single_callable
from channels.consumer import AsyncConsumer

from ..asgi.connection import consumer_of
from ..asgi.scope import AnyApplication, Application, Event, Scope
from ..config import DEFAULT, Default, Timeout, patience, seconds
from ..layers.captive import are_captive
from ..record.tracing import record_test
from ..rest.detector import Outcome, Wait
from ..rest.patience import Patience, real_time
from . import reasons
from .connection import QueueConnection
from .lifetime import begin_with_test, used_loop
from .used_loop import UsedLoop

# pytest leaves frames of modules with this name out of tracebacks.
__tracebackhide__ = True

_Self = TypeVar("_Self", bound="ApplicationCommunicator")

# Seconds that Channels' communicators wait for an event, and to find that none comes.
_USUAL = 1.0
_NOTHING = 0.1


class ApplicationCommunicator:
    """Runs an ASGI application in the test's loop, and exchanges events with it.

    A wait for something ends early only if nothing can come: every task of the loop waits for the
    test, for another task or for a timer that is due later than the wait may take. A wait that
    times out leaves the application alone. On a loop whose rest cannot be detected, waits take
    their whole time, and a `BoundedWaitWarning` says so once.

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

    def __init__(self, application: AnyApplication, scope: Scope) -> None:
        self._future: asyncio.Task[None] | None = None
        if isinstance(application, type) and issubclass(application, AsyncConsumer):
            application = application.as_asgi()
        single = guarantee_single_callable(application)  # type: ignore[no-untyped-call]
        self.application: Application = single
        self.scope = scope
        self._input_queue: asyncio.Queue[Event] = asyncio.Queue()
        self._connection = QueueConnection(self.application, scope, self._checks)
        self._used_loop: UsedLoop | None = None
        self._is_failure_raised = False
        begin_with_test()
        if not are_captive():
            record_test()

    @property
    def input_queue(self) -> asyncio.Queue[Event]:
        """The events that the application has not taken yet."""
        return self._input_queue

    @property
    def output_queue(self) -> asyncio.Queue[Event]:
        """The events that the application has sent and the test has not taken yet."""
        return self._connection.output

    @property
    def future(self) -> asyncio.Task[None]:
        """The task that runs the application; reading this starts it."""
        if self._future is None:
            self._used_loop = used_loop(asyncio.get_running_loop())
            self._connection.application, self._connection.scope = self.application, self.scope
            # An application under a server finds none of the test's context variables either.
            self._future = contextvars.Context().run(
                asyncio.create_task, self._connection.run(self.input_queue.get)
            )
            self._future.add_done_callback(self._connection.end)
            self._used_loop.add(self._future, self._input_queue)
        return self._future

    @property
    def consumer(self) -> Any:
        """The instance of the consumer class, once the application runs; else ``None``."""
        if self._connection.consumer is None:
            self._connection.consumer = consumer_of(self._future)
        return self._connection.consumer

    async def send_input(self, message: Event) -> None:
        """Send the application an event; it takes it when the test next waits for something.

        Args:
            message: An ASGI event (dict).

        Raises:
            ApplicationCancelled: The application was cancelled.
            Exception: What the application raised.
        """
        self._raise_failure()
        self._connection.note_input(message)
        self.input_queue.put_nowait(message)

    async def receive_output(self, timeout: Timeout = DEFAULT) -> Event:
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
        """Return whether the application sends nothing.

        It returns at once if nothing can come, and else when the time is up.

        Args:
            timeout: Seconds that it takes at most. The class and the settings do not change it.
            interval: If it is longer, it takes the place of ``timeout``, as with Channels.

        Returns:
            Whether there is no event to receive, and none came.

        Raises:
            ApplicationCancelled: The application was cancelled.
            Exception: What it raised.
        """
        self._raise_failure()
        within = max(timeout, interval)
        await self._wait_for_output(within, within, Patience(within, within))
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
        outcome = Outcome.DONE
        if not self.future.done():
            outcome = await self._wait(within, within, self._connection.last_waits, None)
        if not self.future.done():
            raise reasons.timed_out(self._connection, self.future, "end", outcome, within)
        self._is_failure_raised = True
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
        # The test has dropped its communicator, so its application ends.
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
        if exc_value is None and not self._is_failure_raised:
            self.stop()
            await self.wait()
        else:
            # The block has failed already, or has received the exception.
            self.stop(exceptions=False)
            with contextlib.suppress(Exception):
                await self.wait()

    async def _next(self, within: float | None, wanted: str) -> Event:
        """Take the next event, or raise why there is none."""
        queue = self.output_queue
        outcome = await self._wait_for_output(within, within, None)
        if not queue.empty():
            return queue.get_nowait()
        self._raise_failure()
        raise reasons.timed_out(self._connection, self.future, wanted, outcome, within)

    async def _settle(self, bound: float | None) -> None:
        """Wait until the application has handled what was sent; timers are not waited for."""
        if not self.future.done():
            await self._wait(bound, 0, [], Patience(patience()))

    async def _wait_for_output(
        self,
        bound: float | None,
        ahead: float | None,
        within: Patience | Default | None = DEFAULT,
    ) -> Outcome:
        """Wait until there is output, or the application rests; see `Wait`."""
        if isinstance(within, Default):
            within = Patience(patience())
        outcome, left, task = Outcome.DONE, bound, self.future
        began = real_time()
        # Another wait may have taken the event first.
        while outcome is Outcome.DONE and self.output_queue.empty() and not task.done():
            if bound is not None:
                left = bound - (real_time() - began)
            outcome = await self._wait(left, ahead, self._connection.waits, within)
        return outcome

    async def _wait(
        self,
        bound: float | None,
        ahead: float | None,
        waits: list[Wait],
        within: Patience | None,
    ) -> Outcome:
        assert self._used_loop is not None
        wait = Wait(self._used_loop.loop, bound, ahead, within)
        waits.append(wait)
        try:
            return await self._used_loop.rest.wait(wait)
        finally:
            waits.remove(wait)

    def _raise_failure(self) -> None:
        future = self.future
        if not future.done():
            return
        self._is_failure_raised = True
        if future.cancelled():
            raise reasons.cancelled(self._connection)
        future.result()
