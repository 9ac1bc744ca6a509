import inspect
from unittest import mock

import pytest
from channeltest.compat import auth, sessions
from channeltest.compat.exceptions import ConsumeLater
from channeltest.compat.pending import pending_message_store
from channeltest.compat.sessions import (
    channel_and_http_session,
    channel_session,
    enforce_ordering,
    http_session,
    requeue_messages,
    session_for_reply_channel,
    wait_channel_name,
)
from channeltest.compat.signals import consumer_started
from django.contrib.sessions.backends.base import CreateError
from django.contrib.sessions.backends.cache import SessionStore as CacheStore
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import SimpleTestCase, override_settings

from .consuming import ConsumerTestCase, browser_session, handshake

DB = "django.contrib.sessions.backends.db"
CACHE = "django.contrib.sessions.backends.cache"
SIGNED_COOKIES = "django.contrib.sessions.backends.signed_cookies"
DECORATORS = [channel_session, http_session, channel_and_http_session, enforce_ordering]


class SessionForReplyChannelTests(ConsumerTestCase):
    def test_is_the_same_for_the_same_channel(self):
        session = session_for_reply_channel("websocket.send!one")
        session["a"] = 1
        session.save(must_create=True)
        assert session_for_reply_channel("websocket.send!one")["a"] == 1
        assert "a" not in session_for_reply_channel("websocket.send!two")

    def test_key_fits_the_sessions_table(self):
        key = session_for_reply_channel("websocket.send!" + "x" * 200).session_key
        assert key.startswith("chn") and len(key) == 32

    def test_loads_at_once_and_once(self):
        with self.assertNumQueries(1):
            session_for_reply_channel("r").get("a")

    @override_settings(CHANNEL_SESSION_ENGINE=CACHE)
    def test_own_engine(self):
        assert isinstance(session_for_reply_channel("r"), CacheStore)

    @override_settings(SESSION_ENGINE=SIGNED_COOKIES)
    def test_refuses_signed_cookies(self):
        with pytest.raises(
            ValueError, match=r"with signed cookie sessions!\nSet CHANNEL_SESSION_ENGINE"
        ):
            session_for_reply_channel("r")

    @override_settings(SESSION_ENGINE=SIGNED_COOKIES, CHANNEL_SESSION_ENGINE=DB)
    def test_signed_cookies_for_http_only(self):
        assert isinstance(session_for_reply_channel("r"), SessionStore)


class ChannelSessionTests(ConsumerTestCase):
    @staticmethod
    @channel_session
    def count(message, step=1):
        message.channel_session["n"] = message.channel_session.get("n", 0) + step
        return message.channel_session["n"]

    def stored(self):
        return dict(session_for_reply_channel(self.reply).items())

    def test_persists_between_messages(self):
        assert [self.count(self.message()), self.count(self.message(), step=2)] == [1, 3]

    def test_has_the_reply_channels_key(self):
        message = self.message()
        self.count(message)
        expected = session_for_reply_channel(self.reply).session_key
        assert message.channel_session.session_key == expected

    def test_first_message_creates_then_updates(self):
        with self.assertNumQueries(8) as queries:
            self.count(self.message())
        verbs = [query["sql"].split()[0] for query in queries]
        assert verbs == [
            *["SELECT", "SELECT"],
            *["SAVEPOINT", "INSERT", "RELEASE"],
            *["SAVEPOINT", "UPDATE", "RELEASE"],
        ]

    def test_unchanged_session_is_only_read(self):
        self.count(self.message())
        with self.assertNumQueries(2):
            channel_session(lambda message: None)(self.message())

    def test_is_in_the_store_before_the_consumer_runs(self):
        assert channel_session(lambda message: Session.objects.count())(self.message()) == 1

    def test_saves_when_the_consumer_raises(self):
        @channel_session
        def failing(message):
            message.channel_session["a"] = 1
            raise RuntimeError("boom")

        with pytest.raises(RuntimeError, match="boom"):
            failing(self.message())
        assert self.stored() == {"a": 1}

    def test_message_may_follow_self(self):
        class Consumer:
            @channel_session
            def consume(self, message):
                message.channel_session["a"] = 1
                return self

        consumer = Consumer()
        assert consumer.consume(self.message()) is consumer
        assert self.stored() == {"a": 1}

    def test_nested_keeps_the_session(self):
        message = self.message()
        message.channel_session = outer = session_for_reply_channel("other")
        outer.save(must_create=True)
        self.count(message)
        assert message.channel_session is outer
        assert session_for_reply_channel("other")["n"] == 1

    def test_flushed_session_stays_away(self):
        channel_session(lambda message: message.channel_session.flush())(self.message())
        assert not Session.objects.exists()

    def test_needs_a_message(self):
        for arguments in [(), ("text",), (1, 2, self.message()), (mock.Mock(),), ({},)]:
            with pytest.raises(ValueError, match="channel_session called without Message instance"):
                self.count(*arguments)

    def test_needs_a_reply_channel(self):
        message = self.message(reply_channel=None)
        with pytest.raises(ValueError, match="No reply_channel sent to consumer; @channel_session"):
            self.count(message)
        assert not hasattr(message, "channel_session")

    def test_consumes_later_when_another_creates_the_session(self):
        with (
            mock.patch.object(SessionStore, "save", side_effect=CreateError),
            pytest.raises(ConsumeLater),
        ):
            self.count(self.message())


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

    def test_with_and_without_brackets(self):
        enforce_ordering()(lambda message: self.seen.append("called"))(self.message(order=0))
        assert self.seen == ["called"]

    def test_refuses_slight_ordering(self):
        with pytest.raises(ValueError, match="Slight ordering is now always on"):
            enforce_ordering(slight=True)

    def test_requeue_without_waiting_messages(self):
        requeue_messages(self.message())
        assert self.waiting("test") == []


class HttpSessionTests(ConsumerTestCase):
    def session_of(self, **content):
        return http_session(lambda message: message.http_session)(self.message(**content))

    def test_from_the_cookie(self):
        session = browser_session()
        assert self.session_of(**handshake(session)).session_key == session.session_key

    def test_from_the_query_string_before_the_cookie(self):
        session = browser_session()
        query = f"session_key={session.session_key}"
        content = handshake(browser_session())
        for query_string in (query, query.encode()):
            found = self.session_of(**content, query_string=query_string)
            assert found.session_key == session.session_key

    def test_none_without_a_key(self):
        assert self.session_of(path="/") is None

    def test_is_lazy(self):
        content = handshake(browser_session())
        with self.assertNumQueries(0):
            self.session_of(**content)

    def test_saves_what_the_consumer_wrote(self):
        session = browser_session()
        http_session(lambda message: message.http_session.update({"a": 1}))(
            self.message(**handshake(session))
        )
        assert SessionStore(session.session_key)["a"] == 1

    def failing(self, session, message):
        @http_session
        def consumer(message):
            message.http_session["a"] = 1
            raise RuntimeError("boom")

        with pytest.raises(RuntimeError, match="boom"):
            consumer(message)
        return "a" in SessionStore(session.session_key)

    def test_does_not_save_when_the_consumer_raises(self):
        session = browser_session()
        assert not self.failing(session, self.message(**handshake(session)))

    def test_saves_a_session_that_was_there_also_then(self):
        session = browser_session()
        message = self.message()
        message.http_session = SessionStore(session.session_key)
        assert self.failing(session, message)

    def test_needs_a_request(self):
        with pytest.raises(ValueError, match=r"Cannot parse HTTP message - are you sure .*'path'"):
            self.session_of()


class ChannelAndHttpSessionTests(ConsumerTestCase):
    def test_remembers_the_http_session(self):
        session = browser_session()
        consumer = channel_and_http_session(lambda message: message.http_session)
        consumer(self.message(**handshake(session)))
        assert consumer(self.message(path="/")).session_key == session.session_key

    def test_none_that_was_never_there(self):
        consumer = channel_and_http_session(lambda message: message.http_session)
        assert consumer(self.message(path="/")) is None


class NamesTests(SimpleTestCase):
    def test_decorators_keep_the_consumers_face(self):
        def consumer(message):
            """What it is for."""

        for decorator in DECORATORS:
            decorated = decorator(consumer)
            assert (decorated.__name__, decorated.__doc__) == ("consumer", "What it is for.")
            assert inspect.unwrap(decorated) is consumer

    def test_wait_channel_has_one_reader(self):
        assert wait_channel_name("websocket.send!abc") == "__wait__.websocket.send?abc"

    def test_auths_decorators_are_here_too(self):
        from channeltest.compat.sessions import channel_session_user_from_http

        assert channel_session_user_from_http is auth.channel_session_user_from_http
        assert sessions.http_session_user is auth.http_session_user

    def test_unknown_name(self):
        with pytest.raises(AttributeError, match=r"compat.sessions has no name 'nothing'"):
            sessions.nothing  # noqa: B018
