"""What a consumer has sent goes with the worker's call for the next message."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from channeltest.compat.channel import Channel, Group
from channeltest.compat.held_back import HeldBack
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.pending import pending_message_store
from channeltest.compat.signals import consumer_finished, consumer_started

from .conftest import Lines


class Layer(ChannelLayer):
    """A layer that sends and receives together, and keeps a record of it."""

    unreachable = (ConnectionError,)

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Any] = []
        self.failure: Exception | None = None

    def send_and_receive(self, messages: Any, channels: Any) -> Any:
        self.calls.append(list(messages))
        if self.failure:
            raise self.failure
        errors: list[Any] = []
        for channel, message in messages:
            try:
                errors.append(self.send(channel, message))
            except self.ChannelFull as full:
                errors.append(full)
        return errors, self.receive(channels)


@pytest.fixture
def layer() -> Iterator[Layer]:
    yield Layer()
    pending_message_store.discard()


def finish(layer: Any, send: Callable[[], None]) -> HeldBack:
    """Run a consumer as a worker does."""
    held_back = HeldBack(layer)
    consumer_started.send(sender=None, environ={})
    send()
    held_back.keep("project.consumer")
    consumer_finished.send_keeping_connections(sender=None)
    return held_back


def taken(layer: Layer, channel: str) -> list[Any]:
    found = []
    while (message := layer.receive([channel])[1]) is not None:
        found.append(message)
    return found


def replies(layer: Layer, *numbers: int) -> Callable[[], None]:
    def send() -> None:
        for number in numbers:
            Channel("reply", channel_layer=layer).send({"n": number})

    return send


def test_it_goes_with_the_next_call(layer: Layer) -> None:
    layer.send("work", {"n": 0})
    held_back = finish(layer, replies(layer, 1, 2))
    assert taken(layer, "reply") == []
    assert held_back.receive(["work"]) == ("work", {"n": 0})
    assert taken(layer, "reply") == [{"n": 1}, {"n": 2}]
    assert len(layer.calls) == 1


def test_without_messages_there_is_no_such_call(layer: Layer) -> None:
    held_back = finish(layer, replies(layer))
    assert held_back.receive(["work"]) == (None, None)
    assert layer.calls == []


def test_it_is_sent_once(layer: Layer) -> None:
    held_back = finish(layer, replies(layer, 1))
    held_back.receive(["work"])
    held_back.receive(["work"])
    held_back.send()
    assert taken(layer, "reply") == [{"n": 1}]


def test_without_a_next_call(layer: Layer) -> None:
    finish(layer, replies(layer, 1, 2)).send()
    assert taken(layer, "reply") == [{"n": 1}, {"n": 2}]
    assert layer.calls == []


def test_other_layers_get_it_when_the_consumer_finishes() -> None:
    layer: Any = ChannelLayer()
    finish(layer, replies(layer, 1))
    assert taken(layer, "reply") == [{"n": 1}]


def test_another_layers_messages_are_sent_when_the_consumer_finishes(layer: Layer) -> None:
    other = Layer()
    finish(layer, replies(other, 1))
    assert taken(other, "reply") == [{"n": 1}]


def test_with_one_for_a_group_all_keep_their_order(layer: Layer) -> None:
    layer.group_add("g", "reply")

    def send() -> None:
        replies(layer, 1)()
        Group("g", channel_layer=layer).send({"n": 2})  # type: ignore[arg-type]
        replies(layer, 3)()

    finish(layer, send)
    assert taken(layer, "reply") == [{"n": 1}, {"n": 2}, {"n": 3}]


def test_another_receiver_of_the_signal_finds_it_sent(layer: Layer) -> None:
    found = []

    def receiver(**kwargs: Any) -> None:
        found.extend(taken(layer, "reply"))

    consumer_finished.connect(receiver)
    try:
        finish(layer, replies(layer, 1))
    finally:
        consumer_finished.disconnect(receiver)
    assert found == [{"n": 1}]


def test_what_is_refused_is_logged_with_the_consumer(
    layer: Layer, log: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pending_message_store, "retry_time", 0)
    layer.capacity = 1
    held_back = finish(layer, replies(layer, 1, 2))
    held_back.receive(["work"])
    assert log() == ["Error sending the messages of consumer project.consumer:"]
    assert taken(layer, "reply") == [{"n": 1}]


@pytest.mark.parametrize("failure", [ConnectionError("down"), ValueError("another")])
def test_a_call_that_fails(layer: Layer, failure: Exception) -> None:
    """Each message is sent by itself; the worker goes on."""
    layer.failure = failure
    layer.send("work", {"n": 0})
    assert finish(layer, replies(layer, 1)).receive(["work"]) == ("work", {"n": 0})
    assert taken(layer, "reply") == [{"n": 1}]
