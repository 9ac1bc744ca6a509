"""Who connects, and with what."""

from __future__ import annotations

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.urls import path

from ..apps import Echo, Teller
from ..running import run
from . import connected, feature

GROUP = "Scope, users, cookies"

SERVERS = {"asgi", "http_version", "scheme", "client", "server", "root_path", "raw_path", "state"}


@feature(GROUP, "A scope with all that a server puts into it")
async def complete_scope(library):
    communicator = await connected(library, Echo.as_asgi())
    assert communicator.scope.keys() >= SERVERS


@feature(GROUP, "``cookies``, ``session`` and ``user`` for a consumer without middleware")
async def bare_consumer(library):
    communicator = await connected(library, Teller.as_asgi())
    assert await communicator.receive_from() == "AnonymousUser"
    assert communicator.scope.keys() >= {"cookies", "session", "user"}


@feature(GROUP, "``url_route`` when the path is routed")
async def url_route(library):
    class Named(Echo):
        async def connect(self):
            await self.accept(self.scope["url_route"]["kwargs"]["name"])

    router = URLRouter([path("ws/<name>/", Named.as_asgi())])
    communicator = library.WebsocketCommunicator(router, "/ws/one/", subprotocols=["one"])
    assert await communicator.connect() == (True, "one")


@feature(GROUP, "Keys of the test's own: ``scope=``")
async def own_keys(library):
    communicator = await connected(library, Echo.as_asgi(), scope={"tenant": 1})
    assert communicator.scope["tenant"] == 1


@feature(GROUP, "A client address for each communicator, so that limits count each alone")
async def addresses(library):
    clients = [await connected(library, Echo.as_asgi()) for _ in range(3)]
    assert len({each.scope["client"][0] for each in clients}) == 3


@feature(GROUP, "``user=``, which middleware keeps")
def user(library):
    from django.test import TestCase

    class Case(TestCase):
        async def test(self):
            from django.contrib.auth.models import User

            user = await User.objects.acreate(username="ann")
            application = AuthMiddlewareStack(Teller.as_asgi())
            communicator = await connected(library, application, user=user)
            assert await communicator.receive_from() == "ann"
            await communicator.disconnect()

    assert run(Case, reraise=True).wasSuccessful()


@feature(GROUP, "``await communicator.force_login(user)``")
def force_login(library):
    from django.test import TestCase

    class Case(TestCase):
        async def test(self):
            from django.contrib.auth.models import User

            user = await User.objects.acreate(username="ann")
            application = AuthMiddlewareStack(Teller.as_asgi())
            communicator = library.WebsocketCommunicator(application, "/ws/")
            await communicator.force_login(user)
            await communicator.connect()
            assert await communicator.receive_from() == "ann"
            await communicator.disconnect()

    assert run(Case, reraise=True).wasSuccessful()


@feature(GROUP, "Cookies as a dict")
async def cookies(library):
    communicator = await connected(library, Echo.as_asgi(), cookies={"a": "1", "b": "2"})
    assert (b"cookie", b"a=1; b=2") in communicator.scope["headers"]


@feature(GROUP, "Headers as a dict of strings")
async def headers(library):
    communicator = await connected(library, Echo.as_asgi(), headers={"Origin": "http://here"})
    assert communicator.scope["headers"] == [(b"origin", b"http://here")]
