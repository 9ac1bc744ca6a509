"""`stage.stage`: tracebacks of pytest end at the lines of the test and of its application."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.generic.websocket import WebsocketConsumer

import channeltest
from channeltest import WebsocketCommunicator, captive_layers
from channeltest.errors import StageError
from channeltest.stage.stage import Stage
from tests.stage.acting import start

LIBRARY = Path(channeltest.__file__).parent


def shown(caught):
    """The files of the package that pytest shows of a failure."""
    paths = {Path(entry.path) for entry in caught.traceback.filter(caught)}
    assert Path(__file__) in paths
    return [path for path in paths if LIBRARY in path.parents]


def test_of_an_application():
    async def fail():
        raise KeyError("boom")

    stage = Stage(bound=5)
    with pytest.raises(KeyError) as caught:
        start(stage, stage_task_of(stage, fail))
    assert shown(caught) == []
    stage.close()


def stage_task_of(stage, function):
    """A coroutine function whose failure the stage raises, as it does for connections."""

    async def run():
        try:
            await function()
        except Exception as error:
            stage.failures.append(error)

    return run


def test_of_a_call_in_the_test_s_thread():
    @sync_to_async
    def fail():
        raise KeyError("boom")

    stage = Stage(bound=5)
    with pytest.raises(KeyError) as caught:
        start(stage, stage_task_of(stage, fail))
    assert shown(caught) == []
    stage.close()


def test_of_a_call_under_a_communicator():
    class Fails(WebsocketConsumer):
        def connect(self):
            raise KeyError("boom")

    @async_to_sync
    async def connect():
        await WebsocketCommunicator(Fails, "/").connect()

    # The layer of the settings has no server, and a consumer may find that out first.
    with captive_layers(), pytest.raises(KeyError) as caught:
        connect()
    assert shown(caught) == []


def test_of_the_stage():
    async def busy():
        while True:
            await asyncio.sleep(0)

    stage = Stage(bound=0.1)
    with pytest.raises(StageError) as caught:
        start(stage, busy)
    assert shown(caught) == []
