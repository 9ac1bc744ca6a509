"""Live servers in threads: many at once, quick, and not held up by what blocks."""

from __future__ import annotations

import asyncio
import threading

import pytest
from channels.db import database_sync_to_async
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from channeltest.errors import LiveServerError
from channeltest.live import ThreadSite, thread_site
from channeltest.live.uvicorn_server import UvicornServer

from .helpers import PATIENCE, reply, websocket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def serve():
    """A function that serves an application until the test ends."""
    sites = []

    def serve_one(application):
        site = ThreadSite(application)
        sites.append(site)
        return site

    yield serve_one
    for site in sites:
        site.stop()


def url(site):
    return f"ws://localhost:{site.port}"


def answering(answer):
    """An application that answers every frame with what a coroutine function returns."""

    async def application(scope, receive, send):
        await receive()
        await send({"type": "websocket.accept"})
        while (await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": await answer()})

    return application


async def number_of_thread():
    return str(threading.get_ident())


def test_many_at_once(serve):
    sites = [serve(answering(number_of_thread)) for _ in range(5)]
    answers = set()
    for site in sites:
        with websocket(url(site)) as client:
            answers.add(reply(client, "which?"))
    assert len({site.port for site in sites}) == 5
    assert len(answers) == 5


def test_nothing_is_left():
    before = set(threading.enumerate())
    for _ in range(3):
        site = ThreadSite(answering(number_of_thread))
        with websocket(url(site)) as client:
            reply(client, "which?")
        site.stop()
    # A thread that an earlier test left to end by itself may have ended meanwhile.
    assert set(threading.enumerate()) <= before


def test_connections_are_closed_when_it_stops():
    site = ThreadSite(answering(number_of_thread))
    with websocket(url(site)) as client:
        reply(client, "which?")
        site.stop()
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=PATIENCE)
        assert closed.value.rcvd.code == 1012
    with pytest.raises(ConnectionRefusedError):
        connect(url(site))


def test_applications_hear_that_their_clients_have_gone():
    events = []

    async def application(scope, receive, send):
        await receive()
        await send({"type": "websocket.accept"})
        events.append((await receive())["type"])

    site = ThreadSite(application)
    with websocket(url(site)):
        site.stop()
    assert events == ["websocket.disconnect"]


def test_an_application_that_waits_is_cancelled(monkeypatch):
    monkeypatch.setattr("channeltest.live.uvicorn_server._GRACE", 0.01)
    ended = []

    async def forever():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.append(True)
            raise

    site = ThreadSite(answering(forever))
    with websocket(url(site)) as client:
        client.send("wait")
        site.stop()
    assert ended == [True]


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr("channeltest.live.uvicorn_server._GRACE", 0.01)
    monkeypatch.setattr("channeltest.live.server_thread._BOUND", 0.05)
    monkeypatch.setattr(thread_site, "STOP_BOUND", 0.3)


def test_a_consumer_that_blocks_its_thread(impatient):
    began, may_end = threading.Event(), threading.Event()

    def block():
        began.set()
        may_end.wait()
        return ""

    site = ThreadSite(answering(database_sync_to_async(block)))
    with websocket(url(site)) as client:
        client.send("block")
        began.wait(PATIENCE)
        with pytest.raises(LiveServerError, match=r"does not end: .*test_thread_site.py:\d+ in bl"):
            site.stop()
    may_end.set()


def test_a_consumer_that_blocks_the_event_loop(impatient):
    began, may_end = threading.Event(), threading.Event()

    async def block():
        began.set()
        may_end.wait()
        return ""

    site = ThreadSite(answering(block))
    with websocket(url(site)) as client:
        client.send("block")
        began.wait(PATIENCE)
        with pytest.raises(
            LiveServerError, match=r"channeltest-live-server is at .*test_thread_site.py:\d+ in bl"
        ):
            site.stop()
        may_end.set()
        site._server.join()


def test_a_server_that_does_not_start(monkeypatch):
    async def refuse(self):
        raise RuntimeError("of its own")

    before = threading.enumerate()
    monkeypatch.setattr(UvicornServer, "main_loop", refuse)
    with pytest.raises(RuntimeError, match="of its own"):
        ThreadSite(answering(number_of_thread))
    assert threading.enumerate() == before


def test_a_server_that_has_ended(serve):
    site = serve(answering(number_of_thread))
    site.check()
    site._server.finish()
    site._server.join()
    with pytest.raises(LiveServerError, match="thread channeltest-live-server has ended"):
        site.check()
