from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.routing import route
from channeltest.compat.serving.threads import WorkerThreads
from channeltest.compat.worker import Worker

from ..requesting import wrapped

# The signals around consumers look after the database connections.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def handled() -> threading.Semaphore:
    """Released by the consumer for each message."""
    return threading.Semaphore(0)


@pytest.fixture
def layer(handled: threading.Semaphore) -> Any:
    return wrapped(ChannelLayer(), [route("work", lambda message: handled.release())])


@pytest.fixture
def threads(layer: Any) -> Iterator[WorkerThreads]:
    threads = WorkerThreads(layer, 2)
    yield threads
    threads.stop()


def running() -> int:
    return sum(thread.name == "channels worker" for thread in threading.enumerate())


def test_they_run_consumers(
    threads: WorkerThreads, layer: Any, handled: threading.Semaphore
) -> None:
    threads.start()
    threads.start_unless_stopped()
    assert running() == 2
    layer.send("work", {})
    assert handled.acquire(timeout=20)
    threads.stop()
    assert running() == 0


def test_none(layer: Any) -> None:
    WorkerThreads(layer, 0).start()
    assert running() == 0


def test_nothing_starts_again_after_the_end(threads: WorkerThreads) -> None:
    threads.start()
    threads.stop()
    threads.start_unless_stopped()
    assert running() == 0
    threads.start()
    assert running() == 2


def test_a_thread_whose_worker_fails_goes_on(
    threads: WorkerThreads, layer: Any, handled: threading.Semaphore, log: Any
) -> None:
    run, failures = Worker.run, iter([RuntimeError("on purpose"), SystemExit(1)])

    def fail_first(worker: Worker) -> None:
        for failure in failures:
            raise failure
        run(worker)

    with mock.patch.object(Worker, "run", fail_first):
        threads.start()
        layer.send("work", {})
        assert handled.acquire(timeout=20)
        threads.stop()
    assert any("has failed, and goes on" in line for line in log())
