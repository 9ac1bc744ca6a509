"""Modern consumers of named channels, run by a worker of Channels 1."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.db import connections

from ..utils import name_that_thing
from .target import Application

logger = logging.getLogger("django.channels")

# Seconds in which applications may end when their worker does.
_GRACE = 10.0


class Job:
    """A message that an application is to handle.

    Args:
        event: The message.

    Attributes:
        event: The same.
        done: What the worker waits for: done when the application is done with the message, or
            with what the application raised.
    """

    def __init__(self, event: dict[str, Any]) -> None:
        self.event = event
        self.done: Future[None] = Future()


class WorkerLoop:
    """The applications of one worker, on an event loop in a thread of their own.

    Each channel has one instance, which lives on between its messages, so that it may be in
    groups and have tasks. When it has ended, the next message makes another one.
    """

    def __init__(self) -> None:
        self._instances: dict[tuple[str, int], _Instance] = {}
        self._thread: threading.Thread | None = None

    def run(self, target: Application, channel: str, content: dict[str, Any]) -> None:
        """Have an application handle a message; returns when it asks for the next, or ends.

        Args:
            target: The application.
            channel: The channel the message was taken off.
            content: The message; one without a ``type`` gets the channel's name for it.

        Raises:
            BaseException: What the application raised.
        """
        if self._thread is None:
            self._start()
        job = Job({"type": channel, **content})
        self._loop.call_soon_threadsafe(self._give, target, channel, job)
        job.done.result()

    def close(self) -> None:
        """Cancel the applications, and wait until they have ended."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._loop.call_soon_threadsafe(self._stopping.set)
        thread.join(_GRACE)
        if thread.is_alive():
            names = sorted({each.name for each in self._instances.values() if not each.ended})
            logger.error(
                "Consumers do not end within %g seconds after they were cancelled: %s. "
                "Does one of them block?",
                *(_GRACE, ", ".join(names)),
            )

    def _start(self) -> None:
        started = threading.Event()

        async def live() -> None:
            self._loop = asyncio.get_running_loop()
            self._stopping = asyncio.Event()
            started.set()
            await self._stopping.wait()
            # What runs now is cancelled by asyncio.run().

        # A daemon: the process ends even when an application does not.
        self._thread = threading.Thread(
            target=lambda: asyncio.run(live()), name="channels applications", daemon=True
        )
        self._thread.start()
        started.wait()

    def _give(self, target: Application, channel: str, job: Job) -> None:
        key = (channel, id(target.application))
        instance = self._instances.get(key)
        if instance is None or instance.ended:

            def again(job: Job) -> None:
                self._give(target, channel, job)

            instance = self._instances[key] = _Instance(target, channel, again)
        instance.jobs.put_nowait(job)


class _Instance:
    """One run of an application.

    Args:
        target: The application.
        channel: The channel whose messages it handles.
        again: Takes a message that it has not handled, once it has ended.
    """

    def __init__(self, target: Application, channel: str, again: Callable[[Job], None]) -> None:
        self.name = name_that_thing(target.consumer)
        self.jobs: asyncio.Queue[Job] = asyncio.Queue()
        self.ended = False
        # Kept, so that no other application gets its id.
        self._target = target
        self._channel = channel
        self._again = again
        self._in_hand: Job | None = None
        self._has_received = False
        # The context of the first message's sender is not the application's.
        context = contextvars.Context()
        self._task = context.run(asyncio.get_running_loop().create_task, self._run())

    async def _run(self) -> None:
        error: BaseException | None = None
        try:
            # A thread of its own for synchronous code: workers with several threads run several.
            async with ThreadSensitiveContext():
                try:
                    scope = {"type": "channel", "channel": self._channel}
                    await self._target.asgi()(scope, self._receive, self._send)
                finally:
                    await sync_to_async(connections.close_all)()
        except BaseException as raised:
            # The worker's thread raises it: in this one an exit would end the loop.
            error = raised
        self.ended = True
        self._settle(error)

    def _settle(self, error: BaseException | None) -> None:
        """Report the end to the worker if it waits for this instance, otherwise to the log."""
        job = self._in_hand
        if job is None and not self.jobs.empty():
            job = self.jobs.get_nowait()
            if self._has_received:
                self._report(error)
                self._again(job)
                return
        if job is None:
            self._report(error)
        elif error is None:
            job.done.set_result(None)
        else:
            job.done.set_exception(error)

    def _report(self, error: BaseException | None) -> None:
        if error is not None and not isinstance(error, asyncio.CancelledError):
            logger.error(
                "Error in consumer %s between two messages on %s; the next one makes a new one:",
                *(self.name, self._channel),
                exc_info=error,
            )

    async def _receive(self) -> dict[str, Any]:
        job, self._in_hand = self._in_hand, None
        if job is not None:
            job.done.set_result(None)
        self._in_hand = await self.jobs.get()
        self._has_received = True
        return self._in_hand.event

    async def _send(self, event: dict[str, Any]) -> None:
        raise RuntimeError(
            f"consumer {self.name} on channel {self._channel!r} sent {event!r:.100}, but has no "
            "client: send to a channel or a group of its channel_layer"
        )
