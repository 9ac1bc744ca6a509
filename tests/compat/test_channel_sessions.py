import sys
import types
from unittest import mock

import pytest
from channeltest.compat.channel_sessions import (
    key_for_reply_channel,
    loaded_session,
    unused_reply_channels,
)
from channeltest.compat.exceptions import ConsumeLater
from channeltest.compat.sessions import (
    channel_session,
    session_for_reply_channel,
)
from django.contrib.sessions.backends.base import CreateError
from django.contrib.sessions.backends.cache import SessionStore as CacheStore
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import override_settings

from .consuming import ConsumerTestCase

DB = "django.contrib.sessions.backends.db"
CACHE = "django.contrib.sessions.backends.cache"
SIGNED_COOKIES = "django.contrib.sessions.backends.signed_cookies"


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

    def test_its_key_is_known_without_it(self):
        with self.assertNumQueries(0):
            key = key_for_reply_channel("r")
        assert session_for_reply_channel("r").session_key == key

    def test_a_session_that_cannot_be_stored(self):
        with self.assertNumQueries(0):
            session = loaded_session(SessionStore, "chosen-key", may_be_stored=False)
            assert (session.session_key, dict(session.items())) == ("chosen-key", {})

    def test_it_is_used_as_soon_as_somebody_asks(self):
        owner = ConsumerTestCase()
        unused_reply_channels["r"] = owner
        session_for_reply_channel("r")
        assert "r" not in unused_reply_channels

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


def test_the_engine_may_be_the_projects_own():
    engine = types.ModuleType("zoo.sessions")
    engine.SessionStore = CacheStore
    with (
        mock.patch.dict(sys.modules, {"zoo.sessions": engine}),
        override_settings(CHANNEL_SESSION_ENGINE="zoo.sessions"),
    ):
        assert isinstance(session_for_reply_channel("r"), CacheStore)


def test_a_consumer_keeps_its_name_and_docstring():
    @channel_session
    def greet(message):
        """Greet."""

    assert (greet.__name__, greet.__doc__) == ("greet", "Greet.")


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
