"""The test's connections to databases in memory, in other threads."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import SyncToAsync, async_to_sync, sync_to_async
from django.contrib.auth.models import User
from django.db import connections

from channeltest.database.sharing import is_in_memory
from channeltest.live.databases import SharedDatabases

pytestmark = pytest.mark.django_db(transaction=True)


def soon():
    return time.monotonic() + 20


@pytest.fixture
def shared():
    databases = SharedDatabases()
    databases.start()
    yield databases
    assert databases.stop(soon()) == []


def in_thread(call):
    """What ``call`` returns in another thread, whose own connections are closed."""
    results = []
    mine = connections["default"]

    def work():
        results.append(call())
        if connections["default"] is not mine:
            connections["default"].close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return results[0]


def test_other_threads_see_what_the_test_wrote(shared):
    User.objects.create(username="theirs")
    assert in_thread(User.objects.count) == 1


def test_databases_in_memory_have_one_connection(shared):
    mine = connections["default"]
    assert (in_thread(lambda: connections["default"]) is mine) == is_in_memory(mine)


def test_asgiref_has_a_thread_of_its_own_meanwhile():
    before = SyncToAsync.single_thread_executor
    databases = SharedDatabases()
    databases.start()
    assert SyncToAsync.single_thread_executor is not before
    databases.stop(soon())
    assert SyncToAsync.single_thread_executor is before
    assert "create_connection" not in vars(connections)


def test_two_users():
    databases = SharedDatabases()
    databases.start()
    databases.start()
    databases.stop(soon())
    assert "create_connection" in vars(connections)
    databases.stop(soon())
    assert "create_connection" not in vars(connections)


def test_a_thread_closes_its_own(shared):
    mine = connections["default"]
    mine.ensure_connection()

    def work():
        User.objects.count()
        shared.close_own()
        return connections["default"].connection

    assert (in_thread(work) is None) != is_in_memory(mine)
    assert mine.connection is not None


def test_asynchronous_code_of_the_test(shared):
    User.objects.create(username="theirs")
    assert async_to_sync(sync_to_async(User.objects.count))() == 1


def test_connections_are_the_tests_own_again():
    before = [each._thread_sharing_count for each in connections.all()]
    databases = SharedDatabases()
    databases.start()
    async_to_sync(sync_to_async(User.objects.count))()
    in_thread(lambda: async_to_sync(sync_to_async(User.objects.count))())
    databases.stop(soon())
    assert [each._thread_sharing_count for each in connections.all()] == before


def test_an_executor_that_somebody_else_has_put_in_its_place(monkeypatch):
    """What was there before is not shut down, and what is put back later still works."""
    databases = SharedDatabases()
    databases.start()
    ours, other = SyncToAsync.single_thread_executor, ThreadPoolExecutor(1)
    monkeypatch.setattr(SyncToAsync, "single_thread_executor", other)
    assert databases.stop(soon()) == []
    assert SyncToAsync.single_thread_executor is other
    assert other.submit(int).result() == 0
    assert ours.submit(int).result() == 0
    other.shutdown()
