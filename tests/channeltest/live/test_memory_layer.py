"""The layer of worker threads: readers wait, and are let go."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from channeltest import WireWarning
from channeltest.live.memory_layer import LiveLayer


class Layer(LiveLayer):
    """Counts the readers that have asked to be woken by the next message on ``a``."""

    def __init__(self):
        super().__init__()
        self.asked = threading.Semaphore(0)

    def call_when_sent(self, channel, wake):
        cancel = super().call_when_sent(channel, wake)
        if channel == "a":
            self.asked.release()
        return cancel


@pytest.fixture
def layer():
    return Layer()


def test_it_gives_what_is_there(layer):
    layer.send("a", {"text": "1"})
    assert layer.receive(["a", "b"], block=True) == ("a", {"text": "1"})


def test_it_does_not_wait_unasked(layer):
    assert layer.receive(["a"]) == (None, None)


def test_a_reader_waits_for_a_message(layer):
    with ThreadPoolExecutor(1) as pool:
        received = pool.submit(layer.receive, ["a", "b"], block=True)
        until_somebody_waits(layer, 1)
        layer.send("c", {})
        layer.send("b", {"text": "1"})
        assert received.result(20) == ("b", {"text": "1"})


def until_somebody_waits(layer, number):
    """Return when so many readers are about to wait for a message."""
    for _ in range(number):
        assert layer.asked.acquire(timeout=20)


def test_each_message_goes_to_one_reader(layer):
    with ThreadPoolExecutor(3) as pool:
        received = [pool.submit(layer.receive, ["a"], block=True) for _ in range(3)]
        until_somebody_waits(layer, 3)
        for number in range(3):
            layer.send("a", {"number": number})
        numbers = {each.result(20)[1]["number"] for each in received}
    assert numbers == {0, 1, 2}


def test_closing_lets_readers_go(layer):
    with ThreadPoolExecutor(2) as pool:
        received = [pool.submit(layer.receive, ["a"], block=True) for _ in range(2)]
        until_somebody_waits(layer, 2)
        layer.close()
        assert [each.result(20) for each in received] == [(None, None)] * 2
    assert layer.receive(["a"], block=True) == (None, None)
    assert not layer.wake_ups


def test_messages_cross_a_wire(layer):
    with pytest.warns(WireWarning):
        layer.send("a", {"object": {1, 2}})


def test_its_capacity(layer):
    for _ in range(100):
        layer.send("a", {})
    with pytest.raises(layer.ChannelFull):
        layer.send("a", {})
