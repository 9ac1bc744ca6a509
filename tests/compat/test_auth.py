import inspect

from channeltest.compat import auth, sessions
from channeltest.compat.auth import (
    channel_and_http_session_user_from_http,
    channel_session_user,
    channel_session_user_from_http,
    http_session_user,
    transfer_user,
)
from channeltest.compat.sessions import session_for_reply_channel
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import SimpleTestCase, override_settings

from .consuming import ConsumerTestCase, browser_session, handshake


def whoami(message):
    return message.user


class UserTestCase(ConsumerTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = User.objects.create(username="ada")

    def log_in(self):
        """The session of a browser in which the user has logged in."""
        return browser_session(self.user)


class TransferUserTests(UserTestCase):
    def test_takes_the_user_only(self):
        source, target = self.log_in(), SessionStore()
        source["cart"] = 1
        transfer_user(source, target)
        assert target[SESSION_KEY] == str(self.user.pk)
        assert "cart" not in target

    def test_takes_nothing_of_half_a_login(self):
        source, target = self.log_in(), SessionStore()
        del source[HASH_SESSION_KEY]
        transfer_user(source, target)
        assert list(target.keys()) == []


class HttpSessionUserTests(UserTestCase):
    def test_user_of_the_cookie(self):
        message = self.message(**handshake(self.log_in()))
        assert http_session_user(whoami)(message) == self.user

    def test_anonymous_without_session(self):
        user = http_session_user(whoami)(self.message(path="/"))
        assert user.is_anonymous

    def test_anonymous_in_a_session(self):
        message = self.message(**handshake(browser_session()))
        assert http_session_user(whoami)(message).is_anonymous


class ChannelSessionUserTests(UserTestCase):
    def test_user_of_the_whole_connection(self):
        channel_session_user_from_http(whoami)(self.message(**handshake(self.log_in())))
        assert channel_session_user(whoami)(self.message()) == self.user

    def test_anonymous_without_a_login(self):
        channel_session_user_from_http(whoami)(self.message(path="/"))
        assert channel_session_user(whoami)(self.message()).is_anonymous

    def test_asks_the_database_as_often_as_the_original(self):
        content = handshake(self.log_in())
        connect = channel_session_user_from_http(whoami)
        with self.assertNumQueries(10):
            connect(self.message(**content))
        with self.assertNumQueries(3):
            channel_session_user(whoami)(self.message())

    def test_connection_ends_with_the_login(self):
        channel_session_user_from_http(whoami)(self.message(**handshake(self.log_in())))
        self.user.set_password("another")
        self.user.save()
        assert channel_session_user(whoami)(self.message()).is_anonymous
        assert session_for_reply_channel(self.reply).get(SESSION_KEY) is None

    def test_both_sessions(self):
        session = self.log_in()
        channel_and_http_session_user_from_http(whoami)(self.message(**handshake(session)))
        message = self.message(path="/")
        channel_and_http_session_user_from_http(whoami)(message)
        assert message.http_session.session_key == session.session_key
        assert channel_session_user(whoami)(self.message()) == self.user


class SecretKeyFallbackTests(UserTestCase):
    """Django renews the key of a session that an old secret key vouches for; we must not."""

    def setUp(self):
        super().setUp()
        self.session = self.log_in()
        channel_session_user_from_http(whoami)(self.message(**handshake(self.session)))
        self.keys = set(Session.objects.values_list("pk", flat=True))

    @override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["not a secret"])
    def test_keeps_the_user_and_both_sessions_keys(self):
        new_hash = self.user.get_session_auth_hash()
        for consumer, content in [
            (http_session_user(whoami), handshake(self.session)),
            (channel_session_user(whoami), {}),
        ]:
            assert consumer(self.message(**content)) == self.user
        assert set(Session.objects.values_list("pk", flat=True)) == self.keys
        assert SessionStore(self.session.session_key)[HASH_SESSION_KEY] == new_hash
        assert session_for_reply_channel(self.reply)[HASH_SESSION_KEY] == new_hash


class NamesTests(SimpleTestCase):
    def test_decorators_keep_the_consumers_face(self):
        for decorator in [
            channel_session_user,
            http_session_user,
            channel_session_user_from_http,
            channel_and_http_session_user_from_http,
        ]:
            assert decorator(whoami).__name__ == "whoami"
            assert inspect.unwrap(decorator(whoami)) is whoami

    def test_sessions_decorators_are_here_too(self):
        for name in ["channel_session", "http_session", "channel_and_http_session"]:
            assert getattr(auth, name) is getattr(sessions, name)
