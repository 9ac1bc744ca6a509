"""Threads for the calls of applications: they come when needed and go with their executor."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from channeltest.rest.executor import DaemonThreads
from channeltest.rest.threads import NewThreads

from ..communicators.apps import stopwatch
from ..helpers import python


@pytest.fixture
def threads():
    threads = DaemonThreads()
    yield threads
    threads.shutdown()
    assert threads.alive() == []


def rests(new):
    """Wait until no new thread is at work: the result of a call is there before its thread rests.

    A thread of which this never becomes true is the failure that the test would show.
    """
    while new.at_work() != (set(), False):
        pass


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
    release, running = threading.Event(), threading.Barrier(3)

    def stubborn():
        try:
            running.wait(10)
            release.wait(60)
        except BaseException:
            release.wait(60)

    for _ in range(2):
        threads.submit(stubborn)
    running.wait(10)
    threads.abandon()
    with stopwatch() as watch:
        threads.shutdown()
    hanging = threads.alive()
    release.set()
    for thread in hanging:
        thread.join(10)
    assert len(hanging) == 2 and watch.at_once


def test_shutdown_gives_abandoned_threads_a_moment(threads):
    release, running = threading.Event(), threading.Event()
    threads.submit(lambda: running.set() or release.wait(60))
    running.wait()
    threads.abandon()
    threading.Timer(0.02, release.set).start()
    threads.shutdown()
    assert threads.alive() == []


def test_shutdown_waits_for_what_is_at_work(threads):
    release, running = threading.Event(), threading.Event()
    threads.submit(lambda: running.set() or release.wait(60))
    running.wait()
    threading.Timer(0.2, release.set).start()
    threads.shutdown()
    assert threads.alive() == []


def test_idle_threads_that_are_abandoned_end_without_an_error(threads):
    threads.submit(int).result()
    threads.abandon()


def test_threads_do_not_keep_the_interpreter_from_ending(threads):
    threads.submit(int).result()
    assert all(thread.daemon for thread in threads.alive())


def test_only_a_thread_that_makes_a_call_is_at_work(threads):
    release, running = threading.Event(), threading.Event()
    new = NewThreads()
    call = threads.submit(lambda: running.set() or release.wait(60))
    running.wait()
    assert new.at_work() != (set(), False)
    release.set()
    call.result()
    rests(new)


def test_threads_that_have_ended_hide_no_other():
    """The quick look compares how many threads there are with how many rest."""
    threads, barrier = DaemonThreads(), threading.Barrier(20)
    for _ in range(20):
        threads.submit(barrier.wait, 10)
    threads.shutdown()
    new, release = NewThreads(), threading.Event()
    thread = threading.Thread(target=release.wait, args=[60])
    thread.start()
    try:
        assert new.at_work() != (set(), False)
    finally:
        release.set()
        thread.join()


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


@pytest.mark.django_db(transaction=True)
def test_connections_that_two_threads_have_exchanged_stay_open(threads):
    """Each is another thread's, whichever of the two has the greater number."""
    opened, both = [], threading.Barrier(2)

    def exchange():
        connection.ensure_connection()
        opened.append(connections["default"])
        both.wait(10)
        (other,) = (each for each in opened if each is not connections["default"])
        both.wait(10)
        connections["default"] = other

    for call in [threads.submit(exchange) for _ in range(2)]:
        call.result()
    threads.shutdown()
    assert all(each.connection for each in opened)
    for each in opened:
        each.inc_thread_sharing()
        BaseDatabaseWrapper.close(each)


def test_a_database_that_no_call_has_used_is_not_asked_for(threads, monkeypatch):
    broken = {**connections.settings["default"], "ENGINE": "missing"}
    monkeypatch.setitem(connections.settings, "broken", broken)
    threads.submit(int).result()
    threads.shutdown()


def test_functions_can_be_traced_after_a_withdrawal():
    program = """
        import faulthandler, sys
        from channeltest.rest.executor import withdraw
        withdraw()
        faulthandler.dump_traceback_later(60, exit=True)
        sys.settrace(lambda *_: None)
        (lambda: print("begun"))()
        sys.settrace(None)
    """
    assert python(program) == "begun"
