"""What applications wait for outside their loop: right answers on the stage, and in time."""

from __future__ import annotations

import _thread
import asyncio
import contextlib
import ctypes
import operator
import os
import socket
import ssl
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import aiosqlite
import anyio.to_thread
import pytest
import trustme
from asgiref.sync import sync_to_async

from channeltest.errors import StageError
from channeltest.stage.stage import Stage

from .acting import perform, start
from .servers import PAUSE, Server


@pytest.fixture
def server():
    server = Server()
    yield server
    server.close()


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def tls(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server = Server(context=context)
    server.client = ssl.create_default_context()
    authority.configure_trust(server.client)
    yield server
    server.close()


@pytest.fixture
def stage(server):
    stage = Stage(bound=5)
    yield stage
    stage.close()


async def ask(address, **options):
    reader, writer = await asyncio.open_connection(*address, **options)
    with contextlib.closing(writer):
        writer.write(b"?")
        return await reader.readexactly(3)


class TestPieces:
    def test_streams(self, stage, server):
        assert perform(stage, ask, server.address) == b"abc"

    def test_within_a_timeout_that_is_longer(self, stage, server):
        async def within():
            return await asyncio.wait_for(ask(server.address), 0.9)

        assert perform(stage, within) == b"abc"

    def test_tls(self, tls):
        stage = Stage(bound=5)
        address = "localhost", tls.address[1]
        assert perform(stage, lambda: ask(address, ssl=tls.client)) == b"abc"
        stage.close()

    def test_protocol_of_the_asyncio_documentation(self, stage, server):
        class Client(asyncio.Protocol):
            def __init__(self, ended):
                self.ended, self.answer = ended, b""

            def connection_made(self, transport):
                transport.write(b"?")

            def data_received(self, data):
                self.answer += data

            def connection_lost(self, error):
                self.ended.set_result(True)

        async def run():
            loop = asyncio.get_running_loop()
            ended = loop.create_future()
            transport, client = await loop.create_connection(lambda: Client(ended), *server.address)
            try:
                await ended
            finally:
                transport.close()
            return client.answer

        assert perform(stage, run) == b"abc"

    def test_protocol_that_sets_an_event(self, stage, server):
        class Client(asyncio.Protocol):
            def __init__(self):
                self.came, self.answer = asyncio.Event(), b""

            def data_received(self, data):
                self.answer += data
                self.came.set()

        async def run():
            loop = asyncio.get_running_loop()
            transport, client = await loop.create_connection(Client, *server.address)
            transport.write(b"?")
            while len(client.answer) < 3:
                await client.came.wait()
                client.came.clear()
            transport.close()
            return client.answer

        assert perform(stage, run) == b"abc"

    def test_datagrams(self, stage):
        class Client(asyncio.DatagramProtocol):
            def datagram_received(self, data, address):
                self.answer.set_result(data)

        def echo(sock):
            data, address = sock.recvfrom(10)
            time.sleep(PAUSE)
            sock.sendto(data, address)

        async def run(address):
            loop = asyncio.get_running_loop()
            transport, client = await loop.create_datagram_endpoint(Client, remote_addr=address)
            client.answer = loop.create_future()
            transport.sendto(b"ping")
            try:
                return await client.answer
            finally:
                transport.close()

        with socket.socket(type=socket.SOCK_DGRAM) as sock:
            sock.bind(("127.0.0.1", 0))
            thread = threading.Thread(target=echo, args=(sock,))
            thread.start()
            assert perform(stage, run, sock.getsockname()) == b"ping"
            thread.join()

    def test_reader(self, stage):
        async def run():
            loop = asyncio.get_running_loop()
            reading, writing = os.pipe()
            came = asyncio.Event()
            loop.add_reader(reading, came.set)
            timer = threading.Timer(PAUSE, os.write, (writing, b"x"))
            timer.start()
            await came.wait()
            loop.remove_reader(reading)
            os.close(reading)
            os.close(writing)
            timer.join()
            return True

        assert perform(stage, run)


class Completed:
    """A future, and what completes it from any thread after a while."""

    def __init__(self):
        self.loop = asyncio.get_running_loop()
        self.future = self.loop.create_future()

    def later(self):
        time.sleep(PAUSE)
        self.loop.call_soon_threadsafe(self.future.set_result, True)


class TestThreads:
    @pytest.mark.parametrize(
        "begin",
        [
            lambda call: threading.Thread(target=call).start(),
            lambda call: threading.Timer(PAUSE, call).start(),
            lambda call: _thread.start_new_thread(call, ()),
            lambda call: ThreadPoolExecutor(1).submit(call),
        ],
        ids=["Thread", "Timer", "_thread", "pool"],
    )
    def test_that_call_into_the_loop(self, stage, begin):
        async def run():
            completed = Completed()
            begin(completed.later)
            return await completed.future

        assert perform(stage, run)

    def test_warm_pool(self, server):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(int).result()
            stage = Stage(bound=5)

            async def run():
                completed = Completed()
                pool.submit(completed.later)
                return await completed.future

            assert perform(stage, run)
            stage.close()

    def test_native_threads_within_the_grace(self, stage):
        """Nothing can be seen of them but that somebody waits for a bare future."""
        libc = ctypes.CDLL(None)

        async def run():
            completed = Completed()
            call = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)(
                lambda _: (
                    completed.loop.call_soon_threadsafe(completed.future.set_result, True) and None
                )
            )
            self.kept, thread = call, ctypes.c_ulong()
            native = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)(lambda _: call(None))
            libc.pthread_create(ctypes.byref(thread), None, native, None)
            await completed.future
            libc.pthread_join(thread, None)
            return True

        assert perform(stage, run)

    def test_anyio(self, stage):
        async def run():
            return await anyio.to_thread.run_sync(lambda: time.sleep(PAUSE) or True)

        assert perform(stage, run)

    def test_aiosqlite(self, stage):
        async def run():
            async with aiosqlite.connect(":memory:") as database:
                cursor = await database.execute("select 1")
                return await cursor.fetchone()

        assert perform(stage, run) == (1,)

    def test_processes(self, stage):
        async def run():
            with ProcessPoolExecutor(1) as pool:
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(pool, operator.add, 1, 2)

        assert perform(stage, run) == 3

    def test_default_executor(self, stage):
        with ThreadPoolExecutor(1, thread_name_prefix="mine") as pool:

            async def run():
                asyncio.get_running_loop().set_default_executor(pool)
                return await asyncio.to_thread(lambda: threading.current_thread().name)

            assert perform(stage, run).startswith("mine")

    def test_a_call_in_the_tests_thread_that_waits_for_a_coroutine(self, stage):
        async def run():
            event = threading.Event()
            waiting = asyncio.create_task(sync_to_async(event.wait)(4))
            await asyncio.sleep(0.01)
            event.set()
            return await waiting

        assert perform(stage, run)

    def test_a_call_whose_pool_waits_for_the_loop(self, stage):
        async def run():
            loop = asyncio.get_running_loop()

            def call():
                with ThreadPoolExecutor(1) as pool:
                    inner = asyncio.run_coroutine_threadsafe(asyncio.sleep(0, True), loop)
                    return pool.submit(inner.result).result()

            return await sync_to_async(call)()

        assert perform(stage, run)


class TestIdle:
    """What is in the background has a grace, and is no error."""

    def check(self, stage, function, *args):
        start(stage, function, *args)
        stage.settle()
        began = time.monotonic()
        for _ in range(3):
            stage.settle()
        # The patience for each would be three seconds.
        assert time.monotonic() - began < 2.5

    def test_listener(self, stage, server):
        async def listen():
            reader, writer = await asyncio.open_connection(*server.address)
            try:
                await reader.read()
            finally:
                writer.close()

        async def run():
            self.task = asyncio.create_task(listen())
            await asyncio.Event().wait()

        self.check(stage, run)

    def test_tls_listener(self, tls):
        stage = Stage(bound=5)

        async def run():
            _, writer = await asyncio.open_connection("localhost", tls.address[1], ssl=tls.client)
            try:
                await asyncio.Event().wait()
            finally:
                writer.transport.abort()

        self.check(stage, run)
        stage.close()

    def test_server(self, stage):
        async def run():
            server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
            async with server:
                await server.serve_forever()

        self.check(stage, run)

    def test_process_with_an_open_pipe(self, stage):
        async def run():
            process = await asyncio.create_subprocess_exec(
                "tail", "-f", "/dev/null", stdout=asyncio.subprocess.PIPE
            )
            try:
                await process.stdout.read()
            finally:
                process.kill()
                await process.wait()

        self.check(stage, run)

    def test_bare_future_that_another_application_completes(self, stage):
        futures = []

        async def wait():
            futures.append(asyncio.get_running_loop().create_future())
            return await futures[0]

        async def complete():
            futures[0].set_result("answer")

        task = start(stage, wait)
        began = time.monotonic()
        for _ in range(100):
            stage.settle()
        # The grace for each would be five seconds.
        assert time.monotonic() - began < 4
        perform(stage, complete)
        assert task.result() == "answer"


class TestTime:
    def test_begins_at_zero(self, stage):
        assert stage.time() == 0

    @pytest.mark.parametrize("seconds", [2.0**24, 20_000_000, 86_400 * 1000])
    def test_after_a_long_time(self, stage, seconds):
        stage.advance(seconds)
        perform(stage, asyncio.sleep, 0.5)

    def test_is_real_while_something_outside_is_waited_for(self, stage, server):
        async def within():
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(ask(server.address), PAUSE)

        began = time.monotonic()
        perform(stage, within)
        assert time.monotonic() - began > PAUSE * 0.9


@pytest.mark.skipif(not hasattr(asyncio, "TaskGroup"), reason="from Python 3.11 on")
def test_two_task_groups(stage, server):
    async def group():
        async with asyncio.TaskGroup() as tasks:
            one = tasks.create_task(ask(server.address))
        return one.result()

    async def both():
        return [await group(), await group()]

    assert perform(stage, both) == [b"abc", b"abc"]


def test_tasks_that_are_started_while_being_cancelled(server):
    ended, stage = [], Stage(bound=5)

    async def late():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("late")

    async def early():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(asyncio.create_task(late()))
            await asyncio.sleep(0)
            assert not ended[0].done()

    start(stage, early)
    stage.close()
    assert ended[0].done()


def test_failure_on_the_way_out():
    stage = Stage(bound=5)

    async def leave():
        try:
            await asyncio.Event().wait()
        finally:
            stage.failures.append(KeyError("left"))

    start(stage, leave)
    with pytest.raises(KeyError, match="left"):
        stage.close()
    assert stage.closed


def test_bound_of_a_server_that_never_answers():
    stage = Stage(bound=0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with pytest.raises(StageError, match=r"in ask"):
            start(stage, ask, silent.getsockname())
