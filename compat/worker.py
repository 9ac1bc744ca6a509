"""`Worker` and `WorkerGroup`: what takes messages off the layer and runs their consumers."""

from __future__ import annotations

import fnmatch
import logging
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from types import FrameType
from typing import Any, overload

# Read once, on import: activation puts this module's Worker in its place.
from channels.worker import Worker as EventWorker

from .applications.lookup import protocol_of
from .applications.target import Application
from .applications.worker_loop import WorkerLoop
from .exceptions import ChannelSocketException, ConsumeLater, DenyConnection
from .held_back import HeldBack
from .layers.outage import Outage, unreachable
from .message import Message
from .signals import consumer_finished, consumer_started, worker_ready
from .termination import TerminatesOnSignal, stop_receiving
from .utils import name_that_thing

logger = logging.getLogger("django.channels")

_CHANNELS4_ARGUMENTS = {"application", "channels", "max_applications"}


class Worker(TerminatesOnSignal, EventWorker):
    """Runs the consumers of Channels 1, or an application of Channels 4.

    The arguments decide which. ``Worker(channel_layer, …)`` waits for messages on the channels
    of the layer's router and runs their consumers, one at a time, until `termed`. A modern
    consumer of a named channel has an event loop in a thread beside the worker's.
    ``Worker(application, channels, channel_layer, max_applications=1000)`` is the worker of
    Channels 4, whose attributes and methods it then has.

    Args:
        channel_layer: A layer with a router.
        callback: Called with the channel's name and the `Message` before each consumer.
        message_retries: How often a consumer may raise `ConsumeLater` over one message.
        signal_handlers: Whether `run` handles SIGTERM and SIGINT.
        only_channels: Patterns, as of a shell, of the channels to listen on.
        exclude_channels: Patterns of the channels not to listen on.

    Source: Channels 1.1.8 and Channels 4.
    """

    retry_interval: float = 0.05

    channel_layer: Any

    @overload
    def __init__(
        self,
        channel_layer: Any,
        callback: Callable[[str, Message], object] | None = None,
        message_retries: int = 10,
        signal_handlers: bool = True,
        only_channels: list[str] | None = None,
        exclude_channels: list[str] | None = None,
    ) -> None: ...

    @overload
    def __init__(
        self,
        application: Callable[..., Any],
        channels: Iterable[str],
        channel_layer: Any,
        max_applications: int = 1000,
    ) -> None: ...

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._runs_application = _is_channels4_call(args, kwargs)
        if self._runs_application:
            super().__init__(*args, **kwargs)
        else:
            self._init_consumers(*args, **kwargs)

    def _init_consumers(
        self,
        channel_layer: Any,
        callback: Callable[[str, Message], object] | None = None,
        message_retries: int = 10,
        signal_handlers: bool = True,
        only_channels: list[str] | None = None,
        exclude_channels: list[str] | None = None,
    ) -> None:
        self._applications = WorkerLoop()
        self._held_back = HeldBack(channel_layer)
        self.channel_layer = channel_layer
        self.only_channels, self.exclude_channels = only_channels, exclude_channels
        self.callback, self.signal_handlers = callback, signal_handlers
        self.message_retries = message_retries

    def terminate_idle(self) -> None:
        """Have the blocking call of the layer return, or exit."""
        stop_receiving(self.channel_layer)

    def apply_channel_filters(self, channels: Iterable[str]) -> Iterable[str]:
        """Return those of ``channels`` that this worker is to listen on."""
        included, excluded = self.only_channels, self.exclude_channels
        if not included and not excluded:
            return channels
        return [
            name
            for name in channels
            if _matches(name, included or ["*"]) and not _matches(name, excluded or [])
        ]

    def ready(self) -> None:
        """Send ``worker_ready``; the code that made the worker calls it before `run`."""
        worker_ready.send(sender=self)

    def run(self) -> None:
        """Handle messages until `termed`, or run the application of a Channels 4 worker."""
        if self._runs_application:
            super().run()  # type: ignore[no-untyped-call]
            return
        self.handle_signals()
        try:
            self._work(self._channels())
        finally:
            self._held_back.send()
            self._applications.close()

    def _channels(self) -> Iterable[str]:
        names = self.apply_channel_filters(self.channel_layer.router.channels)
        logger.info("Listening on channels %s", ", ".join(sorted(names)))
        return names

    def _work(self, channels: Iterable[str]) -> None:
        """Take messages and handle them, until `termed`."""
        outage = Outage(self.channel_layer, "The worker")
        while not self.termed:
            self.in_job = False
            received = self._receive(channels, outage)
            if received is not None:
                self._handle(*received)

    def _receive(
        self, channels: Iterable[str], outage: Outage
    ) -> tuple[str, dict[str, Any]] | None:
        layer = self.channel_layer
        try:
            name, content = self._held_back.receive(channels)
            self.in_job = True
        except unreachable(layer) as error:
            outage.failed(error)
            return None
        outage.over()
        if name is None or content is None:
            # Layers need not block, and a hot loop would starve the consumers' threads.
            time.sleep(0.01)
            return None
        return name, content

    def _handle(self, channel: str, content: dict[str, Any]) -> None:
        """Find the consumer of a message and run it."""
        try:
            message = Message(content, channel, self.channel_layer)
            self._describe(message)
            found = self.channel_layer.router.target(message)
        except Exception:
            # Whatever can write to the layer can put such a message there.
            logger.exception(
                "A message on channel %s is dropped, for its content is none that servers and "
                "consumers send: %.200r",
                *(channel, content),
            )
            return
        if found is not None:
            self._consume(message, *found)
        else:
            refusal = "Could not find match for message on %s! Check your routing."
            logger.error(refusal, message.channel)

    def _describe(self, message: Message) -> None:
        """Log a message, and mark one that is lost if it is put back once more."""
        reply_channel = message.get("reply_channel", "none")
        logger.debug("Got message on %s (reply %s)", message.channel, reply_channel)
        # Decorators warn of it.
        is_last_try = message.get("__retries__", 0) == self.message_retries
        message.__doomed__ = is_last_try  # type: ignore[attr-defined]

    def _consume(self, message: Message, consumer: Any, kwargs: dict[str, Any]) -> None:
        """Run a consumer and send what it held back."""
        if self.callback:
            self.callback(message.channel.name, message)
        name = _name(consumer)
        with ExitStack() as stack:
            stack.callback(self._finish, name)
            self._run_consumer(message, consumer, kwargs, name)

    def _run_consumer(self, message: Message, consumer: Any, kwargs: Any, name: str) -> None:
        """Run a consumer; nothing that it raises, not even an exit, ends the worker."""
        logger.debug("Dispatching message on %s to %s", message.channel, name)
        try:
            consumer_started.send(sender=type(self), environ={})
            try:
                self._call(message, consumer, kwargs)
            except ConsumeLater:
                self._put_back(message, name)
        except BaseException:
            logger.exception("Error processing message with consumer %s:", name)

    def _call(self, message: Message, consumer: Any, kwargs: dict[str, Any]) -> None:
        try:
            self._run(message, consumer, kwargs)
        except DenyConnection:
            _deny(message)
        except ChannelSocketException as action:
            action.run(message)

    def _run(self, message: Message, consumer: Any, kwargs: dict[str, Any]) -> None:
        is_event = protocol_of(message.channel.name) == "channel"
        if is_event and isinstance(consumer, Application):
            self._applications.run(consumer, message.channel.name, message.content)
        else:
            consumer(message, **kwargs)

    def _finish(self, name: str) -> None:
        """Send what the consumer held back, or keep it for `_receive`."""
        self._held_back.keep(name)
        try:
            consumer_finished.send(sender=type(self))
        except Exception:
            # The message in hand is done; those to come are not to suffer.
            logger.exception("Error sending the messages of consumer %s:", name)

    def _put_back(self, message: Message, consumer: str) -> None:
        """Send a message to its channel again, unless that happened too often."""
        channel, content = message.channel.name, message.content
        retries = content["__retries__"] = 1 + content.get("__retries__", 0)
        if retries > self.message_retries:
            excerpt = repr(content)[:100]
            logger.warning(
                "Exceeded number of retries for message on channel %s: %s", channel, excerpt
            )
        elif not self._is_put_back(channel, content):
            logger.error(
                "A message that consumer %s put off is lost: it could not be put back on "
                "channel %s.",
                *(consumer, channel),
            )

    def _is_put_back(self, channel: str, content: dict[str, Any]) -> bool:
        """Try to send a message, ten times; returns whether that worked."""
        with suppress(*unreachable(self.channel_layer)):
            return any(self._is_sent(channel, content) for _ in range(10))
        return False

    def _is_sent(self, channel: str, content: dict[str, Any]) -> bool:
        with suppress(self.channel_layer.ChannelFull):
            self.channel_layer.send(channel, content)
            return True
        time.sleep(self.retry_interval)
        return False


class WorkerGroup(Worker):
    """A worker that runs others beside it, each in a thread.

    Args:
        n_threads: Threads in all, the one that calls `run` included; one for each processor
            by default.

    Attributes:
        workers: The other workers.
        threads: Their threads, once `run` was called.

    The other arguments are those of `Worker`, and the other workers get them too.
    Source: Channels 1.1.8.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        others = kwargs.pop("n_threads", multiprocessing.cpu_count()) - 1
        # Only this one has the main thread, in which signals are handled.
        of_others = {**kwargs, "signal_handlers": False}
        self.workers = [Worker(*args, **of_others) for _ in range(others)]
        super().__init__(*args, **kwargs)

    def sigterm_handler(self, signo: int, stack_frame: FrameType | None) -> None:
        """Stop after the messages being handled; exit at once where the layer cannot be woken."""
        everyone = (self, *self.workers)
        for each in everyone:
            each.termed = True
        busy = sum(each.in_job for each in everyone)
        state = f"waiting for {busy} of {len(everyone)} threads, which are busy."
        if not busy:
            state = "terminating immediately."
        logger.info("Shutdown signal received by WorkerGroup, %s", state)
        stop_receiving(self.channel_layer)

    def ready(self) -> None:
        """Send ``worker_ready`` for each of the workers."""
        super().ready()
        for each in self.workers:
            each.ready()

    def run(self) -> None:
        """Start the other workers, then handle messages in this thread as well."""
        # Before the first consumer can run.
        self.handle_signals()
        self.threads = [threading.Thread(target=each.run, daemon=True) for each in self.workers]
        for thread in self.threads:
            thread.start()
        super().run()
        for thread in self.threads:
            thread.join()


def _is_channels4_call(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether the arguments are those of Channels 4: an application first, not a layer."""
    if _CHANNELS4_ARGUMENTS & kwargs.keys():
        return True
    if len(args) < 2 or hasattr(args[0], "receive_many"):
        return False
    return args[1] is not None and not callable(args[1])


def _name(consumer: Any) -> str:
    return name_that_thing(consumer.consumer if isinstance(consumer, Application) else consumer)


def _matches(channel: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch.fnmatchcase(channel, pattern) for pattern in patterns)


def _deny(message: Message) -> None:
    if message.channel.name != "websocket.connect":
        raise ValueError("You cannot DenyConnection from a non-websocket.connect handler.")
    if message.reply_channel is None:
        raise AttributeError(
            "'NoneType' object has no attribute 'send': the message on websocket.connect "
            "has no reply_channel to deny the connection on"
        )
    message.reply_channel.send({"close": True})
