"""A synchronous consumer's ``send`` without a detour over the event loop."""

from __future__ import annotations

import asyncio

from channels import consumer

from channeltest.asgi.sync_send import direct_send
from channeltest.communicators.connection import QueueConnection
from channeltest.patching import Patches


def test_async_to_sync_of_other_things_works():
    patches = Patches(direct_send)
    patches.start()
    try:
        assert consumer.async_to_sync(asyncio.sleep)(0, "slept") == "slept"
    finally:
        patches.stop()


def test_a_connections_own_send():
    line = QueueConnection(None, {"type": "websocket"}, checks=True)
    patches = Patches(direct_send)
    patches.start()
    try:
        assert consumer.async_to_sync(line.send) == line.send_now
    finally:
        patches.stop()
    assert consumer.async_to_sync(line.send) != line.send_now
