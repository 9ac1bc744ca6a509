"""The test databases in child processes, and connections shared with threads."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from asgiref.sync import SyncToAsync, async_to_sync, sync_to_async
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from channeltest.database.sharing import is_in_memory
from channeltest.live import databases
from channeltest.live.databases import SharedDatabases

from ...projects import Project

PROJECT = Project(Path(__file__).parent / "project")


@pytest.fixture
def run(tmp_path, redis_server, monkeypatch):
    """A function that runs the project's suite with a start method."""
    monkeypatch.setenv("LIVE_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("LIVE_REDIS_PORT", str(redis_server.port))

    def run_suite(start_method, runner, *arguments):
        monkeypatch.setenv("LIVE_START_METHOD", start_method)
        return runner(*arguments)

    return run_suite


def test_under_pytest_xdist(run, monkeypatch):
    monkeypatch.setenv("LIVE_WORKERS", "2")
    output = run("spawn", PROJECT.pytest, "-n", "2", "-k", "not nobody", "suite/live_tests.py")
    assert "4 passed" in output


def test_under_the_parallel_runner_of_django(run, monkeypatch):
    monkeypatch.setenv("LIVE_WORKERS", "2")
    output = run("fork", PROJECT.django_test, "settings", "--parallel", "2", "suite.live_tests")
    assert "Ran 7 tests" in output


def test_failures_under_the_parallel_runner_of_django(run, monkeypatch):
    """They travel to the runner's process, with the tracebacks of other processes."""
    arguments = ("settings", "--parallel", "2", "suite.failing_tests")
    with pytest.raises(AssertionError) as raised:
        run("fork", PROJECT.django_test, *arguments)
    output = str(raised.value)
    assert "the live server's server process failed:" in output
    assert "ValueError: of the child" in output
    assert "!= 'no such answer'" in output
    assert "ConnectionClosedError: received 1012" in output
    assert "FAILED (failures=1, errors=2)" in output


def test_under_pytest(run):
    chosen = ("-k", "OldTest and customers and not Second")
    output = run("forkserver", PROJECT.pytest, "-p", "no:xdist", *chosen, "suite/live_tests.py")
    assert "1 passed" in output


@pytest.mark.django_db
def test_the_addresses_are_those_in_force():
    addresses = databases.addresses()
    assert addresses.keys() == {"default"}
    assert addresses["default"]["NAME"] == connections["default"].settings_dict["NAME"]


def test_databases_in_memory_are_refused():
    databases.refuse_in_memory([])
    with pytest.raises(ImproperlyConfigured, match="can not be used with in memory databases") as e:
        databases.refuse_in_memory(["default"])
    assert "server = 'thread'" in e.value.__notes__[0]


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
