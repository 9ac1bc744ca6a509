"""The calls of Channels' communicator, decided at once."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
import time
import traceback
from unittest import mock

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.testing import ApplicationCommunicator as Peer

from channeltest import ApplicationCommunicator, captive_layers
from channeltest.communicators import ApplicationCancelled
from channeltest.communicators import application as module
from tests.rounds import others_ran

from .apps import Echo, failing, peer, returning, sends, silence, stopwatch

pytestmark = pytest.mark.asyncio

SCOPE = {"type": "lifespan"}
PING = {"type": "ping"}


def after(seconds):
    async def application(scope, receive, send):
        await receive()
        await asyncio.sleep(seconds)
        await send(PING)
        await receive()

    return application


async def test_events_go_both_ways():
    communicator = ApplicationCommunicator(sends(PING, {"type": "pong"}), SCOPE)
    await communicator.send_input({"type": "start"})
    assert await communicator.receive_output() == PING
    assert await communicator.receive_output(1) == {"type": "pong"}
    assert await communicator.receive_nothing()
    await communicator.send_input({"type": "end"})
    assert await communicator.wait() is None


async def test_a_consumer_class_is_an_application():
    assert ApplicationCommunicator(Echo, SCOPE).application.consumer_class is Echo


async def test_a_consumer_that_has_sent_nothing():
    communicator = ApplicationCommunicator(Echo, {"type": "websocket"})
    assert await communicator.receive_nothing()
    assert isinstance(communicator.consumer, Echo)


@pytest.mark.parametrize("is_captive", [False, True])
async def test_its_record_begins_unless_captive_layers_have_one(is_captive):
    with mock.patch.object(module, "record_test") as record_test:
        with captive_layers() if is_captive else contextlib.nullcontext():
            ApplicationCommunicator(silence, SCOPE)
    assert record_test.called is not is_captive


async def test_what_tests_poke_at():
    communicator = ApplicationCommunicator(silence, SCOPE)
    assert (communicator.application, communicator.scope) == (silence, SCOPE)
    assert communicator.input_queue.empty() and communicator.output_queue.empty()
    communicator.input_queue.put_nowait({"type": "disconnect"})
    assert not communicator.future.done()
    await communicator.future
    communicator.output_queue.put_nowait(PING)
    assert await communicator.receive_output() == PING


async def test_stop():
    communicator = ApplicationCommunicator(failing(), SCOPE)
    communicator.stop()
    await communicator.send_input(PING)
    await asyncio.wait([communicator.future])
    communicator.stop(exceptions=False)
    with pytest.raises(ValueError):
        communicator.stop()


async def test_a_communicator_that_is_dropped_takes_its_application_along():
    communicator = ApplicationCommunicator(silence, SCOPE)
    future = communicator.future
    del communicator
    await asyncio.wait([future])
    assert future.cancelled()


async def test_the_application_sees_none_of_the_tests_context():
    variable = contextvars.ContextVar("variable", default="none")

    async def application(scope, receive, send):
        await send({"type": variable.get()})

    variable.set("the test's")
    communicator = ApplicationCommunicator(application, SCOPE)
    assert await communicator.receive_output() == {"type": "none"}


def in_a_thread(seconds):
    """An application that a thread is at work for before it answers."""

    async def application(scope, receive, send):
        event = await receive()
        await asyncio.to_thread(time.sleep, seconds)
        await send(event)
        await receive()

    return application


def on_the_loop(seconds):
    """An application that keeps its loop busy before it answers."""

    async def application(scope, receive, send):
        event = await receive()
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            await asyncio.sleep(0)
        await send(event)
        await receive()

    return application


def over_a_socket(seconds):
    """An application that asks a server, which takes its time, before it answers."""

    async def serve(reader, writer):
        await reader.readline()
        await asyncio.sleep(seconds)
        writer.write(b"pong\n")
        writer.close()

    async def application(scope, receive, send):
        event = await receive()
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(b"ping\n")
            await reader.readline()
            writer.close()
            await writer.wait_closed()
        await send(event)
        await receive()

    return application


def once(released):
    """An application that answers when the test has released it."""

    async def application(scope, receive, send):
        event = await receive()
        await asyncio.to_thread(released.wait)
        await send(event)
        await receive()

    return application


class TestNothing:
    async def check(self, communicator, *timeout):
        await communicator.send_input(PING)
        with stopwatch() as watch:
            assert await communicator.receive_nothing(*timeout)
        return watch

    async def test_is_decided_at_once(self):
        communicator = ApplicationCommunicator(silence, SCOPE)
        with stopwatch() as watch:
            for _ in range(100):
                assert await communicator.receive_nothing()
        assert watch.at_once

    @peer
    async def test_takes_the_peer_its_time(self):
        assert (await self.check(Peer(silence, SCOPE))).took >= 0.1

    async def test_waits_for_a_timer_within_its_time(self):
        communicator = ApplicationCommunicator(after(0.05), SCOPE)
        await communicator.send_input(PING)
        assert not await communicator.receive_nothing()
        assert await communicator.receive_output() == PING

    async def test_what_was_due_in_time_counts_although_the_loop_was_held_up(self):
        communicator = ApplicationCommunicator(after(0.05), SCOPE)
        await communicator.send_input(PING)
        asyncio.get_running_loop().call_later(0.02, time.sleep, 0.15)
        assert not await communicator.receive_nothing()

    async def test_does_not_wait_for_a_later_timer(self):
        assert (await self.check(ApplicationCommunicator(after(9), SCOPE), 2)).at_once

    @pytest.mark.parametrize("is_busy", [in_a_thread, on_the_loop, over_a_socket])
    async def test_what_is_at_work_has_the_time(self, is_busy):
        communicator = ApplicationCommunicator(is_busy(0.05), SCOPE)
        await communicator.send_input(PING)
        assert not await communicator.receive_nothing(1)
        assert await communicator.receive_output() == PING

    @peer
    @pytest.mark.parametrize("is_busy", [in_a_thread, on_the_loop])
    async def test_what_is_at_work_the_peer_misses(self, is_busy):
        communicator = Peer(is_busy(0.5), SCOPE)
        await communicator.send_input(PING)
        assert await communicator.receive_nothing()
        assert await communicator.receive_output() == PING

    async def test_a_thread_that_waits_for_the_test(self):
        released = threading.Event()
        communicator = ApplicationCommunicator(once(released), SCOPE)
        watch = await self.check(communicator, 0.05)
        assert 0.05 <= watch.took < 60
        released.set()
        assert await communicator.receive_output() == PING

    async def test_the_thread_that_asks_is_not_at_work(self):
        communicator = ApplicationCommunicator(silence, SCOPE)
        receive_nothing = async_to_sync(communicator.receive_nothing)
        # Many times: the thread may begin to wait before or after the loop has nothing to do.
        with stopwatch() as watch:
            for _ in range(100):
                assert await sync_to_async(receive_nothing)(5)
        assert watch.took < 5

    async def test_looks_as_far_as_its_interval(self):
        communicator = ApplicationCommunicator(after(0.15), SCOPE)
        await communicator.send_input(PING)
        assert not await communicator.receive_nothing(0.1, 0.2)

    async def test_takes_a_moment_however_short_its_time(self):
        communicator = ApplicationCommunicator(after(0.001), SCOPE)
        await communicator.send_input(PING)
        assert not await communicator.receive_nothing(timeout=0)

    async def test_sees_what_is_there_already(self):
        communicator = ApplicationCommunicator(sends(PING), SCOPE)
        await communicator.send_input(PING)
        assert not await communicator.receive_nothing()
        assert not await communicator.receive_nothing(timeout=0)

    async def test_raises_what_the_application_raised(self):
        communicator = ApplicationCommunicator(failing(), SCOPE)
        await communicator.send_input(PING)
        with pytest.raises(ValueError, match="out of order"):
            await communicator.receive_nothing()


class TestTimeout:
    async def alive(self, communicator):
        with pytest.raises(asyncio.TimeoutError):
            await communicator.receive_output(0.01)
        await communicator.send_input(PING)
        assert await communicator.receive_output() == PING

    async def test_leaves_the_application_alive(self):
        await self.alive(ApplicationCommunicator(sends(PING), SCOPE))

    @peer
    async def test_ends_the_peers(self):
        with pytest.raises(asyncio.CancelledError):
            await self.alive(Peer(sends(PING), SCOPE))

    async def test_is_asyncios_too(self):
        with pytest.raises(asyncio.TimeoutError):
            await ApplicationCommunicator(silence, SCOPE).receive_output()

    async def test_comes_at_once(self):
        communicator = ApplicationCommunicator(silence, SCOPE)
        with stopwatch() as watch, pytest.raises(TimeoutError):
            await communicator.receive_output(timeout=60)
        assert watch.at_once

    async def test_without_one_rest_is_enough(self):
        with pytest.raises(TimeoutError, match="no timer is due at all"):
            await ApplicationCommunicator(silence, SCOPE).receive_output(timeout=None)

    async def test_waits_for_what_is_due(self):
        communicator = ApplicationCommunicator(after(0.05), SCOPE)
        await communicator.send_input(PING)
        assert await communicator.receive_output() == PING

    async def test_of_a_busy_application(self):
        async def busy(scope, receive, send):
            while True:
                await asyncio.sleep(0)

        with pytest.raises(TimeoutError, match=r"did not send anything within 0\.02 s; it waits"):
            await ApplicationCommunicator(busy, SCOPE).receive_output(0.02)

    async def test_of_wait(self):
        communicator = ApplicationCommunicator(silence, SCOPE)
        with stopwatch() as watch, pytest.raises(TimeoutError, match="did not end within 5 s"):
            await communicator.wait(5)
        assert watch.at_once
        await communicator.send_input({"type": "disconnect"})
        await communicator.wait()

    async def test_leaves_the_waiting_task_as_it_was(self):
        with pytest.raises(TimeoutError):
            await ApplicationCommunicator(silence, SCOPE).receive_output(0.01)
        await others_ran()

    async def test_of_an_application_that_returned(self):
        communicator = ApplicationCommunicator(returning, SCOPE)
        await communicator.send_input(PING)
        with pytest.raises(TimeoutError, match="returned and will never send anything"):
            await communicator.receive_output()
        await communicator.send_input(PING)
        await communicator.wait()

    async def test_the_tests_own(self):
        communicator = ApplicationCommunicator(after(5), SCOPE)
        await communicator.send_input(PING)
        waiting = asyncio.ensure_future(communicator.receive_output(10))
        await others_ran()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert await communicator.receive_nothing()


class TestFailure:
    async def test_is_raised_where_it_happened(self):
        communicator = ApplicationCommunicator(failing(), SCOPE)
        await communicator.send_input(PING)
        with pytest.raises(ValueError, match="out of order") as caught:
            await communicator.receive_output()
        assert traceback.extract_tb(caught.value.__traceback__)[-1].name == "application"

    async def test_comes_after_what_was_sent_before(self):
        communicator = ApplicationCommunicator(failing(PING), SCOPE)
        await communicator.send_input(PING)
        assert await communicator.receive_output() == PING
        for call in communicator.receive_output, communicator.receive_nothing, communicator.wait:
            with pytest.raises(ValueError):
                await call()
        with pytest.raises(ValueError):
            await communicator.send_input(PING)

    async def test_is_raised_by_wait(self):
        communicator = ApplicationCommunicator(failing(), SCOPE)
        await communicator.send_input(PING)
        with pytest.raises(ValueError):
            await communicator.wait()

    async def cancelled(self, communicator):
        communicator.future.cancel()
        await asyncio.wait([communicator.future])
        await communicator.wait()
        await communicator.receive_output()

    async def test_cancelled(self):
        with pytest.raises(ApplicationCancelled, match="was cancelled"):
            await self.cancelled(ApplicationCommunicator(silence, SCOPE))

    @peer
    async def test_cancelled_on_the_peer(self):
        with pytest.raises(asyncio.CancelledError):
            await self.cancelled(Peer(silence, SCOPE))

    async def test_cancelled_while_waited_for(self):
        communicator = ApplicationCommunicator(silence, SCOPE)
        asyncio.get_running_loop().call_soon(communicator.future.cancel)
        with pytest.raises(ApplicationCancelled):
            await communicator.receive_output()


class TestTwo:
    async def test_awaited_at_once(self):
        first = ApplicationCommunicator(after(0.03), SCOPE)
        second = ApplicationCommunicator(sends(PING), SCOPE)
        await first.send_input(PING)
        await second.send_input(PING)
        assert await asyncio.gather(first.receive_output(), second.receive_output()) == [PING] * 2

    async def test_what_one_finds_is_what_the_other_waits_for(self):
        first = ApplicationCommunicator(silence, SCOPE)
        second = ApplicationCommunicator(sends(PING), SCOPE)

        async def check():
            assert await first.receive_nothing()
            await second.send_input(PING)

        output, _ = await asyncio.gather(second.receive_output(), check())
        assert output == PING

    async def test_two_waits_for_one_application(self):
        communicator = ApplicationCommunicator(sends(PING, PING), SCOPE)
        await communicator.send_input(PING)
        waits = communicator.receive_output(), communicator.receive_output()
        assert await asyncio.gather(*waits) == [PING, PING]

    async def test_two_waits_for_one_event(self):
        communicator = ApplicationCommunicator(sends(PING), SCOPE)
        await communicator.send_input(PING)
        waits = communicator.receive_output(), communicator.receive_output()
        found = await asyncio.gather(*waits, return_exceptions=True)
        # Whichever waits first has it.
        [other] = [one for one in found if one != PING]
        assert isinstance(other, TimeoutError)

    async def test_the_second_has_the_time_that_is_left(self):
        """While the application is at work, so that neither wait can end early."""
        released = threading.Event()

        async def application(scope, receive, send):
            await asyncio.sleep(0.9)
            await send(PING)
            await asyncio.to_thread(released.wait)

        communicator = ApplicationCommunicator(application, SCOPE)
        waits = communicator.receive_output(1), communicator.receive_output(1)
        with stopwatch() as watch:
            await asyncio.gather(*waits, return_exceptions=True)
        released.set()
        assert watch.took < 1.8
        await communicator.wait()


class TestBlock:
    async def test_ends_the_application(self):
        async with ApplicationCommunicator(silence, SCOPE) as communicator:
            await communicator.send_input(PING)
        assert communicator.future.cancelled()

    async def test_of_an_application_that_never_began(self):
        async with ApplicationCommunicator(silence, SCOPE):
            pass

    async def test_raises_what_nobody_has_seen(self):
        with pytest.raises(ValueError):
            async with ApplicationCommunicator(failing(PING), SCOPE) as communicator:
                await communicator.send_input(PING)
                await communicator.receive_output()

    async def test_raises_nothing_twice(self):
        async with ApplicationCommunicator(failing(), SCOPE) as communicator:
            await communicator.send_input(PING)
            with pytest.raises(ValueError):
                await communicator.receive_output()

    async def test_keeps_its_own_error(self):
        with pytest.raises(KeyError):
            async with ApplicationCommunicator(failing(PING), SCOPE) as communicator:
                await communicator.send_input(PING)
                await communicator.receive_output()
                raise KeyError
