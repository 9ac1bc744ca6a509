"""Errors that say why an application says no more."""

from __future__ import annotations

import asyncio

import pytest

from channeltest import ApplicationCommunicator, WebsocketCommunicator

from .apps import Echo, silence, stopwatch

pytestmark = pytest.mark.asyncio


async def text_of(communicator, *given, **options):
    for event in given:
        await communicator.send_input(event)
    with pytest.raises(TimeoutError) as caught:
        await communicator.receive_output(**options)
    return str(caught.value)


async def test_names_the_line_where_the_application_waits():
    text = await text_of(ApplicationCommunicator(silence, {"type": "lifespan"}))
    assert text.startswith("the lifespan application did not send anything within 1 s; it waits at")
    assert "apps.py:" in text and "in silence" in text
    assert (
        "only the test could let a task of its loop go on, and no timer is due within 1 s" in text
    )
    assert "Events sent to it: nothing" in text


async def test_a_consumer_between_two_events():
    communicator = WebsocketCommunicator(Echo.as_asgi(), "/ws/")
    await communicator.connect()
    await communicator.send_to(text_data="silence")
    text = await text_of(communicator)
    assert text.splitlines() == [
        "the application on /ws/ did not send anything within 1 s; it waits for its next event",
        "Nothing can come: only the test could let a task of its loop go on, and no timer is due "
        "within 1 s",
        "Events sent to it: websocket.connect, websocket.receive",
        "The record, in order:",
        "  client -> Echo  websocket.connect {'path': '/ws/'}",
        "  Echo -> client  {'type': 'websocket.accept', 'subprotocol': None}",
        "  client -> Echo  websocket.receive {'text': 'silence'}",
    ]


async def test_shows_the_last_twenty_of_the_record():
    communicator = WebsocketCommunicator(Echo.as_asgi(), "/ws/")
    await communicator.connect()
    for n in range(12):
        await communicator.send_to(text_data=str(n))
        await communicator.receive_from()
    assert "its last 20 lines; 6 earlier ones are left out" in await text_of(communicator)


async def test_a_consumer_in_its_own_code():
    communicator = WebsocketCommunicator(Echo.as_asgi(), "/ws/")
    await communicator.connect()
    await communicator.send_to(text_data="later")
    assert "in receive" in await text_of(communicator, timeout=0.005)


async def test_one_that_did_not_rest():
    async def slow(scope, receive, send):
        await asyncio.to_thread(asyncio.run, asyncio.sleep(0.05))

    with stopwatch() as watch:
        text = await text_of(ApplicationCommunicator(slow, {"type": "lifespan"}), timeout=0.02)
    assert watch.took >= 0.02
    assert "Nothing can come" not in text
