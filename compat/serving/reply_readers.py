"""Reads the replies of workers off a channel layer and hands them to the event loops that wait."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Protocol

from ..base_layer import BaseChannelLayer, Content
from ..layers.outage import Outage

# Seconds between two calls of a layer that does not block by itself.
POLL_INTERVAL = 0.05

Received = tuple[str, Content]


class LocalLayer(Protocol):
    """A layer of this process, which calls back when a message is sent."""

    def call_when_sent(self, channel: str, wake: Callable[[], None]) -> Callable[[], None]:
        """Call ``wake`` at the next send to a channel; returns what cancels that."""
        raise NotImplementedError

    def receive(self, channels: Iterable[str]) -> Received | tuple[None, None]:
        """Take the next message off one of the channels."""
        raise NotImplementedError


class LoopReceiver(Protocol):
    """Receives in one event loop what its layer receives in threads."""

    async def receive_waiting(self, name: str) -> list[Received]:
        """Take what waits on a process-local channel; wait for the first message."""
        raise NotImplementedError

    async def close(self) -> None:
        """Close its connections."""
        raise NotImplementedError


class LayerInLoop(Protocol):
    """A layer of other processes that an event loop uses without threads."""

    def in_loop(self) -> LoopReceiver | None:
        """Return what receives in the running event loop; ``None`` where only threads can."""
        raise NotImplementedError


class Destination(Protocol):
    """What takes the messages of one reply channel.

    Attributes:
        channel: The channel's full name.
        loop: The event loop to call `put` in.
    """

    channel: str
    loop: asyncio.AbstractEventLoop

    def put(self, message: Content) -> None:
        """Take a message."""


class ReplyReader(Protocol):
    """Reads the process-local channel that all reply channels of one kind share."""

    def add(self, replies: Destination) -> None:
        """Begin to hand out the messages of ``replies.channel``."""

    def remove(self, replies: Destination) -> None:
        """Drop further messages of ``replies.channel``."""


class _Destinations:
    """The open reply channels by name; each gets its messages in its event loop."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.by_channel: dict[str, Destination] = {}

    def hand_out(self, received: list[Received]) -> None:
        """Hand messages out; those to channels that are not open are dropped.

        Such a connection has ended, and is still in some group.
        """
        by_loop: dict[asyncio.AbstractEventLoop, list[tuple[Destination, Content]]] = {}
        with self.lock:
            for channel, message in received:
                replies = self.by_channel.get(channel)
                if replies is not None:
                    by_loop.setdefault(replies.loop, []).append((replies, message))
        for loop, messages in by_loop.items():
            # A loop that was closed under its connections has no more use for them.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(_put_all, messages)


class LoopReader:
    """One task that reads from a layer of other processes, for the event loop that it runs in.

    Args:
        layer: A layer with ``in_loop``.
        prefix: The part of the reply channels' names up to their ``!``. Only channels of the
            running event loop have it.

    The task lives as long as a channel is open, and until its call of the layer has returned: to
    cancel it could lose a reply to a channel that has been opened meanwhile.
    """

    def __init__(self, layer: LayerInLoop, prefix: str) -> None:
        self._layer = layer
        self._prefix = prefix
        self._open: dict[str, Destination] = {}
        self._reading: asyncio.Task[None] | None = None

    def add(self, replies: Destination) -> None:
        """Begin to hand out the messages of ``replies.channel``."""
        self._open[replies.channel] = replies
        if self._reading is None:
            receiver = self._layer.in_loop()
            assert receiver is not None
            self._reading = replies.loop.create_task(self._read(receiver))

    def remove(self, replies: Destination) -> None:
        """Drop further messages of ``replies.channel``."""
        del self._open[replies.channel]

    async def _read(self, receiver: LoopReceiver) -> None:
        outage = Outage(self._layer, "The server")
        try:
            while self._open:
                try:
                    received = await receiver.receive_waiting(self._prefix)
                except Exception as error:
                    await asyncio.sleep(outage.pause_after(error))
                    continue
                outage.over()
                for channel, message in received:
                    if (replies := self._open.get(channel)) is not None:
                        replies.put(message)
        finally:
            self._reading = None
            await receiver.close()


class LocalReader:
    """Reads from a layer of this process, which calls back when a message is sent.

    Args:
        layer: A layer with ``call_when_sent``.
        prefix: The part of the reply channels' names up to their ``!``.
    """

    def __init__(self, layer: LocalLayer, prefix: str) -> None:
        self._layer = layer
        self._prefix = prefix
        self._open = _Destinations()
        # Two senders at once must not change places between taking and handing out.
        self._reading = threading.Lock()
        self._stop: Callable[[], None] | None = None

    def add(self, replies: Destination) -> None:
        """Begin to hand out the messages of ``replies.channel``."""
        with self._open.lock:
            self._open.by_channel[replies.channel] = replies
        self._read()

    def remove(self, replies: Destination) -> None:
        """Drop further messages of ``replies.channel``."""
        with self._open.lock:
            del self._open.by_channel[replies.channel]
        self._read()

    def _read(self) -> None:
        with self._reading:
            if self._stop is not None:
                self._stop()
            # Asked before looking: a message sent in between must not be missed.
            needed = bool(self._open.by_channel)
            self._stop = self._layer.call_when_sent(self._prefix, self._read) if needed else None
            received = []
            while (found := self._layer.receive([self._prefix]))[0] is not None:
                received.append(found)
            self._open.hand_out(received)


class RemoteReader:
    """One thread that reads from a layer of other processes.

    Args:
        layer: Any channel layer of ASGI 1. Of one with ``receive_waiting`` it takes what waits
            at once.
        prefix: The part of the reply channels' names up to their ``!``.

    The thread lives as long as a channel is open.
    """

    def __init__(self, layer: BaseChannelLayer, prefix: str) -> None:
        self._layer = layer
        self._prefix = prefix
        self._open = _Destinations()
        self._running = False

    def add(self, replies: Destination) -> None:
        """Begin to hand out the messages of ``replies.channel``."""
        with self._open.lock:
            self._open.by_channel[replies.channel] = replies
            if not self._running:
                self._running = True
                threading.Thread(target=self._run, name="channel replies", daemon=True).start()

    def remove(self, replies: Destination) -> None:
        """Drop further messages of ``replies.channel``."""
        with self._open.lock:
            del self._open.by_channel[replies.channel]

    def _run(self) -> None:
        outage = Outage(self._layer, "The server")
        while self._is_needed():
            try:
                received = self._receive()
            except Exception as error:
                outage.failed(error)
                continue
            outage.over()
            if received:
                self._open.hand_out(received)
            else:
                # Layers need not block.
                time.sleep(POLL_INTERVAL)

    def _receive(self) -> list[Received]:
        if hasattr(self._layer, "receive_waiting"):
            return list(self._layer.receive_waiting(self._prefix))
        found = self._layer.receive([self._prefix], block=True)
        return [] if found[0] is None else [found]

    def _is_needed(self) -> bool:
        with self._open.lock:
            self._running = bool(self._open.by_channel)
            return self._running


def _put_all(messages: list[tuple[Destination, Content]]) -> None:
    for replies, message in messages:
        replies.put(message)
