"""All kinds of work that applications wait for, chosen and delayed at random by a seed.

Delays are the application's, or its peers': 0 to 30 ms, mostly none, since two threads then meet.
"""

from __future__ import annotations

import _thread
import asyncio
import contextlib
import contextvars
import ctypes
import multiprocessing
import os
import queue
import random
import socket
import ssl
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import trustme
from asgiref.sync import async_to_sync, sync_to_async

from channeltest.rest.patience import GRACE

LONGEST = 0.03

_libc = ctypes.CDLL(None, use_errno=True)


class _SignalEvent(ctypes.Structure):
    """``struct sigevent``, for a function that a new thread of the C library calls."""

    FUNCTION = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
    _fields_ = (
        ("value", ctypes.c_void_p),
        ("signal", ctypes.c_int),
        ("notify", ctypes.c_int),
        ("function", FUNCTION),
        ("attributes", ctypes.c_void_p),
        ("padding", ctypes.c_char * 32),
    )
    THREAD = 2


class NativeTimer:
    """Calls a function after a while, from a thread that has run no Python before.

    Args:
        seconds: When.
        function: Called without arguments.
    """

    def __init__(self, seconds, function):
        self._function = _SignalEvent.FUNCTION(lambda _: function())
        event = _SignalEvent(notify=_SignalEvent.THREAD, function=self._function)
        self._timer = ctypes.c_void_p()
        self._check(_libc.timer_create(1, ctypes.byref(event), ctypes.byref(self._timer)))
        # No interval; a delay of nothing would be none at all.
        times = (ctypes.c_long * 4)(0, 0, 0, int(seconds * 1e9) or 1)
        self._check(_libc.timer_settime(self._timer, 0, times, None))

    def close(self):
        self._check(_libc.timer_delete(self._timer))

    def _check(self, failed):
        if failed:
            raise OSError(ctypes.get_errno(), "a timer of the C library")


class Peer:
    """A server whose clients ask for an answer in pieces: a line of delays in milliseconds.

    Its threads begin before the applications, so they are none of theirs.
    """

    def __init__(self, context=None):
        self._context = context
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = "localhost", self._listening.getsockname()[1]
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(6)]
        for thread in self._threads:
            thread.start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with contextlib.suppress(OSError), connection:
                self._answer(connection)

    def _answer(self, connection):
        if self._context is not None:
            connection = self._context.wrap_socket(connection, server_side=True)
        with connection, connection.makefile() as lines:
            for delay in lines.readline().split():
                time.sleep(float(delay) / 1000)
                connection.sendall(b"x")

    def close(self):
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join()


class Writer(threading.Thread):
    """Writes into pipes after a while; its thread is none of the applications' either."""

    def __init__(self):
        super().__init__(daemon=True)
        self._asked = queue.SimpleQueue()
        self.start()

    def write(self, descriptor, delay):
        self._asked.put((descriptor, delay))

    def run(self):
        while (asked := self._asked.get()) is not None:
            descriptor, delay = asked
            time.sleep(delay)
            os.write(descriptor, b"x")
            os.close(descriptor)

    def close(self):
        self._asked.put(None)
        self.join()


class Work:
    """Coroutines that do some work each, chosen by a seed.

    Args:
        seed: The seed.

    Attributes:
        began, ended: How many there were.
        kinds: The names of those that have begun since `forget`.
        outlasted_grace: Whether the application waited longer than the grace for something that
            has no more than that: a native thread, which cannot be seen, or what is beyond a socket
            or a pipe. On a busy machine it may.
    """

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.began = self.ended = 0
        self.outlasted_grace = False
        self.kinds = []
        self.pool = ThreadPoolExecutor(2)
        self.pool.submit(int).result()
        # A fork of a process with threads may hang.
        self.processes = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
        self.processes.submit(int).result()
        authority = trustme.CA()
        served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(served)
        self.tls = ssl.create_default_context()
        authority.configure_trust(self.tls)
        self.peer, self.tls_peer = Peer(), Peer(served)
        self.writer = Writer()
        self._kept = []
        self._moved = asyncio.Event()

    def close(self):
        for peer in (self.peer, self.tls_peer, self.writer):
            peer.close()
        self.pool.shutdown()
        self.processes.shutdown()

    def forget(self):
        self.began = self.ended = 0
        self.outlasted_grace = False
        self.kinds.clear()

    @property
    def is_right(self):
        return self.began == self.ended

    async def ended_all(self):
        """Wait until all that has begun has ended."""
        while not self.is_right:
            self._moved.clear()
            await self._moved.wait()

    @contextlib.contextmanager
    def waiting(self):
        """Note whether what the block waits for outlasts the grace."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.outlasted_grace |= time.perf_counter() - began > GRACE * 0.9

    def delay(self):
        chance = self.random.random()
        if chance < 0.6:
            return 0.0
        return self.random.random() * (0.001 if chance < 0.85 else LONGEST)

    def dawdle(self):
        if delay := self.delay():
            time.sleep(delay)

    async def task(self, depth=1):
        self.began += 1
        kind = self.random.choice(self.KINDS)
        self.kinds.append(kind.__name__)
        await kind(self, depth)
        self.ended += 1
        self._moved.set()

    # Calls in executors

    async def in_any_thread(self, depth):
        await asyncio.to_thread(self.dawdle)

    async def in_several_threads(self, depth):
        await asyncio.gather(*(asyncio.to_thread(self.dawdle) for _ in range(2)))

    async def in_the_tests_thread(self, depth):
        await sync_to_async(self.dawdle)()

    async def in_a_pool(self, depth):
        await asyncio.get_running_loop().run_in_executor(self.pool, self.dawdle)

    async def in_a_pool_beside_the_loop(self, depth):
        await asyncio.wrap_future(self.pool.submit(self.dawdle))

    async def in_a_process(self, depth):
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self.processes, time.sleep, self.delay())

    async def in_a_process_beside_the_loop(self, depth):
        await asyncio.wrap_future(self.processes.submit(time.sleep, self.delay()))

    async def back_from_the_tests_thread(self, depth):
        if depth:
            await sync_to_async(lambda: async_to_sync(self.task)(depth - 1))()

    async def back_from_a_thread(self, depth):
        if depth:
            back = sync_to_async(
                lambda: async_to_sync(self.task)(depth - 1), thread_sensitive=False
            )
            await back()

    # Threads that complete a bare future

    async def completed(self, begin):
        loop = asyncio.get_running_loop()
        future = loop.create_future()

        def call():
            self.dawdle()
            loop.call_soon_threadsafe(future.set_result, None)

        begin(call)
        await future

    async def by_a_call(self, depth):
        await self.completed(lambda call: self._kept.append(self._in_thread(call)))

    def _in_thread(self, call):
        return asyncio.ensure_future(asyncio.to_thread(call))

    async def by_a_new_thread(self, depth):
        await self.completed(lambda call: threading.Thread(target=call).start())

    async def by_a_low_level_thread(self, depth):
        await self.completed(lambda call: _thread.start_new_thread(call, ()))

    async def by_a_thread_with_the_number_of_another(self, depth):
        before = threading.Thread(target=int)
        before.start()
        before.join()
        await self.completed(lambda call: threading.Thread(target=call).start())

    async def by_a_timer_of_threading(self, depth):
        await self.completed(lambda call: threading.Timer(self.delay(), call).start())

    async def by_a_warm_pool(self, depth):
        await self.completed(self.pool.submit)

    async def by_a_native_thread(self, depth):
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        began, measured = time.perf_counter(), threading.Event()

        def complete():
            loop.call_soon_threadsafe(future.set_result, None)
            self.outlasted_grace |= time.perf_counter() - began > GRACE * 0.9
            measured.set()

        timer = NativeTimer(self.delay(), complete)
        await future
        measured.wait()
        timer.close()

    # Sockets, pipes and timers

    async def ask(self, address, **options):
        with self.waiting():
            reader, writer = await asyncio.open_connection(*address, **options)
        delays = [self.delay() for _ in range(self.random.randint(1, 3))]
        writer.write(" ".join(f"{each * 1000:.3f}" for each in delays).encode() + b"\n")
        try:
            for _ in delays:
                with self.waiting():
                    await reader.readexactly(1)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, ssl.SSLError), self.waiting():
                await writer.wait_closed()

    async def over_a_socket(self, depth):
        await self.ask(self.peer.address)

    async def over_a_socket_within_a_timeout(self, depth):
        await asyncio.wait_for(self.ask(self.peer.address), 5)

    async def over_tls(self, depth):
        await self.ask(self.tls_peer.address, ssl=self.tls)

    async def over_a_pipe(self, depth):
        loop = asyncio.get_running_loop()
        reading, writing = os.pipe()
        came = loop.create_future()
        loop.add_reader(reading, lambda: came.done() or came.set_result(None))
        self.writer.write(writing, self.delay())
        with self.waiting():
            await came
        loop.remove_reader(reading)
        os.close(reading)

    async def after_a_while(self, depth):
        await asyncio.sleep(self.delay())

    # Other tasks

    async def in_a_task_of_its_own(self, depth):
        if depth:
            # Asgiref does not let what inherits the context outlive an async_to_sync.
            context = contextvars.Context()
            self._kept.append(context.run(asyncio.create_task, self.task(depth - 1)))

    async def through_a_queue(self, depth):
        queue = asyncio.Queue()
        await asyncio.to_thread(self.dawdle)
        queue.put_nowait(None)
        await queue.get()

    async def through_a_queue_that_a_thread_fills(self, depth):
        queue, loop = asyncio.Queue(), asyncio.get_running_loop()

        def put():
            self.dawdle()
            loop.call_soon_threadsafe(queue.put_nowait, None)

        threading.Thread(target=put).start()
        await queue.get()

    KINDS = (
        in_any_thread,
        in_several_threads,
        in_the_tests_thread,
        in_a_pool,
        in_a_pool_beside_the_loop,
        in_a_process,
        in_a_process_beside_the_loop,
        back_from_the_tests_thread,
        back_from_a_thread,
        by_a_call,
        by_a_new_thread,
        by_a_low_level_thread,
        by_a_thread_with_the_number_of_another,
        by_a_timer_of_threading,
        by_a_warm_pool,
        by_a_native_thread,
        over_a_socket,
        over_a_socket_within_a_timeout,
        over_tls,
        over_a_pipe,
        after_a_while,
        in_a_task_of_its_own,
        through_a_queue,
        through_a_queue_that_a_thread_fills,
    )
