"""Consumers that use the database: each test finds only what it has written itself."""

import asyncio
import os

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from chat.asgi import application
from chat.models import Line
from django.db import close_old_connections, connection, transaction
from django.test import AsyncClient

if os.environ.get("PLUGIN_PEER"):
    # The same lines with what everybody has: channels.testing and pytest-django.
    from channels.testing import HttpCommunicator, WebsocketCommunicator

    pytestmark = [pytest.mark.django_db]
else:
    from channeltest import HttpCommunicator, WebsocketCommunicator

    pytestmark = [pytest.mark.django_db, pytest.mark.channels]


@pytest.fixture
def line():
    """Written in the main thread, before the loop runs."""
    return Line.objects.create(text="a fixture's")


def texts():
    return list(Line.objects.order_by("pk").values_list("text", flat=True))


async def talk(path):
    communicator = WebsocketCommunicator(application, path)
    assert (await communicator.connect())[0]
    await communicator.send_json_to("one")
    assert await communicator.receive_json_from() == ["a fixture's", "one"]
    await Line.objects.acreate(text="a test's")
    await communicator.send_json_to("two")
    assert await communicator.receive_json_from() == ["a fixture's", "one", "a test's", "two"]
    await communicator.disconnect()


@pytest.mark.parametrize("time", range(3))
@pytest.mark.parametrize("path", ["/chat/", "/sync/"])
async def test_consumer(path, time, line):
    await talk(path)


@pytest.mark.parametrize("time", range(2))
def test_in_a_synchronous_test(time, line):
    asyncio.run(talk("/chat/"))
    assert texts() == ["a fixture's", "one", "a test's", "two"]


@pytest.mark.parametrize("time", range(2))
def test_under_async_to_sync(time, line):
    async_to_sync(talk)("/sync/")
    assert texts() == ["a fixture's", "one", "a test's", "two"]


@pytest.fixture(params=[("asyncio", {}), ("asyncio", {"debug": True})])
def anyio_backend(request):
    return request.param


@pytest.mark.anyio
async def test_under_anyio(line):
    await talk("/chat/")


@pytest.mark.parametrize("time", range(2))
async def test_whole_project(time, line):
    """Django's own handler asks for a thread for each request."""
    communicator = HttpCommunicator(application, "GET", "/say/")
    response = await communicator.get_response()
    await communicator.wait()
    assert response["body"] == b'["a fixture\'s", "said over HTTP"]'
    assert await Line.objects.acount() == 2


async def test_client_of_django(line):
    response = await AsyncClient().get("/say/")
    assert response.json() == ["a fixture's", "said over HTTP"]


async def test_connection_stays(line):
    await sync_to_async(close_old_connections)()
    assert await sync_to_async(texts)() == ["a fixture's"]


async def test_rollback_of_a_block(line):
    @sync_to_async
    def write_and_fail():
        with transaction.atomic():
            Line.objects.create(text="never")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await write_and_fail()
    assert await sync_to_async(texts)() == ["a fixture's"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", range(2))
async def test_transactions(time, line):
    await talk("/chat/")
    assert await sync_to_async(lambda: connection.get_autocommit())()


@pytest.mark.django_db(databases=["default", "other"])
@pytest.mark.parametrize("time", range(2))
@pytest.mark.skipif("len(__import__('django').conf.settings.DATABASES) < 2")
async def test_several_databases(time, line):
    await Line.objects.using("other").acreate(text="elsewhere")
    assert await Line.objects.using("other").acount() == 1
    assert await Line.objects.acount() == 1


@pytest.mark.skipif("len(__import__('django').conf.settings.DATABASES) < 2")
async def test_database_that_was_not_asked_for():
    with pytest.raises(Exception, match="to 'other' are not allowed"):
        await Line.objects.using("other").acount()


@pytest.mark.parametrize("time", range(2))
def test_nothing_is_left(time):
    assert texts() == []
