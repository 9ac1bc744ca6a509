"""Applications, loops and peers that the tests of communicators share."""

from __future__ import annotations

import asyncio
import time

import pytest
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer

# Real seconds, more than a busy machine needs for what takes no time at all, and less than the
# second that communicators wait by default.
AT_ONCE = 0.9

# The same lines on Channels' own communicators, where ours differ on purpose.
peer = pytest.mark.filterwarnings("ignore")


class Echo(AsyncWebsocketConsumer):
    """Sends each frame back, or does what its text names."""

    async def receive(self, text_data=None, bytes_data=None):
        if text_data == "crash":
            raise ValueError("crashed")
        if text_data == "later":
            await asyncio.sleep(0.1)
        if text_data == "close":
            await self.close(code=4007, reason="as you wish")
        elif text_data != "silence":
            await self.send(text_data, bytes_data)


class SyncEcho(WebsocketConsumer):
    def receive(self, text_data=None, bytes_data=None):
        self.send(text_data, bytes_data)


def sends(*events):
    """An application that sends events when it is given one, and then waits for another."""

    async def application(scope, receive, send):
        await receive()
        for event in events:
            await send(event)
        await receive()

    return application


def failing(*events):
    """An application that sends events when it is given one, and raises an exception."""

    async def application(scope, receive, send):
        await receive()
        for event in events:
            await send(event)
        raise ValueError("out of order")

    return application


async def returning(scope, receive, send):
    """An application that returns when it is given anything."""
    await receive()


ACCEPT = {"type": "websocket.accept"}


async def silence(scope, receive, send):
    """An application that takes everything and says nothing."""
    while not (await receive())["type"].endswith("disconnect"):
        pass


class stopwatch:
    """Measures a block, in real seconds."""

    def __enter__(self):
        self.began = time.monotonic()
        return self

    def __exit__(self, *_):
        self.took = time.monotonic() - self.began

    @property
    def at_once(self):
        return self.took < AT_ONCE
