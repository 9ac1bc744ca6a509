"""`asgi.session`: cookies, session and user of a consumer without middleware."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.test import TestCase, modify_settings

from channeltest.asgi.login import log_in
from channeltest.asgi.scope import new_scope
from channeltest.asgi.session import fill, needs_database


def scope(cookies=None, **more):
    return {**new_scope("websocket", "/", None, cookies), **more}


class FillTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ann = get_user_model().objects.create_user("ann")

    def filled(self, *args, session=None, **options):
        made = scope(*args, **options)
        fill(made, session)
        return made

    def cookies(self):
        return {"sessionid": log_in(self.ann, None, {}).session_key}

    def test_of_an_anonymous_client(self):
        made = self.filled({"a": "b"})
        assert made["cookies"] == {"a": "b"}
        assert made["session"].is_empty()
        assert made["user"] == AnonymousUser()

    def test_of_a_user(self):
        cookies = self.cookies()
        made = self.filled(cookies)
        assert made["session"].session_key == cookies["sessionid"]
        assert made["user"] == self.ann

    def test_with_a_session(self):
        session = SessionStore()
        assert self.filled(session=session)["session"] is session

    def test_keys_that_are_there_stay(self):
        made = scope(self.cookies(), session={"a": 1}, user="somebody")
        made["cookies"] = {}
        fill(made)
        assert (made["cookies"], made["session"], made["user"]) == ({}, {"a": 1}, "somebody")

    def test_the_database_is_needed_for_a_stored_session(self):
        assert needs_database(scope(self.cookies()))
        assert not needs_database(scope())
        assert not needs_database(scope(self.cookies(), session={}))

    @modify_settings(INSTALLED_APPS={"remove": "django.contrib.sessions"})
    def test_a_project_without_sessions(self):
        cookies = {"sessionid": "a"}
        assert not needs_database(scope(cookies))
        made = self.filled(cookies)
        assert made["cookies"] == cookies
        assert "session" not in made
        assert "user" not in made
