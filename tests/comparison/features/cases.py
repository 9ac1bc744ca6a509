"""Test-case classes."""

from __future__ import annotations

import asyncio
import dataclasses
import io
import unittest
from typing import Any

from django.test import TestCase

from ..apps import Echo, Member
from ..running import run
from . import at_once, feature, raises

GROUP = "Test-case classes"


def passes(library: Any, **members: Any) -> None:
    """Run tests of a class that is made of ``members``, and raise what one of them raises."""
    case = type("Case", (library.WebsocketTestCase,), {"ws_path": "/echo/", **members})
    run(case, reraise=True)


@feature(GROUP, "``WebsocketTestCase`` finds the application by ``ASGI_APPLICATION``")
def discovery(library):
    async def test(self):
        assert (await self.auth_communicator.connect())[0]
        await self.auth_communicator.send_to("hello")
        assert await self.auth_communicator.receive_from() == "hello"
        await self.auth_communicator.disconnect()

    passes(library, test=test)


@feature(GROUP, "It disconnects what a test has left connected")
def tracking(library):
    async def test(self):
        assert (await self.auth_communicator.connect())[0]
        assert (await self.create_communicator(ws_path="/echo/").connect())[0]

    passes(library, test=test)
    assert Echo.left >= 2


@feature(GROUP, "Its tests are rolled back, at the speed of ``TestCase``")
def rollback(library):
    assert issubclass(library.WebsocketTestCase, TestCase)


@feature(GROUP, "``connect(ws_path=…)``")
def path_of_connect(library):
    async def test(self):
        assert (await self.auth_communicator.connect(ws_path="/member/"))[0]
        await self.auth_communicator.disconnect()

    passes(library, test=test)


@feature(GROUP, "``async def setUp``, on the loop of the test")
def async_set_up(library):
    async def set_up(self):
        self.ws_headers, self.subprotocols = [], []
        self.connected, _ = await self.auth_communicator.connect()

    async def test(self):
        assert self.connected
        await self.auth_communicator.send_to("hello")
        assert await self.auth_communicator.receive_from() == "hello"
        await self.auth_communicator.disconnect()

    passes(library, setUp=set_up, test=test)


@feature(GROUP, "``send_message`` takes dicts")
def send_dict(library):
    async def test(self):
        await self.auth_communicator.connect()
        await self.auth_communicator.send_message({"action": "hello"})
        assert await self.auth_communicator.receive_json_from() == {"action": "hello"}
        await self.auth_communicator.disconnect()

    passes(library, test=test)


@feature(GROUP, "``send_message`` takes dataclasses")
def send_dataclass(library):
    @dataclasses.dataclass
    class Message:
        action: str = "hello"

    async def test(self):
        await self.auth_communicator.connect()
        await self.auth_communicator.send_message(Message())
        assert await self.auth_communicator.receive_json_from() == {"action": "hello"}
        await self.auth_communicator.disconnect()

    passes(library, test=test)


@feature(GROUP, "``receive_all_json()`` needs no completion message and no time")
def no_completion(library):
    async def test(self):
        await self.auth_communicator.connect()
        await self.auth_communicator.send_json_to({"action": "hello"})
        with at_once():
            assert await self.auth_communicator.receive_all_json() == [{"action": "hello"}]
        await self.auth_communicator.disconnect()

    passes(library, test=test)


@feature(GROUP, "``receive_all_json(wait_group=True)`` has what came over a group")
def wait_group(library):
    async def test(self):
        first, second = [self.create_communicator(ws_path="/member/") for _ in range(2)]
        await first.connect()
        await second.connect()
        await first.send_json_to({"action": "hello"})
        for each in (first, second):
            assert await each.receive_all_json(wait_group=True) == [{"action": "hello"}]
            await each.disconnect()

    passes(library, test=test)


@feature(GROUP, "``assert_closed()``")
def assert_closed(library):
    async def test(self):
        await self.auth_communicator.connect()
        await self.auth_communicator.send_to("close")
        await self.auth_communicator.assert_closed()

    passes(library, test=test)


@feature(GROUP, "``@async_test``: ``asyncTearDown`` runs when the test fails")
def async_test(library):
    ended = []

    class Case(TestCase):
        async def asyncTearDown(self):
            ended.append(self)

        @library.async_test
        async def test(self):
            raise AssertionError

    assert len(run(Case).failures) == len(ended) == 1


@feature(GROUP, "``APICommunicator`` and ``get_headers_for_user`` of django-rest-live")
def rest_live(library):
    class Case(TestCase):
        async def test(self):
            from django.contrib.auth.models import User

            user = await User.objects.acreate(username="ann")
            headers = await library.get_headers_for_user(user)
            communicator = library.APICommunicator(Echo.as_asgi(), "/ws/", headers)
            assert (await communicator.connect())[0]
            await communicator.disconnect()

    run(Case, reraise=True)


@feature(GROUP, "``WSClient`` in a sync test, a communicator in an async one, same class")
def both_dialects(library):
    def test_sync(self):
        from channels import Group

        client = library.WSClient()
        with library.apply_routes([Member.as_route(path="/ws/")]):
            client.send_and_consume("websocket.connect", path="/ws/")
            Group("members").send({"type": "said", "text": "hello"}, immediately=True)
            assert client.receive(json=False) == "hello"

    async def test_async(self):
        communicator = library.WebsocketCommunicator(Member.as_asgi(), "/ws/")
        assert (await communicator.connect())[0]
        await communicator.send_to("hello")
        assert await communicator.receive_from() == "hello"
        await communicator.disconnect()

    passes(library, test_sync=test_sync, test_async=test_async)


@feature(GROUP, "A test that leaves its application in a mess fails alone")
def fails_alone(library):
    class Case(TestCase):
        async def test_1_fails(self):
            communicator = library.WebsocketCommunicator(Member.as_asgi(), "/ws/")
            await communicator.connect()
            with raises(asyncio.TimeoutError):
                await communicator.receive_from(timeout=0.01)
            await communicator.send_to("hello")
            raise AssertionError

        async def test_2_passes(self):
            communicator = library.WebsocketCommunicator(Member.as_asgi(), "/ws/")
            await communicator.connect()
            await communicator.send_to("hello")
            assert await communicator.receive_from() == "hello"
            await communicator.disconnect()

    suite = unittest.defaultTestLoader.loadTestsFromTestCase(Case)
    result = unittest.TextTestRunner(stream=io.StringIO()).run(suite)
    [(failed, _)] = [*result.failures, *result.errors]
    assert failed.id().endswith("test_1_fails")
