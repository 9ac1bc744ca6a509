"""`Client`: sending, running consumers, receiving."""

from __future__ import annotations

import contextlib
from unittest import mock

import pytest
from channels import Channel, Group
from channeltest.compat.exceptions import ChannelSocketException, WebsocketCloseException
from channeltest.compat.routing import route
from channeltest.compat.signals import consumer_finished, consumer_started
from django.db import close_old_connections
from django.test import SimpleTestCase

from channeltest import (
    ChannelTestCase,
    ChannelTestCaseMixin,
    Client,
    WSClient,
    apply_routes,
    captive_layers,
)
from channeltest.channels1.client import replaceable
from tests.bridge.clients import connected, everything, say
from tests.bridge.consumers import AsyncEcho
from tests.compat.inplace import taken, told


class Base(ChannelTestCaseMixin, SimpleTestCase):
    test_channel_aliases = ("default", "memory")

    def setUp(self):
        self.client = Client()

    def routes(self, **consumers):
        """Routes for the length of the test, by channel."""
        applied = apply_routes([route(name, consumer) for name, consumer in consumers.items()])
        applied.enter()
        self.addCleanup(applied.exit)

    def failure(self, call, *args, **kwargs):
        with pytest.raises(AssertionError) as raised:
            call(*args, **kwargs)
        return told(raised.value)


class NameTests(Base):
    def test_reply_channels(self):
        names = {Client().reply_channel for _ in range(50)}
        assert len(names) == 50
        assert all(name.startswith("default") and len(name) == len("default") + 5 for name in names)

    def test_it_stays(self):
        assert self.client.reply_channel == self.client.reply_channel

    def test_it_can_be_set(self):
        self.client.reply_channel = "mine"
        self.client.send("c")
        assert self.get_next_message("c")["reply_channel"] == "mine"
        Channel("mine").send({"n": 1})
        assert self.client.receive() == {"n": 1}

    def test_another_layer(self):
        client = Client(alias="memory")
        assert (client.alias, client.reply_channel[:6]) == ("memory", "memory")
        client.send("c", {"n": 1})
        assert self.get_next_message("c") is None
        assert self.get_next_message("c", alias="memory")["n"] == 1
        client.join_group("g")
        Group("g", alias="memory").send({"n": 2})
        assert client.receive() == {"n": 2}

    def test_an_alias_that_does_not_exist(self):
        client = Client(alias="nothing")
        with pytest.raises(KeyError, match="nothing"):
            client.send("c")


@pytest.mark.parametrize(("block", "calls"), [(contextlib.nullcontext, 1), (captive_layers, 0)])
def test_a_test_case_of_others_is_recorded(block, calls):
    """With captive layers, the record is that of whatever has put them in place."""
    with block(), mock.patch("channeltest.channels1.client.record_test") as record_test:
        Client()
    assert record_test.call_count == calls


class SendTests(Base):
    def test_the_reply_channel_is_added(self):
        self.client.send("c", {"n": 1})
        assert self.get_next_message("c").content == {
            "n": 1, "reply_channel": self.client.reply_channel,
        }  # fmt: skip

    def test_one_of_the_contents_own_is_kept(self):
        self.client.send("c", {"reply_channel": "other"})
        assert self.get_next_message("c").reply_channel.name == "other"

    def test_the_content_is_left_alone(self):
        content = {"list": [1]}
        self.client.send("c", content)
        self.get_next_message("c")["list"].append(2)
        assert content == {"list": [1]}

    def test_errors(self):
        with pytest.raises(TypeError, match="Channel name must be"):
            self.client.send("not valid")
        for _ in range(10):
            self.client.send("c")
        with pytest.raises(self.client.channel_layer.ChannelFull):
            self.client.send("c")


class ConsumeTests(Base):
    def test_the_result(self):
        self.routes(c=lambda message: message["n"] + 1)
        assert self.client.send_and_consume("c", {"n": 1}) == 2

    def test_the_instance_of_a_class(self):
        class Consumer:
            def __init__(self, message, **kwargs):
                self.message = message

        self.routes(c=Consumer)
        assert self.client.send_and_consume("c", {"n": 1}).message["n"] == 1

    def test_arguments_of_the_route(self):
        with apply_routes([route("c", lambda message, room: room, path="^/(?P<room>.)")]):
            assert self.client.send_and_consume("c", {"path": "/a"}) == "a"

    def test_one_message_at_a_time(self):
        self.routes(c=lambda message: message["n"])
        for number in range(3):
            self.client.send("c", {"n": number})
        assert [self.client.consume("c") for _ in range(3)] == [0, 1, 2]

    def test_what_the_consumer_sends(self):
        self.routes(c=lambda message: message.reply_channel.send({"n": 1}))
        self.client.send_and_consume("c")
        assert self.client.receive() == {"n": 1}
        assert self.client.receive() is None

    def test_a_consumer_that_runs_a_consumer(self):
        """What both sent is there; the outer one's later sends go out at once, as in 1.1.8."""

        def outer(message):
            Channel("inner").send({"n": 1}, immediately=True)
            self.client.consume("inner")
            Channel("result").send({"from": "outer"})

        self.routes(outer=outer, inner=lambda message: Channel("result").send({"from": "inner"}))
        self.client.send_and_consume("outer")
        assert [one["from"] for one in taken(self.client.channel_layer, "result")] == [
            "inner",
            "outer",
        ]

    def test_no_message(self):
        Channel("other").send({})
        text = self.failure(self.client.consume, "c")
        assert text.startswith("No message for channel c")
        assert "waiting: 'other' (1)" in text
        assert self.client.consume("c", fail_on_none=False) is None

    def test_no_consumer(self):
        self.routes(other=lambda message: None)
        text = self.failure(self.client.send_and_consume, "c", {"path": "/x/"})
        assert text.startswith("Can't find consumer for message <")
        assert "no route fits channel 'c' and path '/x/'; routes: other" in text
        assert self.client.send_and_consume("c", fail_on_none=False) is None

    def test_no_routes(self):
        with apply_routes([]):
            assert "routes: none" in self.failure(self.client.send_and_consume, "c")

    def test_the_consumer_of_a_channel(self):
        def consumer(message):
            pass

        self.routes(c=consumer)
        assert self.client.get_consumer_by_channel("c") is consumer
        assert self.client.get_consumer_by_channel("d") is None


class ErrorTests(Base):
    def test_what_the_consumer_raises(self):
        def consumer(message):
            message.reply_channel.send({"n": 1})
            raise ZeroDivisionError

        self.routes(c=consumer)
        with pytest.raises(ZeroDivisionError):
            self.client.send_and_consume("c")
        assert self.client.receive() == {"n": 1}
        Channel("c").send({})
        assert self.get_next_message("c") is not None, "sends are still held back"

    def test_socket_exceptions_are_run(self):
        class Told(ChannelSocketException):
            def run(self, message):
                message.reply_channel.send({"told": True})

        def consumer(message):
            raise Told

        self.routes(c=consumer)
        assert self.client.send_and_consume("c") is None
        assert self.client.receive() == {"told": True}

    def test_closing_what_is_no_websocket(self):
        def consumer(message):
            raise WebsocketCloseException

        self.routes(c=consumer)
        with pytest.raises(ValueError, match="non-websocket handler"):
            self.client.send_and_consume("c")

    def test_a_full_channel(self):
        def consumer(message):
            for number in range(11):
                Channel("full").send({"n": number})

        self.routes(c=consumer)
        with pytest.raises(RuntimeError, match=r"^Failed to send queued message to full"):
            self.client.send_and_consume("c")
        assert len(taken(self.client.channel_layer, "full")) == 10


class SignalTests(Base):
    def test_around_the_consumer(self):
        calls = []
        for name, signal in (("started", consumer_started), ("finished", consumer_finished)):
            receiver = mock.Mock(
                side_effect=lambda name=name, **kwargs: calls.append((name, kwargs["sender"]))
            )
            signal.connect(receiver)
            self.addCleanup(signal.disconnect, receiver)
        self.routes(c=lambda message: calls.append("consumer"))
        self.client.send_and_consume("c")
        assert calls == [("started", Client), "consumer", ("finished", Client)]

    def test_no_connection_is_closed(self):
        with mock.patch("channeltest.compat.signals.close_old_connections") as close:
            self.routes(c=lambda message: None)
            self.client.send_and_consume("c")
            close.assert_not_called()
            consumer_finished.send(sender=None)
            close.assert_called_once()

    def test_the_closer_is_where_it_was(self):
        self.routes(c=lambda message: None)
        self.client.send_and_consume("c")
        assert consumer_finished.disconnect(close_old_connections)
        consumer_finished.connect(close_old_connections)


class ReceiveTests(Base):
    def test_groups(self):
        self.client.join_group("g")
        Group("g").send({"n": 1})
        assert self.client.receive() == {"n": 1}

    def test_messages_of_other_channels(self):
        Channel("c").send({"n": 1})
        message = self.client.get_next_message("c")
        assert (message["n"], message.channel.name) == (1, "c")
        assert self.client.get_next_message("c") is None

    def test_nothing(self):
        assert self.client.receive() is None


class Owner:
    @replaceable
    def thing(self):
        """A thing of ours."""
        return "ours"


def test_it_is_a_property():
    assert Owner().thing == "ours"
    assert Owner.thing.__doc__ == "A thing of ours."


def test_an_instance_replaces_it():
    owner = Owner()
    owner.thing = "its own"
    assert (owner.thing, Owner().thing) == ("its own", "ours")
    del owner.thing
    assert owner.thing == "ours"


def test_a_subclass_replaces_it():
    class Sub(Owner):
        thing = "its own"

    assert Sub().thing == "its own"


NAMES = ("stage", "wire", "stage_bound", "server", "routes", "client", "connection", "isolation")


class OnInstancesTests(ChannelTestCase):
    def setUp(self):
        for name in NAMES:
            setattr(self, name, object())

    def test_a_modern_consumer_runs(self):
        with apply_routes([AsyncEcho]):
            client = connected()
            say(client, "hi")
            assert everything(client) == ["hi"]


class OnClassesTests(OnInstancesTests):
    stage = "the suite's"
    wire = object()
    stage_bound = object()
    server = "the suite's"
    connection = None

    def setUp(self):
        assert self.stage == "the suite's"


class ClientsTests(ChannelTestCase):
    def test_their_connection(self):
        with apply_routes([AsyncEcho]):
            client = connected()
            client.connection = "the suite's"
            say(client, "hi")
            assert everything(client) == ["hi"]

    def test_a_mocked_reply_channel(self):
        client = WSClient()
        name = client.reply_channel
        with mock.patch.object(client, "reply_channel", "mocked"):
            client.send("c")
            assert self.get_next_message("c")["reply_channel"] == "mocked"
        assert client.reply_channel == name

    def test_a_reply_channel_of_the_class(self):
        """As in 1.1.8, where every instance was given a name of its own."""

        class Named(WSClient):
            reply_channel = "of the class"

        assert Named().reply_channel.startswith("default")

    def test_a_reply_channel_as_a_property(self):
        class Named(Client):
            @property
            def reply_channel(self):
                return "fixed"

            @reply_channel.setter
            def reply_channel(self, name):
                pass

        Named().send("c")
        assert self.get_next_message("c")["reply_channel"] == "fixed"


class WireTests(ChannelTestCaseMixin, SimpleTestCase):
    def test_a_wrong_mode_is_an_error_all_the_same(self):
        class Case(ChannelTestCaseMixin, SimpleTestCase):
            wire = "loose"

            def runTest(self):
                raise AssertionError("run")

        with pytest.raises(ValueError, match="wire is 'lenient' or 'strict'"):
            Case().debug()


def accept(message):
    message.reply_channel.send({"accept": True})


class ConnectTests(ChannelTestCase):
    def test_an_old_consumer_ends_the_connection_to_a_modern_one(self):
        with apply_routes([AsyncEcho]):
            client = connected()
        before = client.connection
        old = [
            route("websocket.connect", accept),
            route("websocket.receive", lambda message: message.reply_channel.send({"text": "old"})),
        ]
        with apply_routes(old):
            client.send_and_consume("websocket.connect")
            say(client, "hello")
        assert (before.ended, everything(client)) == (True, ["old"])
