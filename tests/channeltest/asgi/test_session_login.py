"""`asgi.login`: sessions of users, without credentials."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user_model
from django.test import TestCase

from channeltest.asgi.session import log_in


class LoginTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ann = get_user_model().objects.create_user("ann")

    def cookies(self, session):
        return {settings.SESSION_COOKIE_NAME: session.session_key}

    def test_the_session_is_stored_with_the_user(self):
        session = log_in(self.ann, None, {})
        assert session.exists(session.session_key)
        assert session[SESSION_KEY] == str(self.ann.pk)

    def test_the_session_is_loaded(self):
        session = log_in(self.ann, None, {})
        with self.assertNumQueries(0):
            assert session[SESSION_KEY]

    def test_the_session_of_the_cookies_is_used_again(self):
        session = log_in(self.ann, None, {})
        session["note"] = "kept"
        session.save()
        assert log_in(self.ann, None, self.cookies(session))["note"] == "kept"

    def test_the_backend(self):
        name = "django.contrib.auth.backends.ModelBackend"
        assert log_in(self.ann, name, {})["_auth_user_backend"] == name
