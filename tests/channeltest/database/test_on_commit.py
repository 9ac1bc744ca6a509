"""`database.on_commit`: what consumers register is captured, and leads to a group's messages."""

from __future__ import annotations

import asyncio

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels.layers import get_channel_layer
from channels.test import ChannelTestCase, WSClient, apply_routes
from django.db import transaction
from django.test import TestCase

from channeltest import WebsocketCommunicator, WebsocketTestCase, captive_layers
from channeltest.database.on_commit import call_in_database_thread, capturing_on_commit
from channeltest.database.sharing import SharedConnections
from tests.channeltest.helpers import run_one
from tests.values.models import IntegerValue


def announce(name):
    """Save a value, and tell the group once it is committed: the common pattern."""
    with transaction.atomic():
        value = IntegerValue.objects.create(name=name)
        send = async_to_sync(get_channel_layer().group_send)
        transaction.on_commit(lambda: send("values", {"type": "saved", "name": value.name}))


class Asynchronous(AsyncWebsocketConsumer):
    groups = ["values"]

    async def receive(self, text_data=None, bytes_data=None):
        await database_sync_to_async(announce)(text_data)

    async def saved(self, event):
        await self.send(text_data=f"saved {event['name']}")


class Synchronous(WebsocketConsumer):
    groups = ["values"]

    def receive(self, text_data=None, bytes_data=None):
        announce(text_data)

    def saved(self, event):
        self.send(text_data=f"saved {event['name']}")


both = pytest.mark.parametrize("consumer", [Asynchronous, Synchronous])


async def talk(capture, consumer):
    """Send a text whose commit is captured; what the consumer sends then."""
    async with WebsocketCommunicator(consumer, "/") as communicator:
        with capture(execute=True) as callbacks:
            await communicator.send_to(text_data="x")
            assert await communicator.receive_nothing()
        assert len(callbacks) == 1
        return await communicator.receive_from()


@both
@pytest.mark.django_db(transaction=True)
class TestCases:
    def test_communicators_in_a_case_of_djangos(self, consumer):
        async def body(case):
            def capture(**options):
                return case.captureOnCommitCallbacks(**options)

            with captive_layers():
                assert await talk(capture, consumer) == "saved x"

        assert run_one(TestCase, body) == "ok"

    @pytest.mark.parametrize("base", [WebsocketTestCase, ChannelTestCase])
    def test_communicators_in_cases_of_ours(self, consumer, base):
        async def body(case):
            assert await talk(case.captureOnCommitCallbacks, consumer) == "saved x"

        assert run_one(base, body) == "ok"

    def test_a_communicator_that_is_made_in_the_block(self, consumer):
        async def body(case):
            with case.captureOnCommitCallbacks() as callbacks:
                communicator = case.create_communicator(router=consumer, ws_path="/")
                await communicator.connect()
                await communicator.send_to(text_data="x")
                assert await communicator.receive_nothing()
            assert len(callbacks) == 1
            assert await communicator.receive_nothing()
            await sync_to_async(callbacks[0])()
            assert await communicator.receive_from() == "saved x"

        assert run_one(WebsocketTestCase, body) == "ok"

    def test_the_stage(self, consumer):
        def body(case):
            with apply_routes([consumer.as_route(path="/")]):
                client = WSClient()
                client.send_and_consume("websocket.connect", path="/")
                with case.captureOnCommitCallbacks(execute=True) as callbacks:
                    client.send_and_consume("websocket.receive", text="x", path="/")
                    assert client.receive() is None
                assert len(callbacks) == 1
                assert client.receive(json=False) == "saved x"

        assert run_one(ChannelTestCase, body) == "ok"


@both
@pytest.mark.channels
@pytest.mark.django_db
class TestFunctions:
    def test_on_a_loop_of_its_own(self, consumer, django_capture_on_commit_callbacks):
        talking = talk(django_capture_on_commit_callbacks, consumer)
        assert asyncio.run(talking) == "saved x"

    def test_under_async_to_sync(self, consumer, django_capture_on_commit_callbacks):
        assert async_to_sync(talk)(django_capture_on_commit_callbacks, consumer) == "saved x"


@pytest.mark.django_db(transaction=True)
@pytest.mark.channels
@both
def test_a_test_that_commits_needs_no_capture(consumer):
    async def commit():
        async with WebsocketCommunicator(consumer, "/") as communicator:
            await communicator.send_to(text_data="x")
            return await communicator.receive_from()

    assert asyncio.run(commit()) == "saved x"


@pytest.fixture
def shared(db):
    sharing = SharedConnections()
    sharing.start()
    yield
    sharing.stop()


def register(callback):
    return sync_to_async(transaction.on_commit)(callback)


class TestCapture:
    def test_what_a_callback_raises(self, shared):
        def fail():
            raise KeyError("failed on commit")

        async def main():
            with TestCase.captureOnCommitCallbacks(execute=True):
                await register(fail)

        with pytest.raises(KeyError, match="failed on commit"):
            asyncio.run(main())

    def test_what_the_block_raises(self, shared):
        called = []

        async def main():
            with TestCase.captureOnCommitCallbacks(execute=True):
                await register(lambda: called.append(True))
                raise KeyError("the block")

        with pytest.raises(KeyError, match="the block"):
            asyncio.run(main())
        assert called

    def test_what_a_callback_registers(self, shared):
        called = []

        def again():
            called.append("first")
            transaction.on_commit(lambda: called.append("second"))

        async def main():
            with TestCase.captureOnCommitCallbacks(execute=True) as callbacks:
                await register(again)
            return len(callbacks)

        assert (asyncio.run(main()), called) == (2, ["first", "second"])

    def test_what_was_registered_before(self, shared):
        async def main():
            await register(print)
            with TestCase.captureOnCommitCallbacks() as callbacks:
                pass
            return callbacks

        assert asyncio.run(main()) == []

    def test_a_callback_writes_into_the_tests_transaction(self, shared):
        async def main():
            with TestCase.captureOnCommitCallbacks(execute=True):
                await register(lambda: IntegerValue.objects.create(name="x"))
            assert await IntegerValue.objects.acount() == 1

        asyncio.run(main())
        assert IntegerValue.objects.count() == 1

    def test_a_thread_that_waits_for_the_loop(self, shared, settings):
        """The loop stands while callbacks are called: this call would never end."""
        settings.CHANNELTEST = {"STAGE_BOUND": 0.1}

        async def main():
            waits, go_on = asyncio.Event(), asyncio.Event()

            async def later():
                waits.set()
                await go_on.wait()

            call = asyncio.create_task(sync_to_async(lambda: async_to_sync(later)())())
            await waits.wait()
            with pytest.raises(AssertionError, match="a synchronous call of an application"):
                call_in_database_thread(int)
            go_on.set()
            await call

        asyncio.run(main())

    def test_a_call_that_times_out_itself(self, shared):
        def fail():
            raise TimeoutError("the call's own")

        async def main():
            call_in_database_thread(fail)

        with pytest.raises(TimeoutError, match="the call's own"):
            asyncio.run(main())

    def test_nothing_is_left(self, db):
        before = TestCase.captureOnCommitCallbacks.__func__
        sharing = SharedConnections()
        sharing.start()
        assert TestCase.captureOnCommitCallbacks.__func__ is not before
        sharing.stop()
        assert TestCase.captureOnCommitCallbacks.__func__ is before
        assert not capturing_on_commit.is_active
