import pytest
from channeltest.compat.sessions import (
    channel_and_http_session,
    http_session,
)
from django.contrib.sessions.backends.db import SessionStore

from .consuming import ConsumerTestCase, browser_session, handshake


@pytest.mark.parametrize("decorate", [http_session, channel_and_http_session])
def test_a_consumer_keeps_its_name_and_docstring(decorate):
    @decorate
    def greet(message):
        """Greet."""

    assert (greet.__name__, greet.__doc__) == ("greet", "Greet.")


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
