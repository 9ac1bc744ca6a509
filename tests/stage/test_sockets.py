"""Consumers that talk to real servers on the loopback address."""

from __future__ import annotations

import asyncio
import contextlib
import http.server
import socket
import threading
import time

import pytest

from channeltest.errors import StageError
from channeltest.stage.stage import Stage

from .acting import perform, start


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = b"x" * 3_000_000 if self.path == "/large" else b"hello"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        # A pause within a response, shorter than what a stage has patience for.
        time.sleep(0.02 if self.path == "/slow" else 0)
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_address
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def silent():
    """The address of a server that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()


@pytest.fixture
def stage():
    stage = Stage(bound=5)
    yield stage
    if not stage.closed:
        stage.close()


async def get(address, path):
    reader, writer = await asyncio.open_connection(*address)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: test\r\n\r\n".encode())
    await reader.readuntil(b"\r\n\r\n")
    body = await reader.readexactly(3_000_000 if path == "/large" else 5)
    writer.close()
    await writer.wait_closed()
    return len(body)


class TestStreams:
    @pytest.mark.parametrize("path, size", [("/", 5), ("/slow", 5), ("/large", 3_000_000)])
    def test_request(self, stage, server, path, size):
        assert perform(stage, get, server, path) == size

    def test_idle_connection_is_not_waited_for(self, stage, server):
        async def connect():
            self.kept = await asyncio.open_connection(*server)
            reader, writer = self.kept
            writer.write(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
            await reader.readuntil(b"hello")
            await asyncio.sleep(30)
            writer.close()
            await writer.wait_closed()

        task = start(stage, connect)
        began = time.monotonic()
        for _ in range(100):
            stage.settle()
        # The grace for each would be five seconds.
        assert time.monotonic() - began < 4
        stage.advance(30)
        assert task.done()

    def test_no_answer(self, silent):
        async def ask():
            reader, writer = await asyncio.open_connection(*silent)
            with contextlib.closing(writer):
                writer.write(b"anybody?")
                await reader.readline()

        with pytest.raises(StageError, match=r"(?s)at .*test_sockets.py:\d+ in ask.*no answer"):
            start(Stage(bound=0.2), ask)

    def test_timeout_for_an_answer_is_real(self, stage, silent):
        async def ask():
            reader, writer = await asyncio.open_connection(*silent)
            with contextlib.closing(writer):
                writer.write(b"anybody?")
                with pytest.raises(asyncio.TimeoutError):
                    await asyncio.wait_for(reader.readline(), 0.1)

        began = time.monotonic()
        perform(stage, ask)
        assert 0.09 < time.monotonic() - began < 2

    def test_server_on_the_stage(self, stage):
        async def echo(reader, writer):
            writer.write(await reader.readline())
            writer.close()

        async def both():
            server = await asyncio.start_server(echo, "127.0.0.1", 0)
            async with server:
                reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
                writer.write(b"hello\n")
                answer = await reader.readline()
                writer.close()
                await writer.wait_closed()
                return answer

        assert perform(stage, both) == b"hello\n"

    def test_subprocess(self, stage):
        async def run():
            process = await asyncio.create_subprocess_exec(
                "cat", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
            )
            out, _ = await process.communicate(b"through")
            return out

        assert perform(stage, run) == b"through"


class TestHttpClients:
    def test_httpx(self, stage, server):
        httpx = pytest.importorskip("httpx")

        async def fetch(path):
            async with httpx.AsyncClient(trust_env=False) as client:
                responses = [
                    await client.get(f"http://{server[0]}:{server[1]}{path}") for _ in range(3)
                ]
            return [response.text for response in responses]

        assert perform(stage, fetch, "/") == ["hello"] * 3

    def test_aiohttp(self, stage, server):
        aiohttp = pytest.importorskip("aiohttp")

        async def fetch():
            async with aiohttp.ClientSession() as session:
                async with session.get(f"http://{server[0]}:{server[1]}/") as response:
                    return await response.text()

        assert perform(stage, fetch) == "hello"
