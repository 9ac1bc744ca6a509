"""The client's session, which a consumer of Channels 1 had whatever the client sent."""

from __future__ import annotations

from unittest import skipUnless

from channels.auth import AuthMiddlewareStack
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import SessionBase
from django.test import override_settings

from channeltest import ChannelTestCase, Client, WSClient, apply_routes
from tests.bridge.clients import connected, say
from tests.bridge.consumers import Keeper, Scoped

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
        self.check(headers=[[b"host", b"example.com"]])

    @override_settings(SESSION_ENGINE="django.contrib.sessions.backends.cache")
    def test_another_engine(self):
        self.check()

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
            say(client, "this")
            assert client.session.load()["kept"] == "this"


class StrangersTests(ChannelTestCase):
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

    def test_a_client_without_cookies(self):
        with apply_routes([Scoped]):
            client = Client()
            client.send_and_consume("websocket.connect")
            assert settings.SESSION_COOKIE_NAME in client.connection.scope["cookies"]

    @override_settings(
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        CHANNEL_SESSION_ENGINE="django.contrib.sessions.backends.db",
    )
    def test_engines_that_differ(self):
        with apply_routes([Scoped]):
            client = Client()
            client.send_and_consume("websocket.connect", {"headers": []})
            assert client.connection.scope["cookies"] == {}


def connected_before_login():
    with apply_routes([Scoped]):
        client = connected()
    client.force_login(User.objects.create_user("ada"))
    return client
