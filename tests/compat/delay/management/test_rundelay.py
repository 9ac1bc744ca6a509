from __future__ import annotations

import io
from collections.abc import Iterator
from unittest import mock

import pytest
from channeltest.compat.asgi import channel_layers
from django.core.management import call_command
from django.core.management.base import CommandError

pytestmark = pytest.mark.usefixtures("console")


@pytest.fixture
def worker() -> Iterator[mock.Mock]:
    with mock.patch("channels.delay.management.commands.rundelay.Worker") as worker:
        yield worker


def test_in_memory_layer(worker: mock.Mock) -> None:
    with pytest.raises(CommandError, match="cannot span multiple processes with the in-memory"):
        call_command("rundelay", "--layer", "memory")
    worker.assert_not_called()


def test_worker(worker: mock.Mock, console: io.StringIO) -> None:
    call_command("rundelay", "--layer", "plain")
    worker.assert_called_once_with(channel_layer=channel_layers["plain"], database_sleep_duration=1)
    worker.return_value.run.assert_called_once_with()
    assert "Running delay against channel layer plain (tests.layers" in console.getvalue()


def test_sleep(worker: mock.Mock) -> None:
    call_command("rundelay", "--layer", "plain", "--sleep", "0.5")
    assert worker.call_args.kwargs["database_sleep_duration"] == 0.5


def test_keyboard_interrupt(worker: mock.Mock) -> None:
    worker.return_value.run.side_effect = KeyboardInterrupt
    call_command("rundelay", "--layer", "plain")
