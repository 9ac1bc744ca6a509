"""The server of a thread."""

from __future__ import annotations

import socket

import pytest

from channeltest.errors import LiveServerError
from channeltest.live.server_thread import ServerThread

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
