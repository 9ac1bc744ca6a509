"""Cookies, headers, sessions and users of a client, as modern consumers find them."""

from __future__ import annotations

from importlib import import_module

from channels.auth import AuthMiddlewareStack
from channels.sessions import SessionMiddlewareStack
from channeltest.compat.routing import route
from channeltest.compat.sessions import channel_session
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import modify_settings, override_settings
from django.test.utils import CaptureQueriesContext

from channeltest import ChannelTestCase, Client, WSClient, apply_routes

from .clients import connected, say
from .consumers import Keeper, Scoped, SyncEcho, text

FORMS = {
    "bare": Scoped.as_route(),
    "path": AuthMiddlewareStack(Scoped.as_asgi()),
}


def accept(message):
    message.reply_channel.send({"accept": True})


def stored(client):
    """What the store holds under the key of a client's session."""
    engine = import_module(settings.SESSION_ENGINE)
    return dict(engine.SessionStore(client.session.session_key))


def finds(client, what):
    """What the consumer finds in its scope."""
    say(client, text(what))
    return client.receive()


class UserTests(ChannelTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = get_user_model().objects.create_user("ada", password="lovelace")

    def check(self, client, name):
        client.send_and_consume("websocket.connect")
        assert finds(client, "user") == name

    def test_each_way_to_log_in(self):
        for form, routes in FORMS.items():
            with self.subTest(form), apply_routes([routes]):
                self.check(WSClient(), "")
                client = WSClient()
                client.force_login(self.user)
                self.check(client, "ada")
                client = WSClient()
                assert client.login(username="ada", password="lovelace")
                self.check(client, "ada")
                assert not client.login(username="ada", password="wrong")

    def test_an_anonymous_user(self):
        with apply_routes([Scoped]):
            assert isinstance(connected().connection.scope["user"], AnonymousUser)

    def test_the_user_is_the_users_model(self):
        with apply_routes([SyncEcho]):
            client = WSClient()
            client.force_login(self.user)
            client.send_and_consume("websocket.connect")
            assert client.connection.scope["user"] == self.user

    def test_two_clients(self):
        with apply_routes([Scoped]):
            ada, anyone = WSClient(), WSClient()
            ada.force_login(self.user)
            self.check(anyone, "")
            self.check(ada, "ada")
            self.check(anyone, "")

    def test_logging_in_between_two_connections(self):
        with apply_routes([Scoped]):
            client = connected()
            client.send_and_consume("websocket.disconnect")
            client.force_login(self.user)
            client.set_cookie(settings.SESSION_COOKIE_NAME, client.session.session_key)
            self.check(client, "ada")

    @modify_settings(INSTALLED_APPS={"remove": "django.contrib.auth"})
    def test_without_auth(self):
        with apply_routes([Scoped]):
            client = connected()
            assert "user" not in client.connection.scope
            assert finds(client, "session") == {}


class SessionTests(ChannelTestCase):
    def test_what_the_test_saved(self):
        for form, routes in {
            "bare": Scoped.as_route(),
            "stack": AuthMiddlewareStack(Scoped.as_asgi()),
        }.items():
            with self.subTest(form), apply_routes([routes]):
                client = WSClient()
                client.session["a"] = 1
                client.session.save(must_create=True)
                client.send_and_consume("websocket.connect")
                assert say(client, '"path"').scope["session"]["a"] == 1

    def test_what_the_test_did_not_save_is_not_there(self):
        with apply_routes([Scoped]):
            client = WSClient()
            client.session["a"] = 1
            client.send_and_consume("websocket.connect")
            assert finds(client, "session") == {}

    def test_what_the_consumer_saves(self):
        for form, routes in {
            "bare": Keeper.as_route(),
            "stack": AuthMiddlewareStack(Keeper.as_asgi()),
        }.items():
            with self.subTest(form), apply_routes([routes]):
                client = WSClient()
                client.session["a"] = 1
                client.session.save(must_create=True)
                client.send_and_consume("websocket.connect")
                say(client, "this")
                assert stored(client) == {"a": 1, "kept": "this"}

    def test_an_old_consumers_channel_session(self):
        @channel_session
        def remember(message):
            message.channel_session["old"] = True

        with apply_routes([route("remember", remember), Scoped]):
            client = WSClient()
            client.send_and_consume("remember")
            client.set_cookie(settings.SESSION_COOKIE_NAME, client.session.session_key)
            client.send_and_consume("websocket.connect")
            assert finds(client, "session") == {"old": True}

    @modify_settings(INSTALLED_APPS={"remove": ["django.contrib.auth", "django.contrib.sessions"]})
    def test_without_sessions(self):
        with apply_routes([Scoped]):
            assert "session" not in connected().connection.scope

    @override_settings(SESSION_ENGINE="django.contrib.sessions.backends.cache")
    def test_another_engine(self):
        with apply_routes([Keeper]):
            client = WSClient()
            client.session["a"] = 1
            client.session.save(must_create=True)
            client.send_and_consume("websocket.connect")
            say(client, "this")
            assert stored(client) == {"a": 1, "kept": "this"}


class QueryTests(ChannelTestCase):
    """Of a session that cannot be stored nothing is asked, and nothing stored that nobody reads."""

    def queries(self, client, routes):
        with apply_routes(routes), CaptureQueriesContext(connection) as queries:
            client.send_and_consume("websocket.connect")
        return [query["sql"].split(maxsplit=1)[0] for query in queries]

    def test_an_old_consumer(self):
        """As with 1.1.8, whose client loaded the session when it sent its key."""
        assert self.queries(WSClient(), [route("websocket.connect", accept)]) == ["SELECT"]
        stored = self.queries(WSClient(), [route("websocket.connect", channel_session(accept))])
        assert stored == ["SELECT", "SELECT", "SELECT", "SAVEPOINT", "INSERT", "RELEASE"]

    def test_an_old_consumer_of_a_client_without_a_cookie(self):
        assert self.queries(Client(), [route("websocket.connect", accept)]) == []

    def test_a_message_with_headers_of_its_own(self):
        """The client's session is loaded for the cookie in its headers, and not sent here."""
        with apply_routes([route("c", lambda message: None)]), self.assertNumQueries(0):
            WSClient().send_and_consume("c", {"headers": []})

    def test_a_second_message(self):
        client, routes = WSClient(), [route("websocket.connect", accept)]
        assert [self.queries(client, routes), self.queries(client, routes)] == [["SELECT"], []]

    def test_a_modern_consumer(self):
        for client in (WSClient(), Client()):
            with self.subTest(client):
                assert self.queries(client, [Scoped]) == []
                assert client.connection.scope["session"].session_key.startswith("chn")

    def test_middleware(self):
        """It looks the session up by its cookie, so it is stored."""
        queries = self.queries(WSClient(), [AuthMiddlewareStack(Scoped.as_asgi())])
        assert queries == ["SAVEPOINT", "INSERT", "RELEASE", "SELECT"]

    def test_a_session_that_is_stored(self):
        client = WSClient()
        client.session.save(must_create=True)
        assert self.queries(client, [Scoped]) == ["SELECT"]
        assert client.connection.scope["session"].session_key == client.session.session_key

    def test_connecting_again(self):
        """The application of the first connection may have stored something."""
        client = Client()
        assert [self.queries(client, [Scoped]), self.queries(client, [Scoped])] == [[], ["SELECT"]]

    def test_a_client_of_the_same_session(self):
        first, second = WSClient(), WSClient()
        second._session = first.session
        assert self.queries(second, [Scoped]) == ["SELECT"]

    def test_another_cookie(self):
        client = WSClient()
        client.set_cookie(settings.SESSION_COOKIE_NAME, "another-one")
        client.send("first")
        assert "INSERT" not in self.queries(client, [Scoped])


class HandshakeTests(ChannelTestCase):
    def scope(self, application=Scoped, **content):
        with apply_routes([application]):
            client = WSClient()
            client.set_cookie("a", "b")
            client.set_header("X-Real-Ip", "10.0.0.1")
            client.send_and_consume("websocket.connect", content, path="/x/?a=1&b=2")
            return client.connection.scope

    def test_bare(self):
        scope = self.scope()
        assert scope["cookies"]["a"] == "b"
        assert settings.SESSION_COOKIE_NAME in scope["cookies"]
        assert (b"x-real-ip", b"10.0.0.1") in scope["headers"]
        assert (scope["path"], scope["query_string"]) == ("/x/", b"a=1&b=2")

    def test_cookies_through_middleware(self):
        with apply_routes([AuthMiddlewareStack(Scoped.as_asgi())]):
            client = WSClient()
            client.set_cookie("a", "b")
            client.send_and_consume("websocket.connect")
            assert finds(client, "cookies")["a"] == "b"

    def test_behind_a_router_nothing_is_filled_in(self):
        scope = self.scope(SessionMiddlewareStack(Scoped.as_asgi()))
        assert not {"cookies", "session", "user"} & set(scope)
