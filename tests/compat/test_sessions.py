import inspect

import pytest
from channeltest.compat import auth, sessions
from channeltest.compat.sessions import (
    channel_and_http_session,
    channel_session,
    enforce_ordering,
    http_session,
    wait_channel_name,
)
from django.test import SimpleTestCase

DB = "django.contrib.sessions.backends.db"
CACHE = "django.contrib.sessions.backends.cache"
SIGNED_COOKIES = "django.contrib.sessions.backends.signed_cookies"
DECORATORS = [channel_session, http_session, channel_and_http_session, enforce_ordering]


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
        with pytest.raises(AttributeError, match=r"channels.sessions has no name 'nothing'"):
            sessions.nothing  # noqa: B018
