"""Nothing is left when a test is over, however it is run."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
import unittest
from unittest import mock

import channels.consumer
import channels.db
import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels.layers import BaseChannelLayer, channel_layers, get_channel_layer
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.asgi import get_asgi_application
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import SimpleTestCase, TestCase

from channeltest import (
    ApplicationCommunicator,
    ChannelTestCase,
    HttpCommunicator,
    WebsocketCommunicator,
)
from channeltest.communicators import lifetime
from channeltest.rest.threads import calls_that_wait_for_a_loop

from ...rounds import others_ran
from .apps import Echo, silence

ORIGINALS = (
    channels.db.close_old_connections,
    channels.consumer.aclose_old_connections,
    channels.consumer.async_to_sync,
    BaseDatabaseWrapper.close_if_unusable_or_obsolete,
)


def in_place():
    return (
        channels.db.close_old_connections,
        channels.consumer.aclose_old_connections,
        channels.consumer.async_to_sync,
        BaseDatabaseWrapper.close_if_unusable_or_obsolete,
    )


def clean():
    return in_place() == ORIGINALS and lifetime._lifetime is None


class Grouped(AsyncWebsocketConsumer):
    groups = ["g"]


async def connected(consumer=Echo, Communicator=WebsocketCommunicator):
    communicator = Communicator(consumer.as_asgi(), "/ws/")
    assert (await communicator.connect())[0]
    return communicator


kept = []


class Leaving:
    """Tests that leave everything behind."""

    async def test_connects(self):
        kept.append(await connected(Grouped))
        assert not clean()

    async def test_fails(self):
        kept.append(await connected())
        await kept[-1].send_to(text_data="silence")
        await kept[-1].receive_from()

    async def test_never_starts_it(self):
        ApplicationCommunicator(silence, {"type": "lifespan"})
        kept.append(ApplicationCommunicator(silence, {"type": "lifespan"}))
        assert kept[-1].future

    async def test_ends_as_it_should(self):
        await (await connected()).disconnect()


class DjangosLeaving(Leaving, SimpleTestCase):
    __test__ = False


class UnittestsLeaving(Leaving, unittest.IsolatedAsyncioTestCase):
    __test__ = False


class SyncLeaving(SimpleTestCase):
    """One test, two loops, and a layer that outlives the first."""

    __test__ = False

    def test(self):
        async_to_sync(connected)(Grouped)
        async_to_sync(get_channel_layer().send)("a", {"type": "b"})
        async_to_sync(connected)(Echo)
        assert async_to_sync(get_channel_layer().receive)("a") == {"type": "b"}
        assert not clean()


NAMES = [name for name in dir(Leaving) if name.startswith("test_")]


def run(case):
    result = unittest.TestResult()
    case(result)
    return result


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("case", [DjangosLeaving, UnittestsLeaving])
def test_nothing_is_left(case, name, layer, caplog):
    result = run(case(name))
    assert result.errors == [] or name == "test_fails"
    assert clean()
    assert (layer.groups, layer.channels) == ({}, {})
    while kept:
        communicator = kept.pop()
        assert communicator.future.done()
        assert (
            vars(communicator.future.get_loop())
            .keys()
            .isdisjoint({"close", "create_future", "run_in_executor"})
        )
        del communicator
    gc.collect()
    # On a busy machine the loop's debug mode, unittest's own, logs steps that took long.
    said = [record.getMessage() for record in caplog.records]
    assert [text for text in said if not text.startswith("Executing ")] == []


def test_a_synchronous_test_is_one_test(layer):
    result = run(SyncLeaving("test"))
    assert result.errors == []
    assert clean()
    assert (layer.groups, layer.channels) == ({}, {})


class InAThread(SimpleTestCase):
    """Its first communicator is made in another thread, for which the test waits."""

    __test__ = False

    def test(self):
        self.seen = []
        self.addCleanup(lambda: self.seen.append(clean()))
        thread = threading.Thread(target=async_to_sync(connected), args=[Grouped])
        thread.start()
        thread.join()


def test_cleanups_of_a_test_that_waits_come_before_the_end():
    case = InAThread("test")
    assert run(case).errors == []
    assert case.seen == [False]
    assert clean()


def test_another_layer_is_left_alone():
    layer = channel_layers.set("other", BaseChannelLayer())
    try:
        assert run(SyncLeaving("test")).errors == []
    finally:
        channel_layers.backends.pop("other")
    assert layer is None


class LoopOfItsOwn(SimpleTestCase):
    """A synchronous test: applications do not use the database in its thread."""

    __test__ = False

    def test(self):
        asyncio.run(connected())


class LoopOfTheCase(TestCase):
    __test__ = False

    async def test(self):
        await connected()


@pytest.mark.django_db
@pytest.mark.parametrize(("case", "calls"), [(LoopOfItsOwn, 1), (LoopOfTheCase, 0)])
def test_looks_for_a_transaction_that_applications_do_not_share(case, calls):
    with mock.patch.object(lifetime, "warn_of_transaction") as warn:
        assert run(case("test")).errors == []
    assert warn.call_count == calls


class Unfinished(unittest.IsolatedAsyncioTestCase):
    """Its application is in a synchronous call when the test ends."""

    __test__ = False

    async def test(self):
        self.seen = []
        returned, begun, release = (threading.Event() for _ in range(3))
        self.addCleanup(lambda: self.seen.append(returned.is_set()))

        def call():
            begun.set()
            release.wait(10)
            returned.set()

        async def application(scope, receive, send):
            await sync_to_async(call)()

        kept.append(ApplicationCommunicator(application, {"type": "lifespan"}))
        assert kept[-1].future
        while not begun.is_set():
            await others_ran()
        threading.Timer(0.05, release.set).start()


def test_calls_have_returned_when_the_test_is_cleaned_up():
    case = Unfinished("test")
    assert run(case).errors == []
    assert case.seen == [True]
    kept.clear()


class Released(unittest.IsolatedAsyncioTestCase):
    """What a synchronous call of its application waits for happens in a cleanup."""

    __test__ = False

    async def test(self):
        released = asyncio.Event()

        async def release():
            released.set()

        async def application(scope, receive, send):
            await sync_to_async(async_to_sync(released.wait))()

        self.addAsyncCleanup(release)
        kept.append(ApplicationCommunicator(application, {"type": "lifespan"}))
        assert kept[-1].future
        while not calls_that_wait_for_a_loop():
            await others_ran()


def test_a_call_may_wait_for_a_cleanup(settings):
    settings.CHANNELTEST = {"STAGE_BOUND": 5}
    assert run(Released("test")).wasSuccessful()
    kept.clear()


class FailingTwice(ChannelTestCase):
    __test__ = False

    async def test(self):
        async def application(scope, receive, send):
            raise KeyError(scope["type"])

        for name in ("first", "second"):
            kept.append(ApplicationCommunicator(application, {"type": name}))
            while not kept[-1].future.done():
                await others_ran()


@pytest.mark.django_db
def test_the_first_of_two_failures_is_raised():
    ((_, text),) = run(FailingTwice("test")).errors
    raised, _, _ = text.partition("The record")
    assert "first" in raised and "second" not in raised
    kept.clear()


def test_without_a_test():
    script = """if True:
        import asyncio
        from channeltest import ApplicationCommunicator
        from channeltest.communicators import lifetime

        async def silence(scope, receive, send):
            await receive()

        early = ApplicationCommunicator(silence, {})
        assert lifetime._lifetime is None

        async def main():
            assert await early.receive_nothing()
            assert lifetime._lifetime is not None

        asyncio.run(main())
        assert lifetime._lifetime is None
        """
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True)


def test_a_loop_that_nobody_winds_up(caplog):
    async def main():
        communicator = await connected()
        return communicator

    loop = asyncio.new_event_loop()
    communicator = loop.run_until_complete(main())
    loop.close()
    assert communicator.future.cancelled()
    assert vars(loop).keys().isdisjoint({"close", "create_future", "run_in_executor"})
    del communicator
    gc.collect()
    # On a busy machine the loop's debug mode, unittest's own, logs steps that took long.
    said = [record.getMessage() for record in caplog.records]
    assert [text for text in said if not text.startswith("Executing ")] == []


class Storing(WebsocketConsumer):
    """Uses the database in a thread."""

    def receive(self, text_data=None, bytes_data=None):
        get_user_model().objects.create_user(text_data)
        self.send(str(get_user_model().objects.count()))


class AsyncStoring(AsyncWebsocketConsumer):
    async def receive(self, text_data=None, bytes_data=None):
        create = database_sync_to_async(get_user_model().objects.create_user)
        await create(text_data)
        await self.send(str(await get_user_model().objects.acount()))


class DatabaseTests(TestCase):
    """What consumers store belongs to the test's transaction."""

    @classmethod
    def setUpTestData(cls):
        get_user_model().objects.create_user("ann")

    async def check(self, consumer, Communicator=WebsocketCommunicator):
        self.assertEqual(await get_user_model().objects.acount(), 1)
        communicator = await connected(consumer, Communicator)
        await communicator.send_to(text_data="ben")
        self.assertEqual(await communicator.receive_from(), "2")
        await communicator.disconnect()
        self.assertEqual(await get_user_model().objects.acount(), 2)

    async def test_sync(self):
        await self.check(Storing)

    async def test_async(self):
        await self.check(AsyncStoring)

    async def request(self, Communicator):
        await Session.objects.acount()
        communicator = Communicator(get_asgi_application(), "GET", "/missing/")
        response = await communicator.get_response(timeout=5)
        self.assertEqual(response["status"], 404)
        return await get_user_model().objects.acount()

    async def test_a_request_closes_no_connection(self):
        self.assertEqual(await self.request(HttpCommunicator), 1)

    async def test_gathered(self):
        first, second = await asyncio.gather(connected(Storing), connected(AsyncStoring))
        await first.send_to(text_data="ben")
        await second.send_to(text_data="cem")
        found = await asyncio.gather(first.receive_from(), second.receive_from())
        self.assertIn("3", found)
        await asyncio.gather(first.disconnect(), second.disconnect())


@pytest.mark.asyncio
class TestPytestAsyncio:
    @pytest.fixture
    def made(self):
        """A fixture that disconnects what the test has made and connected."""
        made = []
        yield made
        assert not clean()
        assert made[0].future.done()

    async def test_a_fixture_is_torn_down_before_the_end(self, made):
        made.append(await connected())


@pytest.fixture
async def late():
    communicator = WebsocketCommunicator(Echo.as_asgi(), "/ws/")
    yield communicator
    await communicator.disconnect()


@pytest.mark.anyio
async def test_anyio(late, anyio_backend):
    assert await late.connect() == (True, None)
    await late.send_to(text_data="a")
    assert await late.receive_from() == "a"
    assert await late.receive_nothing()


@pytest.fixture
def anyio_backend():
    return "asyncio"
