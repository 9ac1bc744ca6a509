"""`asgi.connection`: what an application is called, and its consumer."""

from __future__ import annotations

import asyncio

import pytest
from channels import consumer
from channels.consumer import AsyncConsumer

from channeltest import ApplicationWarning
from channeltest.asgi.connection import (
    Connection,
    consumer_calling,
    consumer_of,
    direct_send,
    warn_of,
)
from channeltest.communicators.connection import QueueConnection
from channeltest.patching import Patches


class Outer(AsyncConsumer):
    def __init__(self, inner=None):
        self.inner = inner

    async def run(self):
        await (asyncio.Event().wait() if self.inner is None else self.inner.run())

    def calling(self):
        return consumer_calling()


@pytest.mark.parametrize(
    ("scope", "name"),
    [
        ({"type": "websocket", "path": "/a/"}, "the application on /a/"),
        ({"type": "channel", "channel": "mail"}, "the application on mail"),
        ({"type": "lifespan"}, "the lifespan application"),
    ],
)
def test_names(scope, name):
    assert Connection(None, scope).name == name


def test_an_application_is_checked():
    connection = Connection(None, {"type": "websocket"})
    connection.note({"type": "websocket.accept"})
    assert connection.accepted


@pytest.mark.asyncio
async def test_the_innermost_consumer_that_waits():
    inner = Outer()
    task = asyncio.ensure_future(Outer(inner).run())
    await asyncio.sleep(0)
    assert consumer_of(task) is inner
    task.cancel()


def test_no_consumer():
    assert consumer_of(None) is None
    assert consumer_calling() is None


def test_the_consumer_that_calls():
    consumer = Outer()
    assert consumer.calling() is consumer


def test_has_the_traceback():
    with pytest.raises(KeyError) as caught:
        {}["lost"]
    with pytest.warns(ApplicationWarning, match=r"(?s)after its test's last.*KeyError: 'lost'"):
        warn_of(caught.value)


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
