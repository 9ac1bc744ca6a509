"""Headers, cookies, sessions and users."""

from __future__ import annotations

import ipaddress

import pytest
from asgiref.sync import sync_to_async
from channels.auth import AuthMiddlewareStack
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.testing import WebsocketCommunicator as Peer
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.test import Client, TestCase
from django.urls import path

from channeltest import ABSENT, HttpCommunicator, WebsocketCommunicator

from .apps import Echo, peer, silence


class WhoAmI(AsyncWebsocketConsumer):
    """Says which user and session its scope has."""

    async def connect(self):
        await self.accept()
        user, session = self.scope["user"], self.scope["session"]
        await self.send(f"{user.get_username()} {session.get('note', '')}".strip())


BARE = WhoAmI.as_asgi()
STACK = AuthMiddlewareStack(BARE)
ROUTED = ProtocolTypeRouter({"websocket": URLRouter([path("ws/", BARE)])})


async def greeting_of(application, **options):
    communicator = WebsocketCommunicator(application, "/ws/", **options)
    return await greeting(communicator)


async def greeting(communicator):
    async with communicator:
        return await communicator.receive_from()


class UserTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ann = get_user_model().objects.create_user("ann")

    async def test_user(self):
        for application in BARE, STACK, ROUTED:
            with self.subTest(application):
                self.assertEqual(await greeting_of(application, user=self.ann), "ann")

    async def test_session(self):
        self.assertEqual(await greeting_of(BARE, session={"note": "a"}, user=self.ann), "ann a")

    async def test_force_login(self):
        for application in BARE, STACK, ROUTED:
            with self.subTest(application):
                communicator = WebsocketCommunicator(application, "/ws/", cookies={"a": "b"})
                await communicator.force_login(self.ann)
                self.assertEqual(await greeting(communicator), "ann")
                name, value = communicator.scope["headers"][0]
                self.assertEqual(name, b"cookie")
                self.assertTrue(value.startswith(b"a=b; sessionid="))

    async def test_force_login_goes_through_the_middleware(self):
        communicator = WebsocketCommunicator(STACK, "/ws/")
        await communicator.force_login(self.ann, "django.contrib.auth.backends.ModelBackend")
        self.assertEqual(await greeting(communicator), "ann")
        self.assertNotIn("user", communicator.scope)

    async def test_force_login_is_in_the_database(self):
        communicator = WebsocketCommunicator(BARE, "/ws/")
        await communicator.force_login(self.ann)
        session = communicator.scope["session"]
        self.assertTrue(await sync_to_async(session.exists)(session.session_key))
        self.assertEqual(communicator.scope["cookies"], {"sessionid": session.session_key})

    async def test_force_login_comes_first(self):
        async with WebsocketCommunicator(BARE, "/ws/") as communicator:
            with self.assertRaisesMessage(RuntimeError, "call force_login() before"):
                await communicator.force_login(self.ann)

    async def test_a_session_of_djangos_client(self):
        def log_in():
            client = Client()
            client.force_login(self.ann)
            session = client.session
            session["note"] = "noted"
            session.save()
            return session.session_key

        cookies = {"sessionid": await sync_to_async(log_in)()}
        for application in BARE, STACK, ROUTED:
            with self.subTest(application):
                self.assertEqual(await greeting_of(application, cookies=cookies), "ann noted")

    async def test_a_session_goes_on(self):
        communicator = WebsocketCommunicator(BARE, "/ws/")
        await communicator.force_login(self.ann)
        again = WebsocketCommunicator(BARE, "/ws/", cookies=communicator.scope["cookies"])
        await again.force_login(self.ann)
        self.assertEqual(again.scope["cookies"], communicator.scope["cookies"])

    async def test_a_stored_session_and_keys_that_are_absent(self):
        stored = WebsocketCommunicator(BARE, "/ws/")
        await stored.force_login(self.ann)
        cookies = stored.scope["cookies"]
        for key in ("user", "headers"):
            communicator = WebsocketCommunicator(Echo, "/", cookies=cookies, scope={key: ABSENT})
            await communicator.connect()
            assert key not in communicator.scope
            assert communicator.scope["session"].session_key == cookies["sessionid"]
        communicator = WebsocketCommunicator(Echo, "/", cookies=cookies, scope={"session": ABSENT})
        await communicator.connect()
        assert not {"session", "user"} & communicator.scope.keys()

    async def test_a_stored_session_is_loaded_once(self):
        stored = WebsocketCommunicator(BARE, "/ws/")
        await stored.force_login(self.ann)
        communicator = WebsocketCommunicator(Echo, "/", cookies=stored.scope["cookies"])
        await communicator.send_input({"type": "websocket.connect"})
        assert communicator.scope.pop("user") == self.ann
        await communicator.send_to(text_data="a")
        assert "user" not in communicator.scope

    async def test_http(self):
        communicator = HttpCommunicator(Echo.as_asgi(), "GET", "/", user=self.ann)
        self.assertEqual(communicator.scope["user"], self.ann)

    @peer
    async def test_the_peer_knows_no_user(self):
        with self.assertRaises(TypeError):
            Peer(BARE, "/ws/", user=self.ann)


class TestScope:
    def scope(self, application=silence, **options):
        return WebsocketCommunicator(application, "/a b/?c=d", **options).scope

    def test_is_complete(self):
        assert self.scope(scope={"client": ["192.0.2.1", 9]}) == {
            "type": "websocket",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": "ws",
            "path": "/a b/",
            "raw_path": b"/a%20b/",
            "query_string": b"c=d",
            "root_path": "",
            "headers": [],
            "subprotocols": [],
            "client": ["192.0.2.1", 9],
            "server": ["testserver", 80],
            "extensions": {"websocket.http.response": {}},
            "state": {},
        }

    def test_of_a_bare_consumer(self):
        scope = self.scope(BARE)
        assert scope["user"] == AnonymousUser()
        assert scope["cookies"] == {}
        assert scope["session"].is_empty()

    def test_what_the_test_adds(self):
        scope = self.scope(scope={"url_route": {"kwargs": {"a": 1}}, "client": ["::1", 5]})
        assert (scope["url_route"], scope["client"]) == ({"kwargs": {"a": 1}}, ["::1", 5])

    def test_every_client_has_an_address_of_its_own(self):
        clients = [self.scope()["client"] for _ in range(700)]
        assert len({host for host, _ in clients}) == 700
        assert len({port for _, port in clients}) == 700
        assert {host.rpartition(".")[0] for host, _ in clients} == {
            "192.0.2",
            "198.51.100",
            "203.0.113",
        }
        assert all(ipaddress.ip_address(host) and port < 65536 for host, port in clients)

    @pytest.mark.parametrize(
        "key", ["client", "server", "state", "headers", "user", "session", "cookies"]
    )
    def test_a_key_that_is_absent(self, key):
        assert key in self.scope(BARE)
        assert key not in self.scope(BARE, scope={key: ABSENT})

    def test_may_be_changed_later(self):
        communicator = WebsocketCommunicator(BARE, "/")
        communicator.scope["user"] = "somebody"
        assert communicator.scope["user"] == "somebody"
