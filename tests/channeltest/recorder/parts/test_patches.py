"""A patched layer records what it is asked to do, and not what that asks of itself."""

from __future__ import annotations

import pytest

from channeltest.recorder.parts.entries import entries, running
from channeltest.recorder.parts.patches import LAYER, consume, match, on_layer, patch


@pytest.fixture
def layer():
    class Layer:
        def __init__(self):
            self.groups = {}
            self.full = set()

        def send(self, channel, message):
            if channel in self.full:
                raise OverflowError(channel)

        def send_group(self, group, message):
            for channel in self.groups[group]:
                self.send(channel, message)

        def group_channels(self, group):
            return self.groups[group]

        def group_add(self, group, channel):
            self.groups.setdefault(group, []).append(channel)

        def receive(self, channels, block=False):
            return (None, None) if block else (channels[0], {"n": 1})

        def receive_many(self, channels, block=False):
            return self.receive(channels, block)

        def _clean_expired(self):
            pass

    for name, after in LAYER.items():
        patch(Layer, name, on_layer(after))
    yield Layer()
    del entries[:]


def found():
    return [(kind, name, members) for kind, name, _, _, members in entries]


def test_a_send_to_a_group_is_one(layer):
    layer.group_add("g", "a")
    layer.group_add("g", "b")
    layer.send_group("g", {"n": 1})
    assert found() == [("join", "g", ["a"]), ("join", "g", ["b"]), ("group", "g", ["a", "b"])]


def test_what_raised_was_not_sent(layer):
    layer.full.add("a")
    with pytest.raises(OverflowError):
        layer.send("a", {})
    layer.send("b", {})
    assert found() == [("send", "b", [])]


def test_the_old_name_of_receive(layer):
    assert layer.receive_many(["a", "b"]) == ("a", {"n": 1})
    assert layer.receive(["a", "b"], block=True) == (None, None)
    assert found() == [("receive", "a", []), ("nothing", "a or b", [])]


class Channel:
    name = "c"


class Message:
    channel, content = Channel, {"n": 1}


class Client:
    def __init__(self, router):
        self.router = router

    def consume(self):
        consumer, kwargs = self.router.match(Message())
        return consumer(Message(), **kwargs)


class Router:
    def __init__(self, consumer):
        self.consumer = consumer

    def match(self, message):
        return self.consumer, {"room": "a"}


@pytest.fixture
def router():
    patched = type("Patched", (Router,), {"match": match(Router.match)})
    yield patched
    del entries[:]


def test_a_client_runs_a_consumer(router):
    def consumer(message, room):
        return room, running.consumer

    client = Client(router(consumer))
    assert consume(Client.consume)(client) == ("a", "consumer")
    assert entries == [("consume", "c", {"n": 1}, "consumer", [])]
    assert running.consumer is None


def test_a_consumer_that_raises(router):
    def consumer(message, room):
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        consume(Client.consume)(Client(router(consumer)))
    assert entries[1] == ("error", "", "ValueError: no", "consumer", [])


def test_who_else_asks_a_router_gets_the_consumer_itself(router):
    assert router(len).match(Message()) == (len, {"room": "a"})


def test_a_method_that_an_old_version_lacks():
    patch(Channel, "missing", lambda original: 1 / 0)
    assert not hasattr(Channel, "missing")
