"""`worker`: runs the applications of worker channels during a test, as ``runworker`` does."""

from __future__ import annotations

import asyncio
import contextvars
from types import TracebackType
from typing import Any

from channels import DEFAULT_CHANNEL_LAYER
from channels.layers import BaseChannelLayer
from channels.layers import channel_layers as modern_layers
from channels.routing import get_default_application

from ..asgi.connection import Connection
from ..asgi.scope import AnyApplication, Application, Event
from ..compat.applications.lookup import channels_of, protocol_of
from ..compat.base_layer import Content
from ..config import patience, stage_bound
from ..layers.inspection import in_place, messages
from ..record.entries import current, record, record_error
from ..rest.detector import Wait
from ..rest.patience import Patience
from ..rest.places import place_of_task
from .lifetime import used_loop

# pytest leaves frames of modules with this name out of tracebacks.
__tracebackhide__ = True

# Seconds from the end of the block within which the timers of what applications have started are
# waited for.
_AHEAD = 1.0


class worker:
    """Takes the messages of worker channels while an ``async with`` block runs.

    Each channel has one instance of the application, which gets ``{"type": "channel", "channel":
    name}`` as its scope and the channel's messages as its events, one after another. What an
    application raises ends the block: whatever the test is waiting for there is cancelled, and
    the block raises the exception. A block that comes to its end first lets the applications
    finish with all messages that wait, and with the tasks, threads and timers (of a second at most)
    that they have started.

    Args:
        *channels: The channels' names; by default all that the application has routes for.
        application: An ASGI application; by default that of ``ASGI_APPLICATION``.
        alias: Alias of the layer to take the messages from.
        messages: How many messages of each channel it takes; the block fails if there are fewer.
            By default all.

    Source: Channels 4's ``runworker``.
    """

    def __init__(
        self,
        *channels: str,
        application: AnyApplication | None = None,
        alias: str = DEFAULT_CHANNEL_LAYER,
        messages: int | None = None,
    ) -> None:
        self._channels = channels
        self._messages = messages
        self._application = application
        self._alias = alias
        self._runners: list[_ChannelRunner] = []
        self._failure: BaseException | None = None
        self._test: asyncio.Task[Any] | None = None
        self._cancelled = False

    async def __aenter__(self) -> worker:
        """Begin to take messages.

        Raises:
            ImproperlyConfigured: There is no ``ASGI_APPLICATION``, or it cannot be imported.
            ValueError: No channels are named, and the application has no routes for any.
            TypeError: The layer is none in memory.
            KeyError: No layer has the alias.
        """
        application: AnyApplication = self._application or get_default_application()
        channels = self._channels or _worker_channels(application)
        in_place(self._alias)
        layer: BaseChannelLayer = modern_layers[self._alias]
        # Threads that applications start are distinguished from those that run already.
        self._rest_of_loop = used_loop(asyncio.get_running_loop()).rest
        self._test = asyncio.current_task()
        self._moved = asyncio.Event()
        for channel in channels:
            runner = _ChannelRunner(application, channel, layer, self._moved, self._messages)
            runner.task.add_done_callback(self._ended)
            self._runners.append(runner)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let the applications finish, unless the block failed, and end them.

        Raises:
            AssertionError: An application does not come to rest, or to its end, or there were
                fewer messages than it has to take.
            Exception: What an application raised.
        """
        try:
            if exc_value is None and self._failure is None:
                await self._finish()
                self._check_taken()
        finally:
            self._test, test = None, self._test
            try:
                await self._end()
            finally:
                # Python 3.10 does not count cancellations.
                uncancel = getattr(test, "uncancel", None)
                if self._cancelled and uncancel is not None:
                    # Only this cancellation is taken back: a test that expects the failure goes on.
                    uncancel()
                if self._failure is not None and (self._cancelled or exc_value is None):
                    raise self._failure

    async def _finish(self) -> None:
        bound = stage_bound()
        try:
            # Timers are waited for, and that of the bound is none of the applications'.
            await asyncio.wait_for(self._rest(min(_AHEAD, bound / 2)), bound)
        except asyncio.TimeoutError:
            self._raise_unfinished(bound, "do not come to rest")

    async def _rest(self, ahead: float) -> None:
        loop = asyncio.get_running_loop()
        while True:
            while self._has_work():
                self._moved.clear()
                await self._moved.wait()
            # They may be busy with what came by other ways, as from a group, and what they have
            # started in tasks and threads goes on.
            await self._rest_of_loop.wait(Wait(loop, None, ahead, Patience(patience())))
            if not self._has_work():
                return

    def _has_work(self) -> bool:
        return any(
            runner.busy or (runner.missing != 0 and messages(runner.channel, self._alias))
            for runner in self._runners
        )

    def _check_taken(self) -> None:
        for runner in self._runners:
            if runner.missing:
                raise AssertionError(
                    f"the worker of {runner.channel!r} has to take {self._messages} messages in "
                    f"its block, and {runner.missing} of them were not sent"
                )

    async def _end(self) -> None:
        tasks = [runner.task for runner in self._runners]
        for task in tasks:
            task.cancel()
        bound = stage_bound()
        if tasks and (await asyncio.wait(tasks, timeout=bound))[1]:
            self._raise_unfinished(bound, "do not end, although they were cancelled")

    def _raise_unfinished(self, bound: float, trouble: str) -> None:
        waits = [
            f"  {runner.channel!r} {place_of_task(runner.task)}"
            for runner in self._runners
            if not runner.task.done()
        ]
        raise AssertionError(
            "\n".join([f"applications of worker channels {trouble} within {bound:g} s:", *waits])
        )

    def _ended(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None and self._failure is None:
            self._failure = error
            if self._test is not None:
                self._cancelled = self._test.cancel()


class _ChannelRunner:
    """Runs the application of one channel with its messages, one after another.

    Attributes:
        channel: The channel's name.
        busy: Whether the application handles a message.
        missing: How many messages it still takes; ``None`` for any number.
        task: What runs the application.
    """

    def __init__(
        self,
        application: Application,
        channel: str,
        layer: BaseChannelLayer,
        moved: asyncio.Event,
        missing: int | None,
    ) -> None:
        self.channel = channel
        self.busy = False
        self.missing = missing
        self._application = application
        self._layer = layer
        self._moved = moved
        # Under a server an application does not have the context of those that send to it.
        self.task: asyncio.Task[None] = contextvars.Context().run(
            asyncio.get_running_loop().create_task, self._work()
        )

    async def _work(self) -> None:
        while True:
            self._connection = _WorkerConnection(
                self._application, {"type": "channel", "channel": self.channel}
            )
            current.set(self._connection)
            # A new instance when there is a message for it, should the last one have ended.
            first = [await self._take()]

            async def receive(first: list[Event] = first) -> Event:
                return first.pop() if first else await self._take()

            try:
                await self._application(self._connection.scope, receive, self._send)
            except Exception as error:
                record_error(error, self._connection)
                raise

    async def _take(self) -> Event:
        self.busy = False
        self._moved.set()
        if self.missing == 0:
            # The block ends this wait.
            await asyncio.Event().wait()
        message: Event = await self._layer.receive(self.channel)
        if self.missing is not None:
            self.missing -= 1
        self.busy = True
        record("consume", self.channel, message, self._connection)
        if not message.get("type"):
            raise ValueError(
                f"the message {message!r:.100} on the worker channel {self.channel!r} has no type, "
                "which names the method of the consumer that handles it"
            )
        return message

    async def _send(self, event: Event) -> None:
        raise RuntimeError(
            f"the application on the worker channel {self.channel!r} sent {event!r:.100}, but has "
            "no client: send to a channel or a group of the channel layer"
        )


class _WorkerConnection(Connection):
    """One instance of the application. It has no client."""

    def frame(self, message: Content) -> None:
        """Refuse a message of Channels 1 for a client.

        Raises:
            ValueError: Always.
        """
        raise ValueError(
            f"{self.name}, which works without a client, got {message!r:.100} over a group: a "
            "message for a consumer has a type, which names the method that handles it"
        )


def _worker_channels(application: AnyApplication) -> list[str]:
    """The names of the channels that a project named, and has routes for."""
    names = [name for name in channels_of(application) if protocol_of(name) == "channel"]
    if not names:
        raise ValueError(
            "no worker channel is routed: put a ChannelNameRouter under 'channel' in the "
            "ProtocolTypeRouter of ASGI_APPLICATION, or name channels and application in worker()"
        )
    return names
