"""The server, served by Daphne itself in another process."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("daphne", reason="Daphne is optional")

HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: testserver\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: whisper, shout\r\n\r\n"
)


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    """Where the server listens; connections wait in the socket until it does."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.compat.serving.daphne_program", str(listening.fileno())],
            pass_fds=[listening.fileno()],
            cwd=Path(__file__).parents[3],
        )
        yield listening.getsockname()
        server.terminate()
        server.wait(30)


def handshake(connection: socket.socket, path: str) -> bytes:
    """Ask for a websocket and return the response's head."""
    connection.settimeout(30)
    connection.sendall(HANDSHAKE.format(path=path).encode())
    head = b""
    while b"\r\n\r\n" not in head:
        head += connection.recv(1)
    return head.lower()


def test_http(address: tuple[str, int]) -> None:
    connection = http.client.HTTPConnection(*address, timeout=30)
    connection.request("POST", "/upload/?a=1", b"x" * 1_500_000, {"Host": "testserver"})
    response = connection.getresponse()
    assert (response.status, response.read()) == (200, b"1500000 a=1")
    connection.close()


def test_websocket(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as connection:
        head = handshake(connection, "/room/")
        assert head.startswith(b"http/1.1 101")
        assert b"sec-websocket-protocol: shout\r\n" in head
        # A final text frame of two bytes, masked with zeros; then the server's, unmasked.
        connection.sendall(b"\x81\x82\x00\x00\x00\x00hi")
        assert connection.recv(4, socket.MSG_WAITALL) == b"\x81\x02HI"


def test_rejected_websocket(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as connection:
        assert handshake(connection, "/denied/").startswith(b"http/1.1 403")
