"""A worker in a thread."""

from __future__ import annotations

import threading

import pytest
from channeltest.compat.asgi import ChannelLayerWrapper
from channeltest.compat.routing import route
from channeltest.compat.worker import Worker

from channeltest.live.memory_layer import LiveLayer
from channeltest.live.thread_site import WorkerThread

# The signals around consumers look after the database connections.
pytestmark = pytest.mark.django_db(transaction=True)


def test_it_runs_consumers_until_it_is_finished():
    handled = threading.Event()
    layer = LiveLayer()
    thread = WorkerThread(
        ChannelLayerWrapper(layer, "default", [route("work", lambda message: handled.set())])
    )
    thread.start()
    layer.send("work", {})
    assert handled.wait(20)
    thread.finish()
    thread.join(20)
    assert not thread.is_alive()
    assert thread.error is None


def test_its_error(monkeypatch):
    def fail(worker):
        raise ValueError("of its own")

    monkeypatch.setattr(Worker, "run", fail)
    thread = WorkerThread(ChannelLayerWrapper(LiveLayer(), "default", []))
    thread.start()
    thread.join(20)
    assert "ValueError: of its own" in thread.ending()
