"""Worker channels in asynchronous tests."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels import Group
from channels.consumer import AsyncConsumer, SyncConsumer
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.layers import BaseChannelLayer, channel_layers, get_channel_layer
from channels.routing import ChannelNameRouter, ProtocolTypeRouter
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from channeltest import WebsocketCommunicator, captive_layers, layers, trace, worker

from ...rounds import others_ran


class Worker(AsyncConsumer):
    """Does what messages say."""

    count = 0

    async def job(self, message):
        await self.channel_layer.group_send("done", {"type": "done", "n": message["n"]})

    async def slow(self, message):
        for _ in range(20):
            await asyncio.sleep(0)
        await sync_to_async(lambda: None)()
        await self.job(message)

    async def counted(self, message):
        self.count += 1
        await self.channel_layer.send("counted", {"n": self.count})

    async def fail(self, message):
        raise KeyError("the worker failed")

    async def say_and_fail(self, message):
        await self.channel_layer.send("failing", {"type": "failing"})
        raise ValueError("the worker failed too")

    async def stop(self, message):
        raise StopConsumer

    async def hang(self, message):
        await asyncio.Event().wait()

    async def hang_and_fail(self, message):
        try:
            await asyncio.Event().wait()
        finally:
            raise KeyError("cancelled")

    async def answer(self, message):
        await self.send({"type": "anything"})

    async def join(self, message):
        await self.channel_layer.group_add("workers", self.channel_name)

    async def start(self, message):
        """Have a task or a thread do the job when this has returned."""
        if message["in"] == "thread":
            threading.Thread(target=async_to_sync(self.job), args=[message]).start()
        else:
            self.task = asyncio.get_running_loop().create_task(self.started(message))

    async def started(self, message):
        if message["in"] == "a timer":
            await asyncio.sleep(0.01)
        elif message["in"] == "a long timer":
            await asyncio.sleep(1.5)
        elif message["in"] == "a call":
            await asyncio.to_thread(lambda: None)
        for _ in range(20):
            await asyncio.sleep(0)
        await self.job(message)

    async def onward(self, message):
        await self.channel_layer.send("others", {"type": "job", "n": message["n"]})


class Synchronous(SyncConsumer):
    def job(self, message):
        async_to_sync(self.channel_layer.send)("counted", {"n": message["n"]})


class Asking(AsyncJsonWebsocketConsumer):
    """Has a worker answer."""

    groups = ["done"]

    async def receive_json(self, content):
        kind = content.pop("type", "slow")
        await self.channel_layer.send("jobs", {"type": kind, **content})

    async def done(self, message):
        await self.send_json(message["n"])


application = ProtocolTypeRouter(
    {
        "websocket": Asking.as_asgi(),
        "channel": ChannelNameRouter(
            {
                "jobs": Worker.as_asgi(),
                "others": Worker.as_asgi(),
                "synchronous": Synchronous.as_asgi(),
            }
        ),
    }
)


@pytest.fixture(autouse=True)
def captive(settings):
    """Give each test captive layers, and the application of this module."""
    settings.ASGI_APPLICATION = f"{__name__}.application"
    with captive_layers():
        yield


def in_a_loop(test):
    """Run an asynchronous test on a loop of its own, and see that it leaves no task."""

    def run(self):
        async def alone():
            await get_channel_layer().group_add("done", "results")
            await test(self)
            assert asyncio.all_tasks() == {asyncio.current_task()}

        asyncio.run(alone())

    return run


async def send(channel, kind, **content):
    await get_channel_layer().send(channel, {"type": kind, **content})


async def taken(channel):
    """Return when a worker has taken the messages of a channel, and begun to handle the last."""
    while layers.messages(channel):
        await others_ran()
    await others_ran()


def results(channel="results"):
    return [message["n"] for message in layers.messages(channel)]


class TestMessages:
    @in_a_loop
    async def test_all_that_wait_are_worked_off(self):
        await send("jobs", "job", n=1)
        async with worker():
            await send("jobs", "slow", n=2)
            await send("jobs", "job", n=3)
            assert results() == []
        assert results() == [1, 2, 3]

    @in_a_loop
    async def test_so_many_are_taken_and_no_more(self):
        for n in (1, 2, 3):
            await send("jobs", "slow", n=n)
        async with worker("jobs", messages=2):
            pass
        assert results() == [1, 2]
        assert layers.messages("jobs") == [{"type": "slow", "n": 3}]

    @in_a_loop
    async def test_there_are_fewer(self):
        await send("jobs", "job", n=1)
        with pytest.raises(AssertionError, match="take 3 messages in its block, and 2 of them"):
            async with worker("jobs", messages=3):
                pass

    @in_a_loop
    async def test_one_instance_for_a_channel(self):
        async with worker():
            for channel in ("jobs", "jobs", "others"):
                await send(channel, "counted")
        assert sorted(results("counted")) == [1, 1, 2]

    @in_a_loop
    async def test_another_instance_when_one_has_ended(self):
        async with worker():
            for kind in ("counted", "stop", "counted"):
                await send("jobs", kind)
        assert results("counted") == [1, 1]

    @in_a_loop
    async def test_from_worker_to_worker(self):
        async with worker():
            await send("jobs", "onward", n=1)
        assert results() == [1]

    @in_a_loop
    async def test_synchronous_consumer(self):
        async with worker():
            await send("synchronous", "job", n=1)
        assert results("counted") == [1]

    @in_a_loop
    async def test_messages_over_a_group(self):
        async with worker():
            await send("jobs", "join")
        async with worker():
            await send("jobs", "join")
            while len(layers.members("workers")) < 2:
                await asyncio.sleep(0)
            await get_channel_layer().group_send("workers", {"type": "slow", "n": 1})
        assert results() == [1]

    @pytest.mark.parametrize("kind", ["a task", "a timer", "a call", "thread"])
    def test_what_they_start_is_waited_for(self, kind):
        @in_a_loop
        async def test(self):
            async with worker():
                await send("jobs", "start", n=1, **{"in": kind})
            assert results() == [1]

        test(self)

    @in_a_loop
    async def test_a_timer_of_more_than_a_second_is_left(self):
        async with worker():
            await send("jobs", "start", n=1, **{"in": "a long timer"})
        assert results() == []
        (task,) = asyncio.all_tasks() - {asyncio.current_task()}
        task.cancel()
        await asyncio.wait([task])

    @in_a_loop
    async def test_only_the_channels_that_are_named(self):
        async with worker("others"):
            await send("jobs", "job", n=1)
            await send("others", "job", n=2)
        assert results() == [2]
        assert layers.channels() == ["jobs", "results"]

    @in_a_loop
    async def test_another_application(self):
        async with worker("anything", application=Worker.as_asgi()):
            await send("anything", "job", n=1)
        assert results() == [1]


class TestWebsockets:
    @in_a_loop
    async def test_answer_of_a_worker(self):
        communicator = WebsocketCommunicator(application, "/")
        await communicator.connect()
        async with worker():
            for n in range(3):
                await communicator.send_json_to({"n": n})
                assert await communicator.receive_json_from() == n
            assert await communicator.receive_nothing()
        await communicator.disconnect()

    @in_a_loop
    async def test_failure_while_the_test_waits(self):
        communicator = WebsocketCommunicator(application, "/")
        await communicator.connect()
        with pytest.raises(KeyError, match="the worker failed"):
            async with worker():
                await communicator.send_json_to({"type": "fail"})
                await communicator.receive_json_from()
        await communicator.send_json_to({"n": 1})
        assert await communicator.receive_nothing()
        await communicator.disconnect()


class TestFailures:
    @in_a_loop
    async def test_at_once(self):
        with pytest.raises(KeyError, match="the worker failed"):
            async with worker():
                await send("jobs", "fail")
                await asyncio.Event().wait()
        if sys.version_info >= (3, 11):
            assert asyncio.current_task().cancelling() == 0

    @in_a_loop
    async def test_at_the_end(self):
        with pytest.raises(KeyError, match="the worker failed"):
            async with worker():
                await send("jobs", "fail")

    @in_a_loop
    async def test_behind_the_test_s_own(self):
        """What the test complains of follows from it."""
        with pytest.raises(KeyError, match="the worker failed") as raised:
            async with worker():
                await send("jobs", "fail")
                try:
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    raise AssertionError("the test's") from None
        assert "the test's" in str(raised.value.__context__)

    @in_a_loop
    async def test_the_test_s_own(self):
        with pytest.raises(AssertionError, match="the test's"):
            async with worker():
                await send("jobs", "hang")
                await asyncio.sleep(0)
                raise AssertionError("the test's")

    @in_a_loop
    async def test_one_that_does_not_come_to_rest(self):
        with override_settings(CHANNELTEST={"STAGE_BOUND": 0.1}):
            with pytest.raises(AssertionError, match=r"rest within 0.1 s:\n  'jobs' at .*in hang"):
                async with worker("jobs"):
                    await send("jobs", "hang")

    @in_a_loop
    async def test_a_bound_of_less_than_a_second(self):
        with override_settings(CHANNELTEST={"STAGE_BOUND": 0.9}):
            async with worker("jobs"):
                await send("jobs", "job", n=1)
        assert results() == [1]

    @in_a_loop
    async def test_one_that_is_busy_when_the_block_ends(self):
        with override_settings(CHANNELTEST={"STAGE_BOUND": 0.1}):
            with pytest.raises(AssertionError, match="do not come to rest"):
                async with worker("jobs"):
                    await send("jobs", "hang")
                    await taken("jobs")

    @in_a_loop
    async def test_the_test_s_own_before_that_of_an_end(self):
        with pytest.raises(AssertionError, match="the test's"):
            async with worker():
                await send("jobs", "hang_and_fail")
                await taken("jobs")
                raise AssertionError("the test's")

    @in_a_loop
    async def test_the_first_of_two(self):
        with pytest.raises(KeyError, match="the worker failed"):
            async with worker():
                await send("jobs", "fail")
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.Event().wait()
                await send("others", "say_and_fail")
                await get_channel_layer().receive("failing")

    @pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 counts no cancellations")
    @in_a_loop
    async def test_a_cancellation_of_the_test_by_others_is_kept(self):
        test = asyncio.current_task()
        with pytest.raises(asyncio.CancelledError):
            async with worker():
                test.cancel()
                await asyncio.Event().wait()
        assert test.cancelling() == 1
        test.uncancel()

    @in_a_loop
    async def test_message_without_type(self):
        with pytest.raises(ValueError, match=r"\{'n': 1\} on the worker channel 'jobs' has no ty"):
            async with worker():
                await get_channel_layer().send("jobs", {"n": 1})

    @in_a_loop
    async def test_answer_without_a_client(self):
        with pytest.raises(RuntimeError, match="has no client: send to a channel or a group"):
            async with worker():
                await send("jobs", "answer")

    @in_a_loop
    async def test_message_for_clients(self):
        with pytest.raises(ValueError, match=r"the application on jobs, .* got \{'text': 'x'\}"):
            async with worker():
                await send("jobs", "join")
                while not layers.members("workers"):
                    await asyncio.sleep(0)
                Group("workers").send({"text": "x"}, immediately=True)

    @in_a_loop
    async def test_conversation(self):
        with trace() as conversed, pytest.raises(KeyError):
            async with worker():
                await send("jobs", "fail")
        assert [(event.kind, event.source, event.target) for event in conversed.events] == [
            ("consume", "the test", "Worker"),
            ("error", "Worker", ""),
        ]


class TestApplication:
    def enter(self):
        async def enter():
            async with worker():
                pass

        asyncio.run(enter())

    def test_none(self, settings):
        del settings.ASGI_APPLICATION
        with pytest.raises(ImproperlyConfigured, match="ASGI_APPLICATION"):
            self.enter()

    def test_no_worker_channels(self, settings):
        settings.ASGI_APPLICATION = f"{__name__}.Asking"
        with pytest.raises(ValueError, match="no worker channel is routed"):
            self.enter()

    def test_layer_that_is_none_in_memory(self):
        before = channel_layers.set("default", BaseChannelLayer())
        try:
            with pytest.raises(TypeError, match="captive_layers"):
                self.enter()
        finally:
            channel_layers.set("default", before)
