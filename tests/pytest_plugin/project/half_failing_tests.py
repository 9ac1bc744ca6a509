"""200 tests that fail, in ten ways, among 200 that look for traces of them and must pass.

By default as functions; the same as test cases are in `half_failing_cases`.
"""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from chat.asgi import application
from chat.models import Line

from channeltest import WebsocketCommunicator, layers, worker

pytestmark = [pytest.mark.django_db, pytest.mark.channels]


async def connected():
    communicator = WebsocketCommunicator(application, "/chat/")
    await communicator.connect()
    return communicator


class Failing:
    """Ways to fail; each leaves something behind."""

    async def assertion(self):
        await Line.objects.acreate(text="left")
        await (await connected()).send_json_to("left")
        raise AssertionError

    async def exception_of_the_application(self):
        communicator = await connected()
        await communicator.send_json_to("fail")
        await communicator.receive_json_from()

    async def timeout(self):
        communicator = await connected()
        await communicator.receive_json_from(timeout=0.01)

    async def timeout_of_the_test(self):
        communicator = await connected()
        await communicator.send_json_to("left")
        await asyncio.wait_for(asyncio.Event().wait(), 0.01)

    async def message_in_flight(self):
        communicator = await connected()
        await communicator.send_json_to("left")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        raise AssertionError

    async def task(self):
        communicator = await connected()
        waiting = asyncio.ensure_future(communicator.receive_json_from(timeout=None))
        forgotten = asyncio.ensure_future(asyncio.Event().wait())
        await asyncio.sleep(0)
        assert waiting.done() or forgotten.done()

    async def group(self):
        layer = get_channel_layer()
        await layer.group_add("chat", "left")
        await layer.group_send("chat", {"type": "chat.told", "texts": ["left"]})
        await layer.send("letters", {"type": "count", "text": "left", "reply_to": "left"})
        raise AssertionError

    async def rows(self):
        for _ in range(3):
            await sync_to_async(Line.objects.create)(text="left")
        await Line.objects.acreate(pk=1)
        await Line.objects.acreate(pk=1)

    async def worker(self):
        async with worker():
            await get_channel_layer().send("letters", {"type": "count", "text": ""})
            await (await connected()).receive_json_from()


class Passing:
    """Sees whether a test begins as if it were alone."""

    async def layer(self):
        assert (layers.groups(), layers.channels()) == ({}, [])

    async def database(self):
        assert await Line.objects.acount() == 0

    async def talk(self):
        communicator = await connected()
        await communicator.send_json_to("one")
        assert await communicator.receive_json_from() == ["one"]
        assert await communicator.receive_nothing()
        assert len(layers.members("chat")) == 1
        await communicator.disconnect()

    async def worker(self):
        communicator = await connected()
        async with worker():
            await communicator.send_json_to("count letters")
            assert await communicator.receive_json_from() == 7
        await communicator.disconnect()


def ways(cls):
    return sorted(name for name in vars(cls) if not name.startswith("_"))


@pytest.fixture
async def broken():
    await Line.objects.acreate(text="left")
    await connected()
    raise AssertionError


@pytest.mark.parametrize("time", range(20))
async def test_fails_in_its_fixture(broken, time):
    """Never begun."""


@pytest.mark.parametrize("way", ways(Failing))
@pytest.mark.parametrize("time", range(20))
async def test_fails(way, time):
    await getattr(Failing(), way)()


@pytest.mark.parametrize("way", ways(Passing))
@pytest.mark.parametrize("time", range(50))
async def test_passes(way, time):
    await getattr(Passing(), way)()
