"""Bounds hold whatever a test does to clocks and signals, and nobody else's signals change."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import textwrap
import threading
import time
from unittest import mock

import pytest
import time_machine
from asgiref.sync import sync_to_async
from freezegun import freeze_time

from channeltest import ApplicationCommunicator
from channeltest.errors import StageError
from channeltest.stage.stage import Stage

from .acting import perform, start

CLOCKS = {
    "freezegun": lambda: freeze_time("2020-01-01"),
    "freezegun, tick": lambda: freeze_time("2020-01-01", tick=True),
    "freezegun, auto_tick": lambda: freeze_time("2020-01-01", auto_tick_seconds=100),
    "time-machine": lambda: time_machine.travel(0, tick=False),
    "mock": lambda: mock.patch("time.monotonic", return_value=5.0),
}
replaced_clocks = pytest.mark.parametrize("replace", CLOCKS.values(), ids=CLOCKS)


@pytest.fixture
def hasty():
    stage = Stage(bound=0.2)
    yield stage
    stage.close()


def held(seconds):
    time.sleep(seconds)


@replaced_clocks
class TestClocks:
    def test_no_false_error(self, replace):
        with replace():
            stage = Stage(bound=5)
            assert perform(stage, asyncio.to_thread, int) == 0
            assert perform(stage, asyncio.sleep, 0.5, "slept") == "slept"
            stage.close()

    def test_the_bound_holds(self, replace):
        released = threading.Event()

        async def wait():
            await asyncio.to_thread(released.wait)

        with replace(), pytest.raises(StageError, match="has not come back"):
            start(Stage(bound=0.2), wait)
        released.set()

    def test_waits_of_communicators_end(self, replace):
        async def wait(scope, receive, send):
            await asyncio.get_running_loop().create_future()

        async def main():
            with replace():
                communicator = ApplicationCommunicator(wait, {"type": "lifespan"})
                assert await communicator.receive_nothing()
                with pytest.raises(asyncio.TimeoutError):
                    await communicator.receive_output(0.05)

        asyncio.run(main())


class TestSignals:
    @pytest.mark.parametrize("handler", [signal.SIG_IGN, signal.default_int_handler, print])
    def test_sigint_is_left_alone(self, hasty, handler):
        """As under nohup, by default, and as unittest's runner or a project has it."""
        before = signal.signal(signal.SIGINT, handler)
        try:
            with pytest.raises(StageError, match=r"held the test's thread at .*in held"):
                start(hasty, sync_to_async(held), 60)
            assert signal.getsignal(signal.SIGINT) is handler
        finally:
            signal.signal(signal.SIGINT, before)

    def test_an_application_that_catches_everything(self, hasty):
        async def stubborn():
            try:
                time.sleep(60)
            except BaseException:
                pass

        with pytest.raises(StageError, match="in stubborn"):
            start(hasty, stubborn)

    def test_a_lock_that_nobody_releases(self, hasty):
        lock = threading.Lock()
        lock.acquire()

        async def wait():
            await sync_to_async(lock.acquire)()

        with pytest.raises(StageError, match="held the test's thread"):
            start(hasty, wait)

    def test_the_next_turn_is_untouched(self):
        stage = Stage(bound=5)
        perform(stage, asyncio.sleep, 0.1)
        stage.close()


def test_a_thread_that_cannot_be_freed_ends_the_run():
    """With an error that names the line: nothing else would ever end it."""
    source = """
        import asyncio, contextvars, time
        from django.conf import settings
        settings.configure()
        import django
        django.setup()
        from channeltest.stage.stage import Stage

        async def stubborn():
            while True:
                try:
                    time.sleep(60)
                except BaseException:
                    pass

        stage = Stage(bound=0.1)
        stage.settle(lambda: stage.run(stubborn(), contextvars.Context()))
    """
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(source)], capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 70
    assert "does not let itself be ended" in ended.stderr
    assert "in stubborn" in ended.stderr
