"""What a consumer sends is held back until it has finished."""

from __future__ import annotations

import threading
from unittest import mock

import pytest
from channeltest.compat.channel import Channel, Group
from channeltest.compat.message import PendingMessageStore as SameStore
from channeltest.compat.pending import PendingMessageStore, pending_message_store
from channeltest.compat.signals import consumer_finished, consumer_started

from channeltest.layers.captive import CaptiveLayer

from .inplace import in_place, taken
from .outages import out_of_reach


@pytest.fixture(autouse=True)
def layer():
    with in_place() as made:
        yield made
    pending_message_store.discard()


@pytest.fixture
def sleep():
    """The time that is slept, without sleeping."""
    now = [0.0]
    with (
        mock.patch("channeltest.compat.pending.time.time", lambda: now[0]),
        mock.patch("channeltest.compat.pending.time.sleep") as patched,
    ):
        patched.side_effect = lambda seconds: now.__setitem__(0, now[0] + seconds)
        yield patched


def finish():
    consumer_finished.send_keeping_connections(sender=None)


def test_it_is_there_under_both_modules():
    assert SameStore is PendingMessageStore


def test_the_signals_open_and_close_it(layer):
    assert not pending_message_store.active
    consumer_started.send(sender=None)
    assert pending_message_store.active
    Channel("c").send({"n": 1})
    assert taken(layer, "c") == []
    finish()
    assert not pending_message_store.active
    assert taken(layer, "c") == [{"n": 1}]


def test_the_order_of_sending(layer):
    consumer_started.send(sender=None)
    Group("g").add("c")
    Channel("c").send({"n": 1})
    Group("g").send({"n": 2})
    Channel("c").send({"n": 3})
    finish()
    assert taken(layer, "c") == [{"n": 1}, {"n": 2}, {"n": 3}]


def test_flushing_before_the_end(layer):
    consumer_started.send(sender=None)
    Channel("c").send({"n": 1})
    pending_message_store.flush()
    Channel("c").send({"n": 2})
    assert taken(layer, "c") == [{"n": 1}]
    finish()
    assert taken(layer, "c") == [{"n": 2}]


def test_rivals(layer):
    assert not pending_message_store.has_rivals(layer)
    consumer_started.send(sender=None)
    assert not pending_message_store.has_rivals(layer)
    Channel("c").send({"n": 1})
    assert pending_message_store.has_rivals(layer)
    assert not pending_message_store.has_rivals(mock.Mock(has_other_readers=False))


def test_finishing_what_never_started(layer):
    finish()
    Channel("c").send({"n": 1})
    assert taken(layer, "c") == [{"n": 1}]


def test_a_second_start_forgets_the_first(layer):
    consumer_started.send(sender=None)
    Channel("c").send({"n": 1})
    consumer_started.send(sender=None)
    finish()
    assert taken(layer, "c") == []


def test_discarding(layer):
    consumer_started.send(sender=None)
    Channel("c").send({"n": 1})
    pending_message_store.discard()
    finish()
    assert taken(layer, "c") == []


def test_every_thread_has_its_own(layer):
    consumer_started.send(sender=None)
    thread = threading.Thread(target=lambda: Channel("c").send({"n": 1}))
    thread.start()
    thread.join()
    assert taken(layer, "c") == [{"n": 1}]


@pytest.mark.parametrize(
    ("kind", "name", "method"), [(Channel, "c", "send"), (Group, "g", "send_group")]
)
def test_a_layer_out_of_reach_is_waited_for(layer, kind, name, method):
    Group("g").add("c")
    consumer_started.send(sender=None)
    kind(name).send({"n": 1})
    with out_of_reach(layer.channel_layer, method) as slept:
        finish()
    assert len(slept) == 2
    assert taken(layer, "c") == [{"n": 1}]


class TestTaking:
    def test_what_goes_on_the_layer(self, layer):
        consumer_started.send(sender=None)
        Channel("c").send({"n": 1})
        [(channel, message)] = pending_message_store.take_for(layer, Channel)
        finish()
        assert (channel.name, message) == ("c", {"n": 1})
        assert taken(layer, "c") == []

    def test_all_or_none(self, layer):
        consumer_started.send(sender=None)
        Channel("c").send({"n": 1})
        Group("g").send({"n": 2})
        assert pending_message_store.take_for(layer, Channel) == []
        finish()
        assert taken(layer, "c") == [{"n": 1}]

    def test_of_another_layer(self, layer):
        consumer_started.send(sender=None)
        Channel("c").send({"n": 1})
        assert pending_message_store.take_for(mock.Mock(), Channel) == []

    def test_of_a_subclass(self, layer):
        class Loud(Channel):
            pass

        consumer_started.send(sender=None)
        Loud("c").send({"n": 1})
        assert pending_message_store.take_for(layer, Channel) == []

    def test_outside_a_consumer(self, layer):
        assert pending_message_store.take_for(layer, Channel) == []
        assert not pending_message_store.active


class TestFullChannels:
    def fill(self):
        for _ in range(10):
            Channel("full").send({})

    def send_and_finish(self):
        consumer_started.send(sender=None)
        Channel("full").send({"n": 1})
        Channel("other").send({"n": 2})
        finish()

    def test_it_tries_again_for_two_seconds(self, sleep):
        self.fill()
        with pytest.raises(
            RuntimeError, match=r"^Failed to send queued message to full after retrying for 2.00s"
        ):
            self.send_and_finish()
        assert 8 <= sleep.call_count <= 10
        assert {call.args for call in sleep.call_args_list} == {(0.2,)}

    def test_the_advice(self, sleep):
        self.fill()
        with pytest.raises(RuntimeError, match="increase the consumption rate") as raised:
            self.send_and_finish()
        assert "immediately=True" in str(raised.value)

    def test_a_reader_who_makes_room(self, layer, sleep):
        self.fill()
        sleep.side_effect = lambda seconds: taken(layer, "full")
        self.send_and_finish()
        assert taken(layer, "full") == [{"n": 1}]
        sleep.assert_called_once()

    def test_the_other_messages_are_sent(self, layer, sleep):
        self.fill()
        with pytest.raises(RuntimeError):
            self.send_and_finish()
        assert taken(layer, "other") == [{"n": 2}]
        assert not pending_message_store.active

    def test_the_first_of_several_is_named(self, sleep):
        self.fill()
        for _ in range(10):
            Channel("too").send({})
        consumer_started.send(sender=None)
        Channel("full").send({})
        Channel("too").send({})
        with pytest.raises(RuntimeError, match="message to full"):
            finish()

    def test_a_captive_layer_has_no_reader_to_wait_for(self, sleep):
        with in_place(layer=CaptiveLayer()):
            self.fill()
            with pytest.raises(RuntimeError, match="message to full"):
                self.send_and_finish()
        sleep.assert_not_called()

    def test_a_group_is_never_full(self, layer, sleep):
        self.fill()
        Group("g").add("full")
        consumer_started.send(sender=None)
        Group("g").send({"n": 1})
        finish()
        sleep.assert_not_called()
