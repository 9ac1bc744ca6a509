from unittest import mock

import pytest
from channeltest.compat.pending import pending_message_store
from channeltest.compat.sessions import (
    channel_and_http_session,
    channel_session,
    enforce_ordering,
    http_session,
    requeue_messages,
    session_for_reply_channel,
)
from channeltest.compat.signals import consumer_started

from .consuming import ConsumerTestCase
from .outages import out_of_reach

DB = "django.contrib.sessions.backends.db"
CACHE = "django.contrib.sessions.backends.cache"
SIGNED_COOKIES = "django.contrib.sessions.backends.signed_cookies"
DECORATORS = [channel_session, http_session, channel_and_http_session, enforce_ordering]


class EnforceOrderingTests(ConsumerTestCase):
    def setUp(self):
        super().setUp()
        self.seen = []
        self.consumer = enforce_ordering(lambda message: self.seen.append(message["order"]))

    def consume_waiting(self, channel="test"):
        while contents := self.waiting(channel):
            for content in contents:
                self.consumer(self.message(channel, **content))

    def test_consumes_in_order_whatever_the_arrival(self):
        for order in [2, 3, 1, 0]:
            self.consumer(self.message(order=order))
        assert self.seen == [0]
        self.consume_waiting()
        assert self.seen == [0, 1, 2, 3]

    def test_replies_are_sent_before_the_next_may_run(self):
        """Its count was stored last: another worker cannot have replied to the next one."""
        counts = []

        def consumer(message):
            message.reply_channel.send({"text": "x"})

        def send(channel, content):
            counts.append(session_for_reply_channel(self.reply).get("__channels_next_order", 0))

        consumer_started.send(sender=None)
        with mock.patch.object(self.layer.channel_layer, "send", send):
            enforce_ordering(consumer)(self.message(order=0))
        pending_message_store.discard()
        assert counts == [0]

    def test_early_message_waits_on_its_own_channel(self):
        self.consumer(self.message(order=1, text="early"))
        (content,) = self.waiting("__wait__.websocket.send?reply")
        assert content == {
            "order": 1,
            "text": "early",
            "reply_channel": self.reply,
            "original_channel": "test",
        }

    def test_an_early_message_waits_for_a_layer_out_of_reach(self):
        with out_of_reach(self.layer.channel_layer, "send") as slept:
            self.consumer(self.message(order=1))
        assert len(slept) == 2
        self.consumer(self.message(order=0))
        self.consume_waiting()
        assert self.seen == [0, 1]

    def put_back_without(self, method):
        self.consumer(self.message(order=1))
        with out_of_reach(self.layer.channel_layer, method) as slept:
            self.consumer(self.message(order=0))
        assert len(slept) == 2
        self.consume_waiting()
        assert self.seen == [0, 1]

    def test_taking_what_waits_waits_for_a_layer_out_of_reach(self):
        self.put_back_without("receive_many")

    def test_putting_back_waits_for_a_layer_out_of_reach(self):
        self.put_back_without("send")

    def test_repeated_message_is_not_consumed_again(self):
        for _ in range(2):
            self.consumer(self.message(order=0))
        assert self.seen == [0]

    def test_order_as_text(self):
        self.consumer(self.message(order="0"))
        assert self.seen == ["0"]

    def test_failing_consumer_keeps_its_turn(self):
        with pytest.raises(ZeroDivisionError):
            enforce_ordering(lambda message: 1 / 0)(self.message(order=0))
        self.consumer(self.message(order=0))
        assert self.seen == [0]

    def test_requeues_when_its_turn_came_in_another_worker(self):
        message = self.message(order=1)
        message.channel_session = stale = session_for_reply_channel(self.reply)
        stale.save(must_create=True)
        self.consumer(self.message(order=0))
        self.consumer(message)
        assert [content["order"] for content in self.waiting("test")] == [1]

    def test_saves_once_for_a_message_in_order(self):
        self.consumer(self.message(order=0))
        with self.assertNumQueries(5):
            self.consumer(self.message(order=1))

    def test_reads_once_more_for_an_early_message(self):
        self.consumer(self.message(order=0))
        with self.assertNumQueries(3):
            self.consumer(self.message(order=2))

    def test_needs_an_order(self):
        with pytest.raises(ValueError, match=r"No `order` value in message; @enforce_ordering"):
            self.consumer(self.message())

    def test_names_an_order_that_is_no_number(self):
        with pytest.raises(ValueError, match=r"(?s)invalid literal for int.*whole number, not 'x'"):
            self.consumer(self.message(order="x"))
        with pytest.raises(TypeError, match=r"(?s)must be a string.*whole number, not None"):
            self.consumer(self.message(order=None))

    def test_needs_a_reply_channel(self):
        with pytest.raises(ValueError, match="No reply_channel sent to consumer"):
            self.consumer(self.message(order=0, reply_channel=None))

    def test_full_wait_channel(self):
        for order in range(1, 11):
            self.consumer(self.message(order=order))
        with pytest.raises(
            self.layer.ChannelFull,
            match="Cannot add unordered message to already full __wait__ channel "
            r"for socket websocket\.send\?reply",
        ):
            self.consumer(self.message(order=11))

    def test_full_original_channel(self):
        self.consumer(self.message(order=1))
        for _ in range(10):
            self.layer.send("test", {})
        with pytest.raises(
            self.layer.ChannelFull,
            match="Cannot requeue pending __wait__ channel message "
            "back on to already full channel test",
        ):
            self.consumer(self.message(order=0))
        # The message goes on waiting until there is room.
        self.waiting("test")
        requeue_messages(self.message())
        self.consume_waiting()
        assert self.seen == [0, 1]

    def test_with_and_without_brackets(self):
        enforce_ordering()(lambda message: self.seen.append("called"))(self.message(order=0))
        assert self.seen == ["called"]

    def test_refuses_slight_ordering(self):
        with pytest.raises(ValueError, match="Slight ordering is now always on"):
            enforce_ordering(slight=True)

    def test_requeue_without_waiting_messages(self):
        requeue_messages(self.message())
        assert self.waiting("test") == []
