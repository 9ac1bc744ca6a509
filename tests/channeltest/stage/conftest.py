"""What the stage's tests share."""

from __future__ import annotations

import asyncio

import pytest

from channeltest.stage.stage import Stage
from tests.stage.acting import nothing_left_behind


@pytest.fixture
def loop():
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture
def stage():
    with nothing_left_behind():
        stage = Stage(bound=5)
        yield stage
        stage.close()


@pytest.fixture
def hasty():
    """A stage that soon loses its patience."""
    with nothing_left_behind():
        stage = Stage(bound=0.2)
        yield stage
        if not stage.closed:
            stage.close()
