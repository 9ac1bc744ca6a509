"""Threads for the calls of applications: they come when needed and go with their executor."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections

from channeltest.rest.executor import DaemonThreads


@pytest.fixture
def threads():
    threads = DaemonThreads()
    yield threads
    threads.shutdown()
    assert threads.alive() == []


def test_result(threads):
    assert threads.submit(divmod, 7, 3).result() == (2, 1)


def test_exception(threads):
    with pytest.raises(ZeroDivisionError):
        threads.submit(divmod, 1, 0).result()


def test_a_thread_for_every_job(threads):
    """No job waits for another, however many there are."""
    barrier = threading.Barrier(50)
    jobs = [threads.submit(barrier.wait, 10) for _ in range(50)]
    assert sorted(job.result() for job in jobs) == list(range(50))


def test_threads_are_used_again(threads):
    for _ in range(100):
        threads.submit(int).result()
    assert len(threads.alive()) < 50


def test_abandoned_thread_ends_in_its_loop(threads):
    running = threading.Event()

    def busy():
        running.set()
        while True:
            pass

    threads.submit(busy)
    running.wait()
    threads.abandon()
    threads.shutdown(wait=False)
    for thread in threads.alive():
        thread.join(10)


def test_shutdown_does_not_wait_for_abandoned_threads(threads):
    release, running = threading.Event(), threading.Event()
    threads.submit(lambda: running.set() or release.wait(60))
    running.wait()
    threads.abandon()
    threads.shutdown()
    (thread,) = threads.alive()
    release.set()
    thread.join(10)


@pytest.mark.django_db(transaction=True)
def test_database_connections_are_closed(threads):
    seen = []

    def query():
        connection.ensure_connection()
        seen.append(connections["default"])

    threads.submit(query).result()
    assert seen[0].connection is not None
    threads.shutdown()
    assert seen[0].connection is None


@pytest.mark.django_db
def test_a_connection_that_another_thread_lent_stays_open(threads):
    connection.ensure_connection()
    mine = connections["default"]

    def borrow():
        connections["default"] = mine

    threads.submit(borrow).result()
    threads.shutdown()
    assert mine.connection is not None
