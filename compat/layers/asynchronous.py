"""Channels 4's face of a channel layer of Channels 1: the same queues, the same groups."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from channels.layers import BaseChannelLayer

if TYPE_CHECKING:
    from ..inmemory import ChannelLayer


class ModernLayer(BaseChannelLayer):
    """What ``channels.layers.get_channel_layer()`` gives for a layer of Channels 1.

    Args:
        layer: The layer, whose messages and groups this one shares.

    Attributes:
        layer: The same.

    Source: the channel layer specification of Channels 4.
    """

    extensions = ["groups", "flush"]

    def __init__(self, layer: ChannelLayer) -> None:
        super().__init__(expiry=layer.expiry, capacity=layer.capacity)  # type: ignore[arg-type]
        self.layer = layer

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        """Put ``message`` on ``channel``.

        Raises:
            TypeError: The name is not valid.
            ChannelFull: The channel is full.
        """
        self.require_valid_channel_name(channel)
        self.layer.send(channel, message)

    async def receive(self, channel: str) -> dict[str, Any]:
        """Wait for the next message on ``channel`` and take it.

        Raises:
            TypeError: The name is not valid.
        """
        self.require_valid_channel_name(channel)
        loop = asyncio.get_running_loop()
        while True:
            sent = loop.create_future()
            # Asked for before looking, so that no message can slip in between.
            cancel = self.layer.call_when_sent(channel, self._waking(loop, sent))
            try:
                message = self.layer.take(channel)
                if message is not None:
                    return message
                await sent
            finally:
                cancel()

    def wake(self, loop: asyncio.AbstractEventLoop, callback: Callable[[], object]) -> None:
        """Call ``callback`` in ``loop``, from whatever thread sends; a subclass may override it.

        Args:
            loop: The event loop of a receiver, which is not closed.
            callback: Called without arguments.
        """
        loop.call_soon_threadsafe(callback)

    def _waking(
        self, loop: asyncio.AbstractEventLoop, sent: asyncio.Future[None]
    ) -> Callable[[], None]:
        def resolve() -> None:
            if not sent.done():
                sent.set_result(None)

        def wake() -> None:
            # The loop may have been closed under a receiver that was never cancelled.
            if not loop.is_closed():
                self.wake(loop, resolve)

        return wake

    async def new_channel(self, prefix: str = "specific") -> str:
        """Return a new process-local channel name that begins with ``prefix``."""
        return f"{prefix}.inmemory!{random.getrandbits(64):016x}"

    async def group_add(self, group: str, channel: str) -> None:
        """Add ``channel`` to ``group``."""
        self.require_valid_group_name(group)
        self.require_valid_channel_name(channel)
        self.layer.group_add(group, channel)

    async def group_discard(self, group: str, channel: str) -> None:
        """Take ``channel`` out of ``group``."""
        self.require_valid_group_name(group)
        self.require_valid_channel_name(channel)
        self.layer.group_discard(group, channel)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Put ``message`` on every channel of ``group`` that is not full."""
        self.require_valid_group_name(group)
        self.layer.send_group(group, message)

    async def flush(self) -> None:
        """Forget every message and group."""
        self.layer.flush()

    async def close(self) -> None:
        """Nothing to close: the layer is memory."""
