"""What a child process reports, and what a forked one does not keep."""

from __future__ import annotations

import multiprocessing
import os

import pytest
from asgiref.sync import SyncToAsync, async_to_sync, sync_to_async

from channeltest.live.child import Reports
from channeltest.live.processes import ChildProcess

from .test_processes import Work


@pytest.fixture
def reports():
    reports = Reports(multiprocessing.get_context("spawn"))
    yield reports
    reports.close()


@pytest.fixture
def sentinel():
    """What becomes ready when the child ends: the end of a pipe here."""
    reader, writer = os.pipe()
    yield reader
    os.close(reader)
    os.close(writer)


def test_a_port_and_readiness(reports, sentinel):
    reports.port_storage.value = 1234
    reports.is_ready.set()
    assert reports.wait(0, sentinel)
    assert (reports.port, reports.ready) == (1234, False)
    assert reports.wait(0, sentinel)
    assert reports.ready
    assert not reports.wait(0, sentinel)


def test_a_beginning_and_a_failure(reports, sentinel):
    reports.writer.send(("begun", None))
    reports.writer.send(("failure", "Traceback"))
    assert (reports.begun, reports.failure) == (False, None)
    while reports.wait(0, sentinel):
        pass
    assert (reports.begun, reports.failure, reports.ended) == (True, "Traceback", False)


def test_the_end(reports, sentinel):
    reports.writer.close()
    assert reports.wait(0, sentinel)
    assert reports.ended
    assert not reports.wait(0, sentinel)


def test_a_second_writer(reports, sentinel):
    with reports.second_writer() as writer:
        writer.send(("ready", None))
    assert reports.wait(0, sentinel)
    assert reports.ready


def ask(work):
    assert async_to_sync(sync_to_async(os.getpid))() == os.getpid()
    assert SyncToAsync.single_thread_executor.submit(os.getpid).result(10) == os.getpid()
    work.port_storage.value = os.getpid()
    work.is_ready.set()


def test_asgiref_s_thread_was_not_forked():
    # Here it has one, which waits for calls.
    SyncToAsync.single_thread_executor.submit(os.getpid).result(10)
    child = ChildProcess("server", "fork")
    try:
        child.start(Work(child.reports, ask))
        while not child.reports.ready:
            assert child.reports.wait(30, child.process.sentinel), "it hangs"
            assert child.reports.failure is None
        assert child.reports.port == child.process.pid
    finally:
        child.stop()
