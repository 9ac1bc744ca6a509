from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from channels.layers import channel_layers as modern_layers
from channeltest.compat.asgi import channel_layers
from channeltest.compat.management.commands import runworker
from channeltest.compat.signals import worker_process_ready
from channeltest.compat.worker import Worker
from django.core.management import call_command
from django.core.management.base import CommandError

COMMANDS = "channels.management.commands.runworker"

pytestmark = pytest.mark.usefixtures("console")


@pytest.fixture(autouse=True)
def fresh_layer(settings: Any) -> Iterator[None]:
    """The command adds routes to a layer and to its setting; the next test gets others."""
    plain = {**settings.CHANNEL_LAYERS["plain"], "ROUTING": []}
    settings.CHANNEL_LAYERS = {**settings.CHANNEL_LAYERS, "plain": plain}
    old = channel_layers.set("plain", None)
    yield
    channel_layers.set("plain", old)


@pytest.fixture
def worker() -> Iterator[mock.Mock]:
    with mock.patch(f"{COMMANDS}.Worker") as worker:
        yield worker


def test_is_found_under_its_name_of_channels_1() -> None:
    assert __import__(COMMANDS, fromlist=["Command"]) is runworker


def test_in_memory_layer() -> None:
    with pytest.raises(CommandError, match="cannot span multiple processes with the in-memory"):
        call_command("runworker", "--layer", "memory")


def test_defaults(worker: mock.Mock) -> None:
    call_command("runworker", "--layer", "plain")
    worker.assert_called_once_with(
        channel_layer=channel_layers["plain"],
        callback=None,
        only_channels=None,
        exclude_channels=None,
    )


def test_options(worker: mock.Mock) -> None:
    arguments = "--only-channels a --only-channels b.* --exclude-channels c --layer plain"
    call_command("runworker", *arguments.split())
    assert worker.call_args.kwargs["only_channels"] == ["a", "b.*"]
    assert worker.call_args.kwargs["exclude_channels"] == ["c"]


def test_order(worker: mock.Mock) -> None:
    def process_ready(sender: Any, **kwargs: Any) -> None:
        sender.process_ready()

    worker_process_ready.connect(process_ready)
    try:
        call_command("runworker", "--layer", "plain")
    finally:
        worker_process_ready.disconnect(process_ready)
    calls = worker.return_value.mock_calls[-3:]
    assert calls == [mock.call.process_ready(), mock.call.ready(), mock.call.run()]


def test_threads(console: io.StringIO) -> None:
    with mock.patch(f"{COMMANDS}.WorkerGroup") as group:
        call_command("runworker", "--layer", "plain", "--threads", "3")
    assert group.call_args.kwargs["n_threads"] == 3
    assert "Using multi-threaded worker, 3 thread(s)." in console.getvalue()


def test_log(worker: mock.Mock, console: io.StringIO) -> None:
    call_command("runworker", "--layer", "plain")
    assert "Using single-threaded worker." in console.getvalue()
    assert "against channel layer plain (tests.layers.PlainLayer)" in console.getvalue()


def test_verbose(worker: mock.Mock, console: io.StringIO) -> None:
    call_command("runworker", "--layer", "plain", "--verbosity", "2")
    worker.call_args.kwargs["callback"]("some.channel", mock.Mock())
    assert "DEBUG - runworker - some.channel\n" in console.getvalue()
    assert logging.getLogger("django.channels").level == logging.DEBUG


def test_keyboard_interrupt(worker: mock.Mock) -> None:
    worker.return_value.run.side_effect = KeyboardInterrupt
    call_command("runworker", "--layer", "plain")


@pytest.mark.parametrize(("debug", "used"), [(True, True), (False, False)])
def test_static_files(worker: mock.Mock, settings: Any, debug: bool, used: bool) -> None:
    settings.DEBUG = debug
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "django.contrib.staticfiles"]
    with mock.patch("channels.staticfiles.StaticFilesConsumer") as consumer:
        call_command("runworker", "--layer", "plain")
    assert consumer.called is used
    assert channel_layers["plain"].router.channels >= {"http.request", "websocket.connect"}


class TestApplication:
    """With channels on its command line it is the command of Channels 4."""

    @pytest.fixture
    def application(self, settings: Any) -> Iterator[Any]:
        settings.ASGI_APPLICATION = f"{__name__}.application"
        layer = object()
        with mock.patch.dict(modern_layers.backends, {"default": layer}):
            yield layer

    def test_runs_the_application(self, application: Any) -> None:
        with mock.patch.object(runworker.Command, "worker_class") as worker:
            call_command("runworker", "a", "b")
        worker.assert_called_once_with(
            application=globals()["application"], channels=["a", "b"], channel_layer=application
        )
        worker.return_value.run.assert_called_once_with()

    def test_worker_class(self) -> None:
        assert runworker.Command.worker_class is Worker

    def test_no_layer(self, settings: Any) -> None:
        settings.CHANNEL_LAYERS = {}
        with pytest.raises(CommandError, match="You do not have any CHANNEL_LAYERS configured"):
            call_command("runworker", "a")


async def application(scope: Any, receive: Any, send: Any) -> None:
    """What ``ASGI_APPLICATION`` names."""
