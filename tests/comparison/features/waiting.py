"""Waiting for an application, and no longer."""

from __future__ import annotations

import asyncio
import bdb
import sys

import channels.db

from ..apps import Crashing, Echo, sends
from . import at_once, connected, feature, raises

GROUP = "Waiting"


@feature(GROUP, "``receive_nothing()`` answers at once")
async def nothing_at_once(library):
    communicator = await connected(library, Echo.as_asgi())
    with at_once():
        for _ in range(10):
            assert await communicator.receive_nothing()


@feature(GROUP, "``receive_nothing()`` raises what the application raised")
async def nothing_of_a_crash(library):
    communicator = await connected(library, Echo.as_asgi())
    await communicator.send_to("crash")
    with raises(ValueError):
        await communicator.receive_nothing()


@feature(GROUP, "After a timeout the application is alive: it answers")
async def alive(library):
    communicator = await connected(library, Echo.as_asgi())
    with raises(asyncio.TimeoutError):
        await communicator.receive_from(timeout=0.01)
    await communicator.send_to("still there?")
    assert await communicator.receive_from() == "still there?"


@feature(GROUP, "After a timeout ``disconnect()`` works")
async def disconnect_after_timeout(library):
    communicator = await connected(library, Echo.as_asgi())
    with raises(asyncio.TimeoutError):
        await communicator.receive_from(timeout=0.01)
    await communicator.disconnect()
    assert Echo.left == 1


@feature(GROUP, "A timeout's error says where the application waits")
async def timeout_says(library):
    async def sleeping(scope, receive, send):
        await asyncio.sleep(60)

    communicator = library.WebsocketCommunicator(sleeping, "/ws/")
    with raises(asyncio.TimeoutError) as caught:
        await communicator.connect(timeout=0.01)
    assert "waiting.py" in str(caught[0])


@feature(GROUP, "What the application raises is raised at once, not when the time is up")
async def exception_at_once(library):
    communicator = await connected(library, Echo.as_asgi())
    await communicator.send_to("crash")
    with at_once(), raises(ValueError):
        await communicator.receive_from()


@feature(GROUP, "… and alone, not while a ``TimeoutError`` is handled")
async def exception_alone(library):
    communicator = library.WebsocketCommunicator(Crashing.as_asgi(), "/ws/")
    with raises(ValueError) as caught:
        await communicator.connect()
    assert caught[0].__context__ is None


@feature(GROUP, "A cancelled application is an error with a text, no bare ``CancelledError``")
async def cancelled(library):
    communicator = await connected(library, Echo.as_asgi())
    communicator.stop()
    with raises(Exception) as caught:
        await communicator.receive_output(timeout=0.01)
        await communicator.receive_output(timeout=0.01)
    assert str(caught[0])


@feature(GROUP, "One timeout for all waits: a class attribute")
async def knob(library):
    class Impatient(library.WebsocketCommunicator):
        timeout = 0.1

    communicator = Impatient(Echo.as_asgi(), "/ws/")
    await communicator.connect()
    await communicator.send_to("later")
    with raises(asyncio.TimeoutError), at_once():
        await communicator.receive_from()


@feature(GROUP, "… or a setting")
async def setting(library):
    from django.test import override_settings

    communicator = await connected(library, Echo.as_asgi())
    await communicator.send_to("later")
    with override_settings(CHANNELTEST={"TIMEOUT": 0.1}), raises(asyncio.TimeoutError), at_once():
        await communicator.receive_from()


@feature(GROUP, "No timeout under a debugger")
async def debugger(library):
    communicator = await connected(library, Echo.as_asgi())
    await communicator.send_to("later")
    stopped = bdb.Bdb()
    stopped.reset()
    sys.settrace(stopped.trace_dispatch)
    try:
        assert await communicator.receive_from(timeout=0.1) == "later"
    finally:
        sys.settrace(None)


@feature(GROUP, "Two communicators awaited at once leave nothing patched")
def two_at_once(library):
    before = channels.db.close_old_connections

    async def talk():
        quick, slow = [await connected(library, Echo.as_asgi()) for _ in range(2)]
        await slow.send_to("later")
        waiting = [asyncio.ensure_future(each.receive_from()) for each in (quick, slow)]
        await asyncio.sleep(0)
        await quick.send_to("now")
        assert await asyncio.gather(*waiting) == ["now", "later"]

    asyncio.run(talk())
    assert channels.db.close_old_connections is before


@feature(GROUP, "``receive_all()`` takes what is there, at once")
async def receive_all(library):
    communicator = await connected(library, Echo.as_asgi())
    await communicator.send_to("three")
    with at_once():
        assert await communicator.receive_all() == ["1", "2", "three"]


@feature(GROUP, "``receive_all_json()`` takes what is there, at once")
async def receive_all_json(library):
    frames = [{"type": "websocket.send", "text": text} for text in ("1", "[2]")]
    application = sends({"type": "websocket.accept"}, *frames)
    communicator = await connected(library, application)
    with at_once():
        assert await communicator.receive_all_json() == [1, [2]]
