"""The reply channels of the connections that a server serves."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Callable
from weakref import WeakKeyDictionary

from ..base_layer import BaseChannelLayer, Content
from .backlog import Backlog
from .reply_readers import LocalReader, LoopReader, RemoteReader, ReplyReader


class ReplyChannel:
    """One reply channel, open as long as its connection is.

    Args:
        name: The channel's full name.
        reader: Reads it.
        backlog: Keeps what the client has not been sent yet.

    Attributes:
        channel: The channel's full name (str).
        loop: The event loop that waits for the messages.
        overflowed: Set when more waits than may. All that comes later is dropped.
    """

    def __init__(self, name: str, reader: ReplyReader, backlog: Backlog) -> None:
        self.channel = name
        self.loop = asyncio.get_running_loop()
        self.overflowed = asyncio.Event()
        self._reader = reader
        self._backlog = backlog
        self._arrived = asyncio.Event()
        reader.add(self)

    def put(self, message: Content) -> None:
        """Add a message; to be called in the event loop."""
        if not self.overflowed.is_set():
            if not self._backlog.put(message):
                self.overflowed.set()
            self._arrived.set()

    async def get(self) -> Content:
        """Wait for the next message."""
        while not len(self._backlog):
            self._arrived.clear()
            await self._arrived.wait()
        return self._backlog.get()

    def close(self) -> None:
        """Drop what waits and what comes; to be called once."""
        self._reader.remove(self)
        # The reader's last messages may be on their way to this event loop.
        self.overflowed.set()
        self._backlog.close()


class ReplyChannels:
    """Makes reply channels of one kind on a layer.

    Args:
        layer: The channel layer.
        kind: What their names begin with: ``"websocket.send"`` or ``"http.response"``.
        make_backlog: Makes the backlog of each.
    """

    def __init__(
        self, layer: BaseChannelLayer, kind: str, make_backlog: Callable[[], Backlog]
    ) -> None:
        self._layer = layer
        self._kind = kind
        self._make_backlog = make_backlog
        self._lock = threading.Lock()
        # By event loop; a reader that serves all of them stands under this object.
        self._readers: WeakKeyDictionary[object, tuple[str, ReplyReader]] = WeakKeyDictionary()

    def open(self) -> ReplyChannel:
        """Return a fresh reply channel of the running event loop, to be closed after use."""
        prefix, reader = self._reader()
        return ReplyChannel(prefix + uuid.uuid4().hex[:10], reader, self._make_backlog())

    def _reader(self) -> tuple[str, ReplyReader]:
        """Return the reader for the running event loop, and what it reads."""
        loop = asyncio.get_running_loop()
        with self._lock:
            found = self._readers.get(self) or self._readers.get(loop)
            if found is None:
                # Channels that share what is before the "!" are read by one reader.
                prefix = f"{self._kind}.{uuid.uuid4().hex[:10]}!"
                found = prefix, self._new_reader(prefix)
                of_loop = isinstance(found[1], LoopReader)
                self._readers[loop if of_loop else self] = found
            return found

    def _new_reader(self, prefix: str) -> ReplyReader:
        if hasattr(self._layer, "call_when_sent"):
            return LocalReader(self._layer, prefix)
        if hasattr(self._layer, "in_loop") and self._layer.in_loop() is not None:
            return LoopReader(self._layer, prefix)
        return RemoteReader(self._layer, prefix)
