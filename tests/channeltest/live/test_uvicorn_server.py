"""uvicorn, started and stopped at once."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import threading

import httpx
import pytest

from channeltest.errors import LiveServerError
from channeltest.live.threads import ServerThread
from channeltest.live.uvicorn_server import UvicornServer


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


def test_no_library_for_websockets(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(LiveServerError, match="pip install websockets"):
        UvicornServer(application, lambda: None)
