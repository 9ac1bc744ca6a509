from __future__ import annotations

import signal
import time
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from channeltest.compat.delay.models import DelayedMessage
from channeltest.compat.delay.worker import Worker
from django.utils import timezone

from ..conftest import Lines
from ..looping import Loops
from ..requesting import wrapped

pytestmark = pytest.mark.django_db

REQUEST = {"channel": "test", "content": {"a": 1}, "delay": 60_000}


class LoopingWorker(Loops, Worker):
    pass


@pytest.fixture
def layer() -> Any:
    return wrapped()


def work(layer: Any, *requests: dict[str, Any], loops: int | None = None, **kwargs: Any) -> None:
    for request in requests:
        layer.send("asgi.delay", request)
    worker = LoopingWorker(layer, signal_handlers=False, **kwargs)
    worker.termed = len(requests) if loops is None else loops  # type: ignore[assignment]
    worker.run()


def test_message_is_stored(layer: Any, log: Lines) -> None:
    work(layer, REQUEST)
    message = DelayedMessage.objects.get()
    assert (message.channel_name, message.content) == ("test", '{"a": 1}')
    left = message.due_date - timezone.now()
    assert timedelta(seconds=50) < left <= timedelta(seconds=60)
    assert log() == [
        "Listening on asgi.delay",
        "Got message on asgi.delay",
        "No delayed messages waiting.",
    ]


def test_due_message_is_sent(layer: Any, log: Lines) -> None:
    work(layer, {**REQUEST, "delay": 0})
    assert layer.receive(["test"]) == ("test", {"a": 1})
    assert not DelayedMessage.objects.exists()
    assert log()[-1] == "Sending delayed message to channel test"


def test_full_channel_puts_messages_off(layer: Any) -> None:
    with mock.patch.object(layer.channel_layer, "capacity", 1):
        for _ in range(2):
            work(layer, {**REQUEST, "delay": 0})
    assert layer.receive(["test"])[0] == "test"
    assert DelayedMessage.objects.count() == 1
    assert not DelayedMessage.objects.is_due().exists()


def test_database_is_not_asked_all_the_time(layer: Any) -> None:
    with mock.patch.object(Worker, "_send_due") as send_due:
        work(layer, REQUEST, REQUEST, database_sleep_duration=3600)
    assert send_due.call_count == 1


def test_database_is_asked_again(layer: Any) -> None:
    with mock.patch.object(Worker, "_send_due") as send_due, mock.patch.object(time, "sleep"):
        work(layer, loops=2, database_sleep_duration=-1)
    assert send_due.call_count == 2


def test_nothing_to_do(layer: Any) -> None:
    with mock.patch.object(time, "sleep") as sleep:
        work(layer, loops=1)
    sleep.assert_called_once_with(0.1)


@pytest.mark.parametrize("key", sorted(REQUEST))
def test_missing_key(layer: Any, log: Lines, key: str) -> None:
    request = {name: value for name, value in REQUEST.items() if name != key}
    work(layer, request, REQUEST)
    assert log()[-1] == (
        "Invalid message received, it must contain keys 'channel', 'content', and 'delay'."
    )
    assert layer.receive(["asgi.delay"])[0], "the worker should have stopped"


def test_invalid_value(layer: Any, log: Lines) -> None:
    work(layer, {**REQUEST, "channel": "x" * 513}, REQUEST)
    assert log()[-1].startswith("Invalid message received: dict_keys(['channel_name']):['Ensure ")
    assert not DelayedMessage.objects.exists()


def test_signal_handlers(layer: Any) -> None:
    with mock.patch("signal.signal") as install:
        worker = LoopingWorker(layer)
        worker.run()
    assert install.call_args_list == [
        mock.call(signal.SIGTERM, worker.sigterm_handler),
        mock.call(signal.SIGINT, worker.sigterm_handler),
    ]


def test_sigterm_while_idle(log: Lines) -> None:
    worker = Worker(None)
    with pytest.raises(SystemExit) as caught:
        worker.sigterm_handler(signal.SIGTERM, None)
    assert (caught.value.code, worker.termed) == (0, True)
    assert log() == ["Shutdown signal received while idle, terminating immediately"]


def test_sigterm_while_busy(log: Lines) -> None:
    worker = Worker(None)
    worker.in_job = True
    worker.sigterm_handler(signal.SIGTERM, None)
    assert worker.termed
    assert log() == ["Shutdown signal received while busy, waiting for loop termination"]
