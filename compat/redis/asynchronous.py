"""Channels 4's side of a layer on Redis, for several event loops of one process."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from channels_redis.core import RedisChannelLayer


class ModernRedisLayer(RedisChannelLayer):  # type: ignore[misc]
    """A layer of channels_redis whose own channels may be read on more than one event loop.

    One of channels_redis refuses that. But a process may have a server's loop and those of
    worker threads, all with consumers: here each loop has a reader, with a prefix of its own
    for the names of its channels. That of a closed loop goes to the next one.

    Args:
        **options: What channels_redis takes.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._options = options
        self._lock = threading.Lock()
        self._owners: dict[RedisChannelLayer | None, asyncio.AbstractEventLoop | None] = {
            None: None
        }

    async def new_channel(self, prefix: str = "specific") -> str:
        """Return a new channel name, for the running event loop to receive on."""
        reader = self._reader_of(asyncio.get_running_loop())
        source: Any = super() if reader is None else reader
        name: str = await source.new_channel(prefix)
        return name

    async def receive(self, channel: str) -> dict[str, Any]:
        """Wait for the next message on ``channel`` and take it."""
        reader = self._reader_for(channel)
        source: Any = super() if reader is None else reader
        message: dict[str, Any] = await source.receive(channel)
        return message

    def _reader_of(self, loop: asyncio.AbstractEventLoop) -> RedisChannelLayer | None:
        """The reader of a loop; ``None`` stands for this layer itself."""
        with self._lock:
            for reader, owner in self._owners.items():
                if owner is loop:
                    return reader
            for reader, owner in self._owners.items():
                # A loop that was closed under its receivers leaves them counted.
                if (owner is None or owner.is_closed()) and not (reader or self).receive_count:
                    break
            else:
                reader = RedisChannelLayer(**self._options)
            self._owners[reader] = loop
            return reader

    def _reader_for(self, channel: str) -> RedisChannelLayer | None:
        """The reader whose channel it is; ``None`` as above."""
        if "!" not in channel or len(self._owners) == 1:
            return None
        prefix = self.non_local_name(channel)
        with self._lock:
            readers = [reader for reader in self._owners if reader is not None]
        return next((each for each in readers if prefix.endswith(each.client_prefix + "!")), None)
