"""Worker channels (channels#1197): what the workers do with what a websocket's consumer sends."""

import contextlib
import os

import pytest
from chat.asgi import application
from chat.models import Line

if os.environ.get("PLUGIN_PEER"):
    from channels.testing import WebsocketCommunicator as Communicator

    # There is nothing that runs workers in a test.
    worker = contextlib.nullcontext
    pytestmark = pytest.mark.django_db(transaction=True)
else:
    from channeltest import WebsocketCommunicator as Communicator
    from channeltest import worker

    pytestmark = [pytest.mark.django_db, pytest.mark.channels]


@pytest.mark.parametrize("time", range(2))
async def test_answer_of_a_worker(time):
    communicator = Communicator(application, "/chat/")
    await communicator.connect()
    async with worker():
        await communicator.send_json_to("count letters")
        assert await communicator.receive_json_from() == 7
    assert [line.text async for line in Line.objects.all()] == ["7"]
    await communicator.disconnect()
