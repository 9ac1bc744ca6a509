"""How the bridge hears what workers send to its reply channels."""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from ..outage import Outage

# Seconds between two looks at a layer that does not block by itself.
POLL_INTERVAL = 0.05

# What a message counts for beside its text, bytes or content, in bytes.
_OVERHEAD = 1024

Received = tuple[str, dict[str, Any]]


class Replies:
    """The messages sent to one reply channel.

    Args:
        channel: The channel's full name.
        readers: What reads it.
        most: Bytes that may wait for the client; ``None`` for as many as come.

    Attributes:
        channel: The same.
        loop: The event loop that waits for the messages.
        overflowed: Set when more wait than may. They are dropped, and all that come later.
    """

    def __init__(self, channel: str, readers: Readers, most: int | None) -> None:
        self.channel = channel
        self.loop = asyncio.get_running_loop()
        self.overflowed = asyncio.Event()
        self._readers = readers
        self._most = most
        self._size = 0
        self._messages: deque[dict[str, Any]] = deque()
        self._arrived = asyncio.Event()

    def put(self, message: dict[str, Any]) -> None:
        """Add a message; to be called in the event loop."""
        if self.overflowed.is_set():
            return
        self._messages.append(message)
        self._size += _size(message)
        if self._most is not None and self._size > self._most:
            self._messages.clear()
            self.overflowed.set()
        self._arrived.set()

    async def get(self) -> dict[str, Any]:
        """Wait for the next message."""
        while not self._messages:
            self._arrived.clear()
            await self._arrived.wait()
        message = self._messages.popleft()
        self._size -= _size(message)
        return message

    def close(self) -> None:
        """Stop listening; to be called once."""
        self._readers.remove(self)


class Readers(Protocol):
    """What reads the process-local channel that all reply channels of one kind share."""

    def add(self, replies: Replies) -> None:
        """Begin to hand out the messages of ``replies.channel``."""

    def remove(self, replies: Replies) -> None:
        """Drop further messages of ``replies.channel``."""


class _Listening:
    """Who listens, by channel; messages are handed to them in their event loops."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.replies: dict[str, Replies] = {}

    def hand_out(self, received: list[Received]) -> None:
        """Hand messages out; those without a listener are dropped.

        Without one the connection has gone, and is still in some group.
        """
        by_loop: dict[asyncio.AbstractEventLoop, list[tuple[Replies, dict[str, Any]]]] = {}
        with self.lock:
            for channel, message in received:
                replies = self.replies.get(channel)
                if replies is not None:
                    by_loop.setdefault(replies.loop, []).append((replies, message))
        for loop, messages in by_loop.items():
            # A loop that was closed under its connections has no more use for them.
            if not loop.is_closed():
                loop.call_soon_threadsafe(_put_all, messages)


class LocalReader:
    """Reads from a layer of this process, which calls back when a message is sent.

    Args:
        layer: A layer with ``call_when_sent``.
        prefix: The part of the reply channels' names up to their ``!``.
    """

    def __init__(self, layer: Any, prefix: str) -> None:
        self._layer = layer
        self._prefix = prefix
        self._listening = _Listening()
        # Two senders at once must not change places between taking and handing out.
        self._reading = threading.Lock()
        self._stop: Callable[[], None] | None = None

    def add(self, replies: Replies) -> None:
        """Begin to hand out the messages of ``replies.channel``."""
        with self._listening.lock:
            self._listening.replies[replies.channel] = replies
        self._read()

    def remove(self, replies: Replies) -> None:
        """Drop further messages of ``replies.channel``."""
        with self._listening.lock:
            del self._listening.replies[replies.channel]
        self._read()

    def _read(self) -> None:
        with self._reading:
            if self._stop is not None:
                self._stop()
            # Asked before looking: a message sent in between must not be missed.
            needed = bool(self._listening.replies)
            self._stop = self._layer.call_when_sent(self._prefix, self._read) if needed else None
            received = []
            while (found := self._layer.receive([self._prefix]))[0] is not None:
                received.append(found)
            self._listening.hand_out(received)


class RemoteReader:
    """One thread that reads from a layer of other processes.

    Args:
        layer: Any channel layer of ASGI 1. Of one with ``receive_waiting`` it takes what waits
            at once.
        prefix: The part of the reply channels' names up to their ``!``.

    The thread lives as long as somebody listens.
    """

    def __init__(self, layer: Any, prefix: str) -> None:
        self._layer = layer
        self._prefix = prefix
        self._listening = _Listening()
        self._running = False

    def add(self, replies: Replies) -> None:
        """Begin to hand out the messages of ``replies.channel``."""
        with self._listening.lock:
            self._listening.replies[replies.channel] = replies
            if not self._running:
                self._running = True
                threading.Thread(target=self._run, name="channel replies", daemon=True).start()

    def remove(self, replies: Replies) -> None:
        """Drop further messages of ``replies.channel``."""
        with self._listening.lock:
            del self._listening.replies[replies.channel]

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
                self._listening.hand_out(received)
            else:
                # Layers need not block.
                time.sleep(POLL_INTERVAL)

    def _receive(self) -> list[Received]:
        if hasattr(self._layer, "receive_waiting"):
            return list(self._layer.receive_waiting(self._prefix))
        channel, message = self._layer.receive([self._prefix], block=True)
        return [] if channel is None else [(channel, message)]

    def _is_needed(self) -> bool:
        with self._listening.lock:
            self._running = bool(self._listening.replies)
            return self._running


class ReplyChannels:
    """Makes reply channels of one kind on a layer.

    Args:
        layer: The channel layer.
        kind: What their names begin with: ``"websocket.send"`` or ``"http.response"``.
        most: Bytes that may wait for one client; ``None`` for as many as come.
    """

    def __init__(self, layer: Any, kind: str, most: int | None = None) -> None:
        # Channels that share what is before the "!" are read by one process.
        self._prefix = f"{kind}.{uuid.uuid4().hex[:10]}!"
        self._most = most
        local = hasattr(layer, "call_when_sent")
        self._readers: Readers = (LocalReader if local else RemoteReader)(layer, self._prefix)

    def open(self) -> Replies:
        """Return the messages of a fresh reply channel, to be closed after use."""
        replies = Replies(self._prefix + uuid.uuid4().hex[:10], self._readers, self._most)
        self._readers.add(replies)
        return replies


def _put_all(messages: list[tuple[Replies, dict[str, Any]]]) -> None:
    for replies, message in messages:
        replies.put(message)


def _size(message: dict[str, Any]) -> int:
    data = (message.get(key) for key in ("text", "bytes", "content"))
    return _OVERHEAD + sum(len(value) for value in data if isinstance(value, (str, bytes)))
