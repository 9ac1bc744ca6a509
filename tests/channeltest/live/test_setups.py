"""The hooks of the processes, with the arguments of Channels 1.1.8."""

from __future__ import annotations

import pytest
from channeltest.compat.worker import Worker, WorkerGroup
from django.conf import settings
from django.test import override_settings

from channeltest.live import setups
from channeltest.live.layers import LayersInPlace, memory_layers
from channeltest.live.setups import ApplicationProcess, DaphneProcess, WorkerProcess

from . import site
from .helpers import unreachable


def test_a_worker_process_by_position():
    process = WorkerProcess("ready", 2, {"A": 1}, None, {}, False)
    assert (process.is_ready, process.n_threads, process.serve_static) == ("ready", 2, False)


def test_a_server_process_by_position():
    process = DaphneProcess("host", "port", "ready", {"A": 1}, None, {"default": {}})
    assert (process.host, process.port_storage, process.is_ready) == ("host", "port", "ready")
    assert process.serve_static


def test_a_process_of_an_application():
    process = ApplicationProcess("host", dict, port=5)
    assert (process.host, process.get_application, process.port) == ("host", dict, 5)
    assert process.databases == {}


@pytest.fixture
def worker_process(monkeypatch):
    """A function that makes a worker process whose layer is in memory."""
    # The default routes are added to the project's own list, which outlives this process here.
    monkeypatch.setattr(site, "routing", list(site.routing))
    with override_settings(CHANNEL_LAYERS=unreachable()):
        layers = LayersInPlace(memory_layers())
        layers.enter()
        monkeypatch.setattr(setups, "make_test_layer", lambda routing: layers.default)
        yield lambda threads: WorkerProcess(None, threads, None, None, {}, False)
        layers.leave()


@pytest.mark.parametrize(("threads", "kind"), [(1, Worker), (3, WorkerGroup)])
def test_threads(worker_process, threads, kind):
    worker = worker_process(threads).make_worker()
    assert type(worker) is kind
    assert "http.request" in worker.channel_layer.router.channels


def test_overrides_of_the_class():
    modified = [("ALLOWED_HOSTS", {"append": "b"})]
    process = WorkerProcess(None, 1, {"LIVE_NAME": "anna"}, modified, {}, False)
    before = settings._wrapped
    try:
        process.override_settings()
        assert settings.LIVE_NAME == "anna"
        assert settings.ALLOWED_HOSTS[-1] == "b"
    finally:
        settings._wrapped = before
