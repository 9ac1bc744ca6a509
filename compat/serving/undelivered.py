"""Messages of connections that have gone, sent as soon as the channel layer takes them."""

from __future__ import annotations

import asyncio
import logging
from collections import deque

from ..base_layer import BaseChannelLayer, Content
from ..layers.outage import unreachable
from .outbox import Outbox, Sent

logger = logging.getLogger("django.channels")

# Messages of one event loop that wait at most; what comes then is dropped.
MOST = 10_000

# Seconds before the first attempt; each later one waits twice as long, up to the longest.
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 2.0


class Undelivered:
    """Keeps messages that the layer did not take, and sends them when it does.

    Args:
        layer: The channel layer.
        outbox: Sends to it.
    """

    def __init__(self, layer: BaseChannelLayer, outbox: Outbox) -> None:
        self._layer = layer
        self._outbox = outbox
        self._waiting: dict[asyncio.AbstractEventLoop, deque[Sent]] = {}
        # A task that nothing refers to may be collected.
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, channel: str, message: Content) -> bool:
        """Keep a message of the running event loop; returns whether there was room for it."""
        loop = asyncio.get_running_loop()
        waiting = self._waiting.get(loop)
        if waiting is None:
            waiting = self._waiting[loop] = deque()
            task = loop.create_task(self._send_all(loop, waiting))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if len(waiting) >= MOST:
            return False
        waiting.append((channel, message))
        return True

    async def _send_all(self, loop: asyncio.AbstractEventLoop, waiting: deque[Sent]) -> None:
        refusals: tuple[type[Exception], ...]
        refusals = (self._layer.ChannelFull, *unreachable(self._layer))
        pause = _FIRST_PAUSE
        try:
            async with self._outbox.in_use():
                while True:
                    try:
                        while waiting:
                            await self._outbox.send(*waiting[0])
                            waiting.popleft()
                            pause = _FIRST_PAUSE
                        return
                    except refusals:
                        await asyncio.sleep(pause)
                        pause = min(2 * pause, _LONGEST_PAUSE)
        finally:
            del self._waiting[loop]
            if waiting:
                logger.warning(
                    "The server ends, and %d websocket.disconnect messages were not sent: those "
                    "websockets stay in their groups until they expire.",
                    len(waiting),
                )
