"""A test's connections in the thread of its event loop; `test_pytest_plugin` has the databases."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import SyncToAsync, ThreadSensitiveContext, async_to_sync, sync_to_async
from django.db import close_old_connections, connection, connections

from channeltest.database.sharing import SharedConnections
from tests.settings import ON_FILE


@pytest.fixture
def shared():
    """Share this thread's connections, as the plugin does."""
    sharing = SharedConnections()
    sharing.start()
    yield sharing
    sharing.stop()


def connection_and_thread():
    return connections["default"], threading.current_thread()


@pytest.mark.django_db
class TestSharedConnections:
    def test_the_same_connection_in_another_thread(self, shared):
        there, thread = asyncio.run(sync_to_async(connection_and_thread)())
        assert there is connections["default"]
        assert thread is not threading.current_thread()

    def test_one_thread_for_all_calls(self, shared):
        async def calls():
            call = sync_to_async(connection_and_thread)
            async with ThreadSensitiveContext():
                inner = await call()
            return {inner[1], *(thread for _, thread in await asyncio.gather(call(), call()))}

        assert len(asyncio.run(calls())) == 1

    def test_this_thread_where_asgiref_would_take_it(self, shared):
        _, thread = async_to_sync(sync_to_async(connection_and_thread))()
        assert thread is threading.current_thread()

    def test_threads_of_their_own(self, shared):
        call = sync_to_async(connection_and_thread, thread_sensitive=False)
        assert asyncio.run(call())[0] is not connections["default"]

    def test_the_connection_stays_open(self, shared):
        connection.ensure_connection()
        asyncio.run(sync_to_async(close_old_connections)())
        assert connection.connection is not None

    def test_everything_is_put_back(self):
        before = SyncToAsync.single_thread_executor, SyncToAsync.context_to_thread_executor
        threads = set(threading.enumerate())
        sharing = SharedConnections()
        sharing.start()
        asyncio.run(sync_to_async(connection_and_thread)())
        sharing.stop()
        sharing.stop()
        assert before == (
            SyncToAsync.single_thread_executor,
            SyncToAsync.context_to_thread_executor,
        )
        assert set(threading.enumerate()) <= threads
        assert not connection.allow_thread_sharing
        assert "close_if_unusable_or_obsolete" not in vars(connections["default"])

    def test_no_thread_without_calls(self, shared):
        assert not [each for each in threading.enumerate() if each.name == "channeltest-thread"]

    def test_calls_in_flight_are_waited_for(self):
        begun, go_on, done = threading.Event(), threading.Event(), []

        def call():
            begun.set()
            go_on.wait()
            done.append(connections["default"].connection)

        sharing = SharedConnections()
        sharing.start()
        future = SyncToAsync.single_thread_executor.submit(call)
        begun.wait()
        ending = threading.Timer(0, go_on.set)
        ending.start()
        sharing.stop()
        ending.join()
        assert done and future.done()

    def test_a_call_that_does_not_end(self, settings):
        settings.CHANNELTEST = {"STAGE_BOUND": 0.05}
        go_on = threading.Event()
        sharing = SharedConnections()
        sharing.start()
        SyncToAsync.single_thread_executor.submit(go_on.wait)
        thread = sharing._executor.alive()[0]
        with pytest.raises(AssertionError, match=r"has not ended 0.05 seconds later; it is at"):
            sharing.stop()
        go_on.set()
        thread.join()
        assert not connection.allow_thread_sharing

    def test_an_executor_that_somebody_brings(self, shared):
        contexts, context = SyncToAsync.context_to_thread_executor, ThreadSensitiveContext()
        assert contexts[context] is SyncToAsync.single_thread_executor
        with ThreadPoolExecutor(1) as brought:
            contexts[context] = brought
            assert contexts[context] is brought
            assert contexts.items() == [(context, brought)]
            assert contexts.pop(context, None) is brought
        assert contexts.pop(context, None) is None

    def test_on_a_loop(self):
        """There this thread's connections are not to be had."""

        async def start():
            before = SyncToAsync.single_thread_executor
            sharing = SharedConnections()
            sharing.start()
            assert SyncToAsync.single_thread_executor is before
            sharing.stop()

        asyncio.run(start())


@pytest.mark.django_db(transaction=True)
class TestWithoutRollback:
    @pytest.fixture
    def in_a_file(self, monkeypatch):
        """What is in memory may be used as if it were not."""
        monkeypatch.setattr(connections["default"], "is_in_memory_db", lambda: False)

    def test_a_connection_of_its_own(self, in_a_file, shared):
        there, _ = asyncio.run(sync_to_async(connection_and_thread)())
        assert there is not connections["default"]

    def test_it_is_closed_in_the_end(self, in_a_file, shared):
        def connected():
            connection.ensure_connection()
            return connections["default"]

        there = asyncio.run(sync_to_async(connected)())
        assert there.connection is not None
        shared.stop()
        assert there.connection is None

    @pytest.mark.skipif(ON_FILE, reason="the database is in a file")
    def test_in_memory(self, shared):
        there, _ = asyncio.run(sync_to_async(connection_and_thread)())
        assert there is connections["default"]
