"""A test's connections in the thread of its event loop; the databases are in `test_pytest_plugin`."""

from __future__ import annotations

import asyncio
import threading

import pytest
from asgiref.sync import SyncToAsync, ThreadSensitiveContext, async_to_sync, sync_to_async
from channeltest.shared_connections import SharedConnections
from django.db import close_old_connections, connection, connections


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
        threads = threading.enumerate()
        sharing = SharedConnections()
        sharing.start()
        asyncio.run(sync_to_async(connection_and_thread)())
        sharing.stop()
        sharing.stop()
        assert before == (
            SyncToAsync.single_thread_executor,
            SyncToAsync.context_to_thread_executor,
        )
        assert threading.enumerate() == threads
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
