"""Sends messages of an event loop to a channel layer without blocking the loop."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Protocol

from ..base_layer import BaseChannelLayer, Content

# Messages that one call of the layer sends at most.
_MOST_AT_ONCE = 100

Sent = tuple[str, Content]


class Outbox:
    """Sends messages to a layer, those of one event loop in the order they came in.

    A layer of this process is sent to directly. With any other there are round trips to wait
    for: what comes meanwhile is sent together, where the layer has ``send_together``. The event
    loop does it itself with a layer that has ``in_loop``, and else a thread.

    Args:
        layer: The channel layer.
    """

    def __init__(self, layer: BaseChannelLayer) -> None:
        self._layer = layer
        self._local = hasattr(layer, "call_when_sent")
        self._lines: dict[asyncio.AbstractEventLoop, _Line] = {}

    @asynccontextmanager
    async def in_use(self) -> AsyncIterator[None]:
        """Keep a thread or a connection ready while the running event loop may send."""
        loop = asyncio.get_running_loop()
        if loop not in self._lines:
            self._lines[loop] = _Line(self._layer)
        line = self._lines[loop]
        line.users += 1
        try:
            yield
        finally:
            line.users -= 1
            if not line.users:
                del self._lines[loop]
                await line.close()

    async def send(self, channel: str, message: Content) -> None:
        """Send a message; the outbox must be `in_use`.

        Raises:
            Exception: What the layer raises.
        """
        if self._local:
            self._layer.send(channel, message)
            return
        await self._lines[asyncio.get_running_loop()].send(channel, message)


class _Sender(Protocol):
    """Sends messages for one event loop."""

    async def send_together(self, messages: Sequence[Sent]) -> list[Exception | None]:
        """Send messages; return what was raised for each."""
        raise NotImplementedError

    async def close(self) -> None:
        """Give back what it holds."""
        raise NotImplementedError


class _Line:
    """The messages of one event loop, and what sends them."""

    def __init__(self, layer: BaseChannelLayer) -> None:
        self._layer = layer
        in_loop = layer.in_loop() if hasattr(layer, "in_loop") else None
        self._sender: _Sender = in_loop or _ThreadSender(layer)
        self._waiting: deque[tuple[Sent, asyncio.Future[None]]] = deque()
        self.users = 0
        self._flushing: asyncio.Task[None] | None = None
        self._is_closed = False

    async def close(self) -> None:
        """Let the sender go when it has sent what waits; nobody waits for it."""
        self._is_closed = True
        if self._flushing is None:
            await self._sender.close()

    async def send(self, channel: str, message: Content) -> None:
        outcome: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(((channel, message), outcome))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        await outcome

    async def _flush(self) -> None:
        try:
            while self._waiting:
                count = min(len(self._waiting), _MOST_AT_ONCE)
                batch = [self._waiting.popleft() for _ in range(count)]
                errors = await self._send([message for message, _ in batch])
                for (_, outcome), error in zip(batch, errors, strict=True):
                    if outcome.done():
                        # Its connection was cancelled while it waited.
                        continue
                    if error is None:
                        outcome.set_result(None)
                    else:
                        outcome.set_exception(error)
        finally:
            self._flushing = None
            if self._waiting:
                # The event loop ends, and cancels its tasks: what waits is sent all the same.
                messages = [message for message, _ in self._waiting]
                self._waiting.clear()
                _ThreadSender(self._layer).send_and_close(messages)
            if self._is_closed:
                await self._sender.close()

    async def _send(self, messages: Sequence[Sent]) -> Sequence[Exception | None]:
        try:
            return await self._sender.send_together(messages)
        except Exception as error:
            return [error] * len(messages)


class _ThreadSender:
    """Sends from a thread of its own: others may be busy for as long as they like."""

    def __init__(self, layer: BaseChannelLayer) -> None:
        self._layer = layer
        self._executor = ThreadPoolExecutor(1, "channel layer")

    async def send_together(self, messages: Sequence[Sent]) -> list[Exception | None]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, _send_together, self._layer, messages)

    def send_and_close(self, messages: Sequence[Sent]) -> None:
        """Send messages, and let the thread end; nobody waits for it."""
        self._executor.submit(_send_together, self._layer, messages)
        self._executor.shutdown(wait=False)

    async def close(self) -> None:
        self._executor.shutdown(wait=False)


def _send_together(layer: BaseChannelLayer, messages: Sequence[Sent]) -> list[Exception | None]:
    """Send messages; returns what was raised for each."""
    if hasattr(layer, "send_together"):
        return list(layer.send_together(messages))
    return [_send(layer, channel, message) for channel, message in messages]


def _send(layer: BaseChannelLayer, channel: str, message: Content) -> Exception | None:
    try:
        layer.send(channel, message)
    except Exception as error:
        return error
    return None
