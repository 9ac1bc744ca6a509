"""What bare consumers find in their scope, as behind Channels' middleware."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser, User
from django.test import SimpleTestCase, TestCase, modify_settings

from channeltest.asgi.scope import new_scope
from channeltest.asgi.session import fill, needs_database


def scope(key=None, **values):
    cookies = {"a": "b"} if key is None else {settings.SESSION_COOKIE_NAME: key}
    return {**new_scope("websocket", "/", None, cookies), **values}


def new_session(**values):
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session.update(values)
    return session


class WithoutCookieTests(SimpleTestCase):
    """Without queries."""

    def test_a_new_session_and_nobody(self):
        made = scope()
        assert not needs_database(made)
        fill(made)
        assert made["cookies"] == {"a": "b"}
        assert (made["session"].session_key, dict(made["session"])) == (None, {})
        assert isinstance(made["user"], AnonymousUser)

    def test_what_is_there_stays(self):
        made = scope("key", session={"own": 1}, user="own", cookies={})
        assert not needs_database(made)
        fill(made)
        assert (made["session"], made["user"], made["cookies"]) == ({"own": 1}, "own", {})

    @modify_settings(INSTALLED_APPS={"remove": ["django.contrib.auth", "django.contrib.sessions"]})
    def test_without_sessions(self):
        made = scope("key")
        assert not needs_database(made)
        fill(made)
        assert not {"session", "user"} & made.keys()

    @modify_settings(INSTALLED_APPS={"remove": "django.contrib.auth"})
    def test_without_users(self):
        made = scope()
        fill(made)
        assert "session" in made
        assert "user" not in made


class StoredTests(TestCase):
    def test_a_stored_session(self):
        session = new_session(kept=1)
        session.save()
        made = scope(session.session_key)
        assert needs_database(made)
        fill(made)
        with self.assertNumQueries(0):
            assert made["session"]["kept"] == 1
            assert isinstance(made["user"], AnonymousUser)

    def test_its_user(self):
        user = User.objects.create_user("ada")
        session = new_session(
            **{
                SESSION_KEY: str(user.pk),
                BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
                HASH_SESSION_KEY: user.get_session_auth_hash(),
            }
        )
        made = scope()
        fill(made, session)
        assert made["session"] is session
        assert made["user"] == user

    def test_a_session_that_is_not_stored(self):
        made = scope("chosen")
        fill(made)
        assert made["session"].session_key is None
