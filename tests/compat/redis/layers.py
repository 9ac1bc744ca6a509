"""Layers on a real Redis, and what tests do with them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from channeltest.compat.redis.layer import RedisChannelLayer
from redis import Redis

from ...redis_server import RedisServer

Layer = RedisChannelLayer


def on(*servers: RedisServer, **options: Any) -> Layer:
    return RedisChannelLayer(hosts=[server.url for server in servers], **options)


def drain(layer: Layer, *channels: str) -> list[Any]:
    received = []
    while (found := layer.receive(list(channels)))[0] is not None:
        received.append(found)
    return received


def grow_older(client: Any, seconds: float) -> None:
    """Let all that is on a server have come there so many seconds earlier."""
    for key in client.scan_iter():
        left = client.pttl(key)
        if client.type(key) == b"zset":
            members = client.zrange(key, 0, -1, withscores=True)
            client.zadd(key, {member: score - seconds for member, score in members})
        if left >= 0:
            client.pexpire(key, left - int(seconds * 1000))


@contextmanager
def while_waiting_on(server: RedisServer, action: Callable[[], Any]) -> Iterator[None]:
    """Run ``action`` in a thread as soon as a client waits for a message on ``server``."""

    def watch() -> None:
        for command in monitor.listen():
            if command["command"].startswith(("BZPOPMIN", "BZMPOP")):
                break
        monitor.connection.disconnect()
        action()

    with Redis(server.host, server.port) as client:
        # Entered here, so that the command is seen however fast it comes.
        monitor = client.monitor().__enter__()
        thread = threading.Thread(target=watch)
        thread.start()
        yield
        thread.join()
