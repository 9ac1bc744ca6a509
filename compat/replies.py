"""How the bridge hears what workers send to its reply channels."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
import uuid
from contextlib import suppress
from typing import Any, Protocol

logger = logging.getLogger("django.channels")

# Seconds between two looks at a layer that does not block by itself.
POLL_INTERVAL = 0.05


class Replies(Protocol):
    """The messages sent to one reply channel.

    Attributes:
        channel: The channel's name.
    """

    channel: str

    async def get(self) -> dict[str, Any]:
        """Wait for the next message."""

    def close(self) -> None:
        """Stop listening; to be called once."""


class LocalReplies:
    """Replies over a layer of this process, which calls back when a message is sent.

    Args:
        layer: A layer with ``take`` and ``call_when_sent``.
        channel: The full name of the reply channel.
    """

    def __init__(self, layer: Any, channel: str) -> None:
        self._layer = layer
        self.channel = channel

    async def get(self) -> dict[str, Any]:
        """Wait for the next message."""
        loop = asyncio.get_running_loop()
        while True:
            sent = asyncio.Event()

            def wake(sent: asyncio.Event = sent) -> None:
                # The sender is not to suffer when the loop was closed meanwhile.
                with suppress(RuntimeError):
                    loop.call_soon_threadsafe(sent.set)

            # Asked before looking: a message sent in between must not be missed.
            cancel = self._layer.call_when_sent(self.channel, wake)
            try:
                message: dict[str, Any] | None = self._layer.take(self.channel)
                if message is not None:
                    return message
                await sent.wait()
            finally:
                cancel()

    def close(self) -> None:
        """Stop listening."""


class Reader:
    """One thread that reads the process-local channel of a layer and hands messages out.

    Args:
        layer: Any channel layer of ASGI 1.
        prefix: The part of the reply channels' names up to their ``!``.

    The thread lives as long as somebody listens.
    """

    def __init__(self, layer: Any, prefix: str) -> None:
        self._layer = layer
        self._prefix = prefix
        self._lock = threading.Lock()
        self._listening: dict[str, RemoteReplies] = {}
        self._running = False

    def add(self, replies: RemoteReplies) -> None:
        """Begin to hand out the messages of ``replies.channel``."""
        with self._lock:
            self._listening[replies.channel] = replies
            if not self._running:
                self._running = True
                threading.Thread(target=self._run, name="channel replies", daemon=True).start()

    def remove(self, replies: RemoteReplies) -> None:
        """Drop further messages of ``replies.channel``."""
        with self._lock:
            del self._listening[replies.channel]

    def _run(self) -> None:
        while self._is_needed():
            try:
                channel, message = self._layer.receive([self._prefix], block=True)
            except Exception:
                logger.exception("Error trying to receive messages")
                channel, message = None, {}
            if channel is None:
                time.sleep(POLL_INTERVAL)
                continue
            with self._lock:
                replies = self._listening.get(channel)
            # Without a listener the connection has gone, and is still in some group.
            if replies is not None:
                replies.put(message)

    def _is_needed(self) -> bool:
        with self._lock:
            self._running = bool(self._listening)
            return self._running


class RemoteReplies:
    """Replies that a `Reader` hands out.

    Args:
        reader: The reader.
        channel: The full name of the reply channel.
    """

    def __init__(self, reader: Reader, channel: str) -> None:
        self.channel = channel
        self._reader = reader
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        reader.add(self)

    def put(self, message: dict[str, Any]) -> None:
        """Add a message, from any thread."""
        try:
            self._loop.call_soon_threadsafe(self._queue.put_nowait, message)
        except RuntimeError:
            logger.debug("Dropped a reply on %s: its event loop is closed", self.channel)

    async def get(self) -> dict[str, Any]:
        """Wait for the next message."""
        return await self._queue.get()

    def close(self) -> None:
        """Stop listening."""
        self._reader.remove(self)


class ReplyChannels:
    """Makes reply channels of one kind on a layer.

    Args:
        layer: The channel layer.
        kind: What their names begin with: ``"websocket.send"`` or ``"http.response"``.
    """

    def __init__(self, layer: Any, kind: str) -> None:
        self._layer = layer
        # Channels that share what is before the "!" are read by one process.
        self._prefix = f"{kind}.{uuid.uuid4().hex[:10]}!"
        self._reader: Reader | None = None
        if not hasattr(layer, "call_when_sent"):
            self._reader = Reader(layer, self._prefix)

    def open(self) -> Replies:
        """Return a fresh reply channel, to be closed after use."""
        channel = self._prefix + uuid.uuid4().hex[:10]
        if self._reader is None:
            return LocalReplies(self._layer, channel)
        return RemoteReplies(self._reader, channel)
