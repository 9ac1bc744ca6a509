"""Channels 4's side of a layer on Redis: for several event loops, and without losing messages."""

from __future__ import annotations

import asyncio
import threading
from typing import Any
from weakref import WeakKeyDictionary

from channels_redis.core import RedisChannelLayer

Call = asyncio.Future[tuple[Any, dict[str, Any]]]
Calls = list[Call]


class _CarefulLayer(RedisChannelLayer):  # type: ignore[misc]
    """A layer of channels_redis that loses no message when a receiver is cancelled.

    Of all receivers in a process one waits at Redis, for all of them. channels_redis cancels its
    call with it; what Redis has sent by then is lost, for whichever consumer it was. Here the call
    goes on, and the next receiver gets its result.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._abandoned: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Calls]]
        self._abandoned = WeakKeyDictionary()

    async def receive_single(self, channel: str) -> tuple[Any, dict[str, Any]]:
        """Wait for the next message on a channel, or on all channels that share its prefix."""
        by_channel = self._abandoned.setdefault(asyncio.get_running_loop(), {})
        call = _usable(by_channel.get(channel, []))
        if call is None:
            call = asyncio.ensure_future(super().receive_single(channel))
            # It may fail when nobody receives any more.
            call.add_done_callback(lambda call: call.cancelled() or call.exception())
        try:
            return await asyncio.shield(call)
        except asyncio.CancelledError:
            by_channel.setdefault(channel, []).append(call)
            raise


def _usable(calls: Calls) -> Call | None:
    """Take a call that goes on, or has a message."""
    while calls:
        call = calls.pop(0)
        if not call.done() or not (call.cancelled() or call.exception()):
            return call
    return None


class ModernRedisLayer(_CarefulLayer):
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
                reader = _CarefulLayer(**self._options)
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
