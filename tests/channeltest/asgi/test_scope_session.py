"""What bare consumers find in their scope, as behind Channels' middleware."""

from __future__ import annotations

from importlib import import_module
from unittest import skipUnless

from channels.auth import AuthMiddlewareStack
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.base import SessionBase
from django.test import SimpleTestCase, TestCase, modify_settings, override_settings

from channeltest import ChannelTestCase, Client, WSClient, apply_routes
from channeltest.asgi.scope import fill, log_in, needs_database, new_scope
from tests.bridge.clients import connected, say
from tests.bridge.consumers import Keeper, Scoped


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


FORMS = {
    "bare": Keeper.as_route(),
    "auth": AuthMiddlewareStack(Keeper.as_asgi()),
}


class KeepingTests(ChannelTestCase):
    def check(self, **content):
        for form, routes in FORMS.items():
            with self.subTest(form), apply_routes([routes]):
                client = WSClient()
                client.send_and_consume("websocket.connect", content)
                say(client, "this")
                assert client.session.load() == {"kept": "this"}

    def test_a_session_that_nobody_stored(self):
        self.check()

    def test_headers_without_cookies(self):
        self.check(headers=[[b"accept", b"*/*"], [b"host", b"example.com"]])

    @override_settings(SESSION_ENGINE="django.contrib.sessions.backends.cache")
    def test_another_engine(self):
        self.check()

    def test_nothing_is_stored_until_it_is_saved(self):
        with apply_routes([Keeper]):
            client = connected()
            assert not client.session.exists(client.session.session_key)
            say(client, "this")
            assert client.session.exists(client.session.session_key)

    def test_it_is_kept_twice(self):
        with apply_routes([Keeper]):
            client = connected()
            say(client, "one")
            say(client, "two")
            assert client.session.load() == {"kept": "two"}

    @skipUnless(hasattr(SessionBase, "asave"), "Django before 5.1 has no asave()")
    def test_a_session_of_django_s_5_1(self):
        class Async(Keeper):
            async def receive(self, text_data=None, bytes_data=None):
                session = self.scope["session"]
                session["kept"] = text_data
                await (session.asave() if hasattr(session, "asave") else self.save())

            save = Keeper.receive

        with apply_routes([Async]):
            client = connected()
            for text in ("this", "that"):
                say(client, text)
                assert client.session.load()["kept"] == text


class OtherCookiesTests(ChannelTestCase):
    def session_key(self, client, **content):
        with apply_routes([Scoped]):
            client.send_and_consume("websocket.connect", content)
            session = client.connection.scope["session"]
            session.save()
            return session.session_key

    def test_a_key_that_is_nobodys_is_not_used(self):
        headers = [[b"cookie", b"%s=chosen" % settings.SESSION_COOKIE_NAME.encode()]]
        assert self.session_key(WSClient(), headers=headers) not in (None, "chosen")

    def test_another_clients_session_in_the_place_of_its_own(self):
        first, second = WSClient(), WSClient()
        first.force_login(User.objects.create_user("ada"))
        second._session = first._session
        with apply_routes([Scoped]):
            second.send_and_consume("websocket.connect")
            assert second.connection.scope["user"].username == "ada"

    def test_cookies_without_a_session_are_taken_at_their_word(self):
        client = connected_before_login()
        with apply_routes([Scoped]):
            client.send_and_consume("websocket.connect")
            assert not client.connection.scope["user"].is_authenticated

    @override_settings(SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies")
    def test_sessions_in_cookies(self):
        with apply_routes([Scoped]):
            client = Client()
            client.send_and_consume("websocket.connect")
            assert client.connection.scope["cookies"] == {}

    @modify_settings(INSTALLED_APPS={"remove": ["django.contrib.auth", "django.contrib.sessions"]})
    def test_a_project_without_sessions(self):
        with apply_routes([Scoped]):
            client = Client()
            client.send_and_consume("websocket.connect")
            assert client.connection.scope["headers"] == []

    def test_sessions_of_one_engine_have_one_class(self):
        with apply_routes([Scoped]):
            first, second = (connected().connection.scope["session"] for _ in range(2))
            assert type(first) is type(second)

    def test_a_client_without_cookies(self):
        with apply_routes([Scoped]):
            client = Client()
            client.send_and_consume("websocket.connect")
            assert settings.SESSION_COOKIE_NAME in client.connection.scope["cookies"]

    def test_engines_that_differ(self):
        for engine in ("db", "signed_cookies"):
            engines = {
                "SESSION_ENGINE": f"django.contrib.sessions.backends.{engine}",
                "CHANNEL_SESSION_ENGINE": "django.contrib.sessions.backends.cache",
            }
            with self.subTest(engine), override_settings(**engines), apply_routes([Scoped]):
                client = Client()
                client.send_and_consume("websocket.connect")
                assert client.connection.scope["cookies"] == {}


def connected_before_login():
    with apply_routes([Scoped]):
        client = connected()
    client.force_login(User.objects.create_user("ada"))
    return client
