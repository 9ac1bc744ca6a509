"""Servers and workers in threads: many at once, quick, and not held up by what blocks."""

from __future__ import annotations

import asyncio
import socket
import threading

import pytest
from channels.db import database_sync_to_async
from channeltest.compat.asgi import ChannelLayerWrapper
from channeltest.compat.routing import route
from channeltest.compat.worker import Worker
from django.conf import settings
from django.test import override_settings
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from channeltest.errors import LiveServerError
from channeltest.live import ThreadSite, threads
from channeltest.live.layers import LiveLayer
from channeltest.live.threads import EndingThread, ServerThread, WorkerThread, served
from channeltest.live.uvicorn_server import UvicornServer

from . import site
from .helpers import IN_MEMORY, PATIENCE, ask, get, reply, unreachable, websocket
from .test_serving import hide as hide


def test_uvicorn_is_missing(hide):
    hide(["uvicorn"])
    with pytest.raises(LiveServerError, match=r"in a thread needs uvicorn.*channeltest\[live\]"):
        ServerThread(None, "localhost", 0)


def test_libraries_for_websockets_are_missing(hide):
    hide(["websockets", "wsproto"])
    server = ServerThread(None, "localhost", 0)
    with pytest.raises(LiveServerError, match="no websockets without a library for them"):
        server.serve()


def test_a_port_that_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(LiveServerError, match=f"cannot listen on port {port} of 'localhost'"):
            ServerThread(None, "localhost", port)


def test_an_error():
    thread = EndingThread("server")
    try:
        raise ValueError("of its own")
    except ValueError as error:
        thread.error = error
    assert "ValueError: of its own" in thread.ending()
    assert "test_threads.py" in thread.ending()


def test_no_error():
    assert "without being asked to" in EndingThread("server").ending()


# The signals around consumers look after the database connections.
pytestmark = pytest.mark.django_db(transaction=True)


def test_it_runs_consumers_until_it_is_finished():
    handled = threading.Event()
    layer = LiveLayer()
    thread = WorkerThread(
        ChannelLayerWrapper(layer, "default", [route("work", lambda message: handled.set())])
    )
    thread.start()
    layer.send("work", {})
    assert handled.wait(20)
    thread.finish()
    thread.join(20)
    assert not thread.is_alive()
    assert thread.error is None


def test_its_error(monkeypatch):
    def fail(worker):
        raise ValueError("of its own")

    monkeypatch.setattr(Worker, "run", fail)
    thread = WorkerThread(ChannelLayerWrapper(LiveLayer(), "default", []))
    thread.start()
    thread.join(20)
    assert "ValueError: of its own" in thread.ending()


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
    for each in sites:
        each.stop()


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
    for each in sites:
        with websocket(url(each)) as client:
            answers.add(reply(client, "which?"))
    assert len({each.port for each in sites}) == 5
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
    monkeypatch.setattr("channeltest.live.threads._BOUND", 0.05)
    monkeypatch.setattr(threads, "STOP_BOUND", 0.3)


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
        with pytest.raises(LiveServerError, match=r"does not end: .*test_threads.py:\d+ in bl"):
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
            LiveServerError, match=r"channeltest-live-server is at .*test_threads.py:\d+ in bl"
        ):
            site.stop()
        may_end.set()
        site._server.join()


def test_a_server_that_does_not_start(monkeypatch):
    async def refuse(self):
        raise RuntimeError("of its own")

    before = set(threading.enumerate())
    monkeypatch.setattr(UvicornServer, "main_loop", refuse)
    with pytest.raises(RuntimeError, match="of its own"):
        ThreadSite(answering(number_of_thread))
    assert set(threading.enumerate()) <= before


def test_a_server_that_has_ended(serve):
    site = serve(answering(number_of_thread))
    site.check()
    site._server.finish()
    site._server.join()
    with pytest.raises(LiveServerError, match="thread channeltest-live-server has ended"):
        site.check()


pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("layers", [IN_MEMORY, unreachable()], ids=["modern", "channels 1"])
def test_pages_websockets_and_static_files(layers):
    installed = [*settings.INSTALLED_APPS, "django.contrib.staticfiles"]
    with override_settings(CHANNEL_LAYERS=layers, INSTALLED_APPS=installed, **site.SETTINGS):
        with served() as server:
            assert str(server) == server.url
            assert get(server.url).text == "hello nobody"
            assert get(server.url, "/static/live.js").status_code == 200
            assert ask(server.ws_url, "a") == "A"
