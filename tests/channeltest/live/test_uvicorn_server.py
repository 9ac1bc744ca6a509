"""uvicorn, started and stopped at once."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib.util
import socket
import threading
import warnings

import httpx
import pytest

from channeltest.errors import LiveServerError
from channeltest.live.threads import ServerThread
from channeltest.live.uvicorn_server import UvicornServer

from ...rounds import others_ran


async def application(scope, receive, send):
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


def test_it_serves_and_stops():
    thread = ServerThread(application, "localhost", 0)
    thread.serve()
    assert httpx.get(f"http://localhost:{thread.port}/").status_code == 204
    thread.finish()
    thread.join(20)
    assert not thread.is_alive()


def test_a_request_that_does_not_end_is_cancelled():
    begun, ended = threading.Event(), threading.Event()

    async def waiting(scope, receive, send):
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    thread = ServerThread(waiting, "localhost", 0)
    thread.serve()

    def get():
        with contextlib.suppress(httpx.HTTPError):
            httpx.get(f"http://localhost:{thread.port}/", timeout=20)

    client = threading.Thread(target=get)
    client.start()
    assert begun.wait(20)
    thread.finish()
    for each in (thread, client):
        each.join(20)
        assert not each.is_alive()
    assert ended.is_set()


@pytest.fixture
def nothing_left_open():
    """Fail the test if it leaves a socket or a transport to the garbage collector."""
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always", ResourceWarning)
        yield
        gc.collect()
    assert [str(each.message) for each in shown] == []


@pytest.mark.parametrize("rounds", range(6))
@pytest.mark.usefixtures("nothing_left_open")
def test_a_connection_that_is_accepted_while_it_stops(rounds):
    clients = []

    async def connecting(scope, receive, send):
        clients.append(socket.create_connection(("localhost", thread.port)))
        await others_ran(rounds)
        thread.finish()
        # The server waits for this request, and so the other connection is served meanwhile.
        await others_ran(10)
        await application(scope, receive, send)

    thread = ServerThread(connecting, "localhost", 0)
    thread.serve()
    with contextlib.suppress(httpx.HTTPError):
        httpx.get(f"http://localhost:{thread.port}/", timeout=20)
    thread.join(20)
    assert not thread.is_alive()
    [client] = clients
    with client:
        client.settimeout(20)
        # The server's end is closed: by a reset where it had not been accepted.
        with contextlib.suppress(ConnectionResetError):
            assert client.recv(1) == b""


@pytest.mark.usefixtures("nothing_left_open")
def test_a_client_that_does_not_read():
    async def endless(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": bytes(2**26)})

    thread = ServerThread(endless, "localhost", 0)
    thread.serve()
    with socket.create_connection(("localhost", thread.port)) as client:
        client.sendall(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        assert client.recv(1) == b"H"
        thread.finish()
        thread.join(20)
        assert not thread.is_alive()


def test_no_library_for_websockets(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(LiveServerError, match="pip install websockets"):
        UvicornServer(application, lambda: None)
