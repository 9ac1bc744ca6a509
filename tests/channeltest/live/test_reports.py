"""What a child process reports, read by the test's process."""

from __future__ import annotations

import multiprocessing
import os

import pytest

from channeltest.live.reports import Reports


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
