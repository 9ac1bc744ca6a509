"""Libraries that applications wait with: right answers on the stage and with communicators."""

from __future__ import annotations

import asyncio
import os
import ssl
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import aiohttp
import aiosqlite
import anyio.to_thread
import httpx
import psycopg
import psycopg_pool
import pytest
import redis.asyncio
import trustme
import websockets.asyncio.client
import websockets.sync.server
from redis import Redis
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from channeltest import ApplicationCommunicator
from channeltest.stage.stage import Stage
from tests.channeltest.helpers import python

from .acting import perform, start
from .servers import HTTP, PAUSE, Server


def on_the_stage(coroutine_function):
    """Run a coroutine function on a stage to its end; its result."""
    stage = Stage(bound=20)
    try:
        return perform(stage, coroutine_function)
    finally:
        stage.close()


def by_a_communicator(coroutine_function):
    """Run a coroutine function in an application for which a test waits; its result."""

    async def application(scope, receive, send):
        await receive()
        await send({"result": await coroutine_function()})

    async def main():
        communicator = ApplicationCommunicator(application, {"type": "library"})
        await communicator.send_input({"type": "begin"})
        assert not await communicator.receive_nothing(10)
        result = (await communicator.receive_output(10))["result"]
        await communicator.wait()
        return result

    return asyncio.run(main())


def client_of(server):
    return redis.asyncio.Redis(host=server.host, port=server.port)


@pytest.fixture(params=[on_the_stage, by_a_communicator])
def run(request):
    return request.param


@pytest.fixture
def served():
    """Start servers, which end with the test."""
    servers = []

    def start_server(*args, **options):
        servers.append(Server(*args, **options))
        return servers[-1]

    yield start_server
    for server in servers:
        server.close()


class TestHttp:
    def test_httpx(self, run, served):
        server = served(HTTP)

        async def fetch():
            async with httpx.AsyncClient() as client:
                return (await client.get(server.url)).text

        assert run(fetch) == "abc"

    def test_httpx_within_a_timeout_that_is_longer(self, run, served):
        server = served((HTTP[0] + b"a", b"b", b"c"))

        async def fetch():
            async with httpx.AsyncClient(timeout=3 * PAUSE) as client:
                return (await client.get(server.url)).text

        assert run(fetch) == "abc"

    def test_aiohttp(self, run, served):
        server = served(HTTP)

        async def fetch():
            async with aiohttp.ClientSession() as session, session.get(server.url) as response:
                return await response.text()

        assert run(fetch) == "abc"

    def test_aiohttp_from_a_folder_of_the_project(self, served, tmp_path):
        """No list of folders decides what is a library's."""
        server = served(HTTP)
        (tmp_path / "vendored").mkdir()
        package = os.path.dirname(aiohttp.__file__)
        os.symlink(package, tmp_path / "vendored" / "aiohttp")
        source = f"""
            import sys
            sys.path.insert(0, {str(tmp_path / "vendored")!r})
            import asyncio, contextvars
            from django.conf import settings
            settings.configure()
            import aiohttp
            from channeltest.stage.stage import Stage

            assert "vendored" in aiohttp.__file__

            async def fetch():
                async with aiohttp.ClientSession() as session:
                    async with session.get({server.url!r}) as response:
                        print(await response.text())

            stage = Stage(bound=20)
            stage.settle(lambda: stage.run(fetch(), contextvars.Context()))
            stage.close()
        """
        assert python(source) == "abc"

    def test_a_large_upload(self, run, served):
        size = 5_000_000
        server = served(HTTP, size=size)

        async def upload():
            async with httpx.AsyncClient() as client:
                return (await client.post(server.url, content=b"x" * size)).text

        assert run(upload) == "abc"

    def test_starlette_endpoint_that_is_a_plain_function(self, run):
        def endpoint(request):
            time.sleep(PAUSE)
            return PlainTextResponse("abc")

        application = Starlette(routes=[Route("/", endpoint)])

        async def request():
            transport = httpx.ASGITransport(application)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return (await client.get("/")).text

        assert run(request) == "abc"


@pytest.fixture
def frames():
    """The address of a websocket server that sends three frames, with pauses between."""

    def send(connection):
        connection.recv()
        for frame in "abc":
            time.sleep(PAUSE)
            connection.send(frame)

    # Its threads for connections are named, and are none of the applications'.
    with websockets.sync.server.serve(send, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, name="channeltest-live-frames")
        thread.start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        server.shutdown()
        thread.join()


def test_websocket_frames(run, frames):
    async def listen():
        async with websockets.asyncio.client.connect(frames) as connection:
            await connection.send("begin")
            return "".join([await connection.recv() for _ in range(3)])

    assert run(listen) == "abc"


def test_pub_and_sub(run, redis_server):
    with Redis(redis_server.host, redis_server.port) as publisher:

        def publish(ready):
            ready.wait()
            for message in "abc":
                time.sleep(PAUSE)
                publisher.publish("news", message)

        ready = threading.Event()
        thread = threading.Thread(target=publish, args=(ready,))
        thread.start()

        async def listen():
            async with redis.asyncio.Redis(
                host=redis_server.host, port=redis_server.port
            ) as client:
                async with client.pubsub() as subscriber:
                    await subscriber.subscribe("news")
                    heard = []
                    async for message in subscriber.listen():
                        ready.set()
                        if message["type"] == "message":
                            heard.append(message["data"].decode())
                        if len(heard) == 3:
                            return "".join(heard)

        assert run(listen) == "abc"
        thread.join()


class TestPostgres:
    @pytest.fixture
    def dsn(self, postgres_server):
        server = postgres_server
        return f"host={server.host} port={server.port} user={server.user} dbname=postgres"

    def test_pool(self, run, dsn):
        async def ask():
            async with psycopg_pool.AsyncConnectionPool(dsn, open=False, min_size=2) as pool:
                async with pool.connection() as connection:
                    cursor = await connection.execute(f"select 1 from pg_sleep({PAUSE})")
                    return await cursor.fetchone()

        assert run(ask) == (1,)

    def test_notifies(self, run, dsn):
        """It is told something by others, some time after it has begun to listen."""
        listening = threading.Event()

        def notify():
            listening.wait()
            with psycopg.connect(dsn, autocommit=True) as connection:
                for payload in "abc":
                    time.sleep(PAUSE)
                    connection.execute(f"notify news, '{payload}'")

        thread = threading.Thread(target=notify)
        thread.start()

        async def listen():
            connection = await psycopg.AsyncConnection.connect(dsn, autocommit=True)
            async with connection:
                await connection.execute("listen news")
                listening.set()
                heard = ""
                async for notification in connection.notifies():
                    heard += notification.payload
                    if len(heard) == 3:
                        return heard

        assert run(listen) == "abc"
        thread.join()

    def test_a_pool_that_stays_is_idle(self, dsn):
        async def consumer():
            async with psycopg_pool.AsyncConnectionPool(dsn, open=False) as pool:
                async with pool.connection() as connection:
                    await connection.execute("select 1")
                await asyncio.Event().wait()

        stage = Stage(bound=20)
        start(stage, consumer)
        began = time.monotonic()
        for _ in range(20):
            stage.settle()
        assert time.monotonic() - began < 5
        stage.close()


class TestThreadsAndProcesses:
    def test_aiosqlite(self, run):
        async def ask():
            async with aiosqlite.connect(":memory:") as database:
                cursor = await database.execute("select 1")
                return await cursor.fetchone()

        assert run(ask) == (1,)

    def test_anyio(self, run):
        async def call():
            return await anyio.to_thread.run_sync(lambda: time.sleep(PAUSE) or True)

        assert run(call)

    def test_process_pool(self, run):
        async def call():
            with ProcessPoolExecutor(1) as pool:
                return await asyncio.get_running_loop().run_in_executor(pool, abs, -3)

        assert run(call) == 3

    def test_default_executor(self, run):
        with ThreadPoolExecutor(1, thread_name_prefix="mine") as pool:

            async def call():
                asyncio.get_running_loop().set_default_executor(pool)
                return await asyncio.to_thread(lambda: threading.current_thread().name)

            assert run(call).startswith("mine")

    def test_terminal(self, run):
        """A pair of a pseudo terminal, of which another thread holds one end."""
        ours, theirs = os.openpty()

        def write():
            for piece in (b"a", b"b", b"c"):
                time.sleep(PAUSE)
                os.write(theirs, piece)

        async def read():
            loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
            transport, _ = await loop.connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(ours, "rb", buffering=0)
            )
            threading.Thread(target=write).start()
            try:
                return await reader.readexactly(3)
            finally:
                transport.close()

        assert run(read) == b"abc"
        os.close(theirs)


class TestIdle:
    """Listeners in the background have a grace, and are no error."""

    def check(self, function):
        stage = Stage(bound=20)
        start(stage, function)
        began = time.monotonic()
        for _ in range(3):
            stage.settle()
        assert time.monotonic() - began < 2
        stage.close()

    def test_websocket_over_tls(self):
        authority = trustme.CA()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
        trusting = ssl.create_default_context()
        authority.configure_trust(trusting)

        async def listen(address):
            async with websockets.asyncio.client.connect(address, ssl=trusting) as connection:
                await connection.recv()

        async def consumer(address):
            task = asyncio.create_task(listen(address))
            await asyncio.Event().wait()
            task.cancel()

        serving = websockets.sync.server.serve(
            lambda connection: connection.recv(), "127.0.0.1", 0, ssl=context
        )
        with serving as server:
            thread = threading.Thread(target=server.serve_forever, name="channeltest-live-idle")
            thread.start()
            address = f"wss://localhost:{server.socket.getsockname()[1]}"
            self.check(lambda: consumer(address))
            server.shutdown()
            thread.join()

    def test_datagrams_beside_a_redis_listener(self, redis_server):
        async def listen():
            async with redis.asyncio.Redis(
                host=redis_server.host, port=redis_server.port
            ) as client:
                async with client.pubsub() as subscriber:
                    await subscriber.subscribe("news")
                    async for _ in subscriber.listen():
                        pass

        async def consumer():
            loop = asyncio.get_running_loop()
            transport, _ = await loop.create_datagram_endpoint(
                asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0)
            )
            task = asyncio.create_task(listen())
            try:
                await asyncio.Event().wait()
            finally:
                transport.close()
                task.cancel()

        self.check(consumer)
