"""What a test leaves behind: nothing, however it ends and however often."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import sys
import unittest

import pytest
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels.test import ChannelTestCase, WSClient, apply_routes

from channeltest.stage.stage import Stage
from tests.channeltest.helpers import Outcome, python, run_one
from tests.values.models import IntegerValue

from .acting import nothing_left_behind, perform

pytestmark = pytest.mark.django_db(transaction=True)


class Working(AsyncWebsocketConsumer):
    """It leaves all kinds of things unfinished."""

    async def connect(self):
        await self.accept()
        self.tasks = [asyncio.create_task(asyncio.sleep(3600)), asyncio.create_task(self.listen())]

    async def listen(self):
        await self.channel_layer.receive("some.channel")

    async def receive(self, text_data=None, bytes_data=None):
        await IntegerValue.objects.acreate(name=text_data)
        await asyncio.to_thread(lambda: None)
        await self.send(text_data=str(await IntegerValue.objects.acount()))


class Synchronous(WebsocketConsumer):
    def receive(self, text_data=None, bytes_data=None):
        self.send(text_data=text_data)


class Broken(Working):
    async def receive(self, text_data=None, bytes_data=None):
        raise KeyError("broken")


class Busy(Working):
    async def receive(self, text_data=None, bytes_data=None):
        while True:
            await asyncio.sleep(0)


def talk(consumer):
    with apply_routes([consumer.as_route(path="/")]):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/")
        client.send_and_consume("websocket.receive", text="x", path="/")
        assert client.receive(json=False) is not None


class Hasty(ChannelTestCase):
    stage_bound = 0.1


def case_of(consumer):
    """Only what never comes to rest has a short bound: others have their time on a busy machine."""
    return Hasty if consumer is Busy else ChannelTestCase


@pytest.mark.parametrize("consumer", [Working, Synchronous, Broken, Busy])
def test_after_one_test(consumer):
    run_one(ChannelTestCase, lambda case: talk(Working))
    with nothing_left_behind():
        outcome = run_one(case_of(consumer), lambda case: talk(consumer))
    assert (outcome == "ok") == (consumer in (Working, Synchronous))


@pytest.mark.parametrize("consumer", [Broken, Busy])
def test_the_next_test_is_untouched(consumer):
    class First(case_of(consumer)):
        def test_a(self):
            talk(consumer)

    class Next(ChannelTestCase):
        def test_b(self):
            assert IntegerValue.objects.count() == 0
            talk(Working)

    outcome = Outcome()
    unittest.TestSuite([First("test_a"), Next("test_b")]).run(outcome)
    assert outcome.tests["test_a"] != "ok"
    assert outcome.tests["test_b"] == "ok"


def test_two_thousand_tests():
    class Many(ChannelTestCase):
        def test(self):
            talk(Working)

    class ManySynchronous(ChannelTestCase):
        def test(self):
            talk(Synchronous)

    def run(number):
        for case in (Many, ManySynchronous):
            outcome = Outcome()
            unittest.TestSuite([case("test") for _ in range(number // 2)]).run(outcome)
            assert outcome.testsRun == number // 2
            assert outcome.tests == {"test": "ok"}
        gc.collect()
        return len(os.listdir("/proc/self/fd")), len(gc.get_objects())

    run(200)
    descriptors, objects = run(200)
    descriptors_after, objects_after = run(1600)
    assert descriptors_after == descriptors
    # Caches of others may still grow a little, but not by an object for each test. Coverage keeps
    # objects for each thread that it has measured.
    assert objects_after - objects < 800 or "coverage" in sys.modules


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_child_that_was_forked():
    """It has neither the stage of its parent nor the thread that watches it, and can do without."""

    def body(case):
        with apply_routes([Synchronous.as_route(path="/")]):
            client = WSClient()
            client.send_and_consume("websocket.connect", path="/")
            context = multiprocessing.get_context("fork")
            child = context.Process(target=in_child)
            child.start()
            child.join(30)
            assert child.exitcode == 0
            client.send_and_consume("websocket.receive", text="still here", path="/")
            assert client.receive(json=False) == "still here"

    def in_child():
        talk(Synchronous)
        stage = Stage(bound=5)
        assert perform(stage, asyncio.to_thread, lambda: 1) == 1
        stage.close()

    assert run_one(ChannelTestCase, body) == "ok"


def test_interpreter_ends_although_a_thread_hangs():
    """In a program of its own: nothing is printed at the end, and nobody waits."""
    source = """
        import asyncio, contextvars, threading
        from django.conf import settings
        settings.configure()
        import django
        django.setup()
        from channeltest.errors import StageError
        from channeltest.stage.stage import Stage

        async def hang():
            await asyncio.to_thread(threading.Event().wait)

        stage = Stage(bound=0.1)
        try:
            stage.settle(lambda: stage.run(hang(), contextvars.Context()))
        except StageError:
            print("told")
    """
    assert python(source) == "told"
