"""Channels 4's face of a layer: the same queues and groups, awaited."""

from __future__ import annotations

import asyncio
import threading

import pytest
from channels.layers import BaseChannelLayer
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.layers.asynchronous import ModernLayer


@pytest.fixture
def old():
    return ChannelLayer()


@pytest.fixture
def layer(old):
    made = old.modern()
    yield made
    assert not old.wake_ups, "a receiver still waits"


def within(coroutine):
    """Run the coroutine; a receive that is never woken fails the test instead of hanging it."""
    return asyncio.run(asyncio.wait_for(coroutine, 10))


async def settled(task):
    """Let the task run until it waits."""
    for _ in range(5):
        await asyncio.sleep(0)
    assert not task.done()


def test_it_is_a_channel_layer_of_channels_4(layer, old):
    assert isinstance(layer, BaseChannelLayer)
    assert (layer.expiry, layer.capacity, layer.extensions) == (60, 10, ["groups", "flush"])
    assert layer.layer is old


def test_what_channels_1_sends(layer, old):
    old.send("c", {"n": 1})
    assert within(layer.receive("c")) == {"n": 1}


def test_what_channels_1_receives(layer, old):
    within(layer.send("c", {"n": 1}))
    assert old.receive(["c"]) == ("c", {"n": 1})


def test_order_and_capacity(layer):
    async def body():
        for number in range(10):
            await layer.send("c", {"n": number})
        with pytest.raises(layer.layer.ChannelFull):
            await layer.send("c", {})
        return [(await layer.receive("c"))["n"] for _ in range(10)]

    assert within(body()) == list(range(10))


class TestNames:
    @pytest.mark.parametrize("name", ["not valid", "", None, "x" * 100, "reply?x"])
    def test_channels(self, layer, name):
        for call in (lambda: layer.send(name, {}), lambda: layer.receive(name)):
            with pytest.raises(TypeError, match="Channel name must be a valid unicode string"):
                within(call())

    @pytest.mark.parametrize("name", ["not valid", "", None, "x" * 100, "g!x"])
    def test_groups(self, layer, name):
        calls = (
            lambda: layer.group_send(name, {}),
            lambda: layer.group_add(name, "c"),
            lambda: layer.group_discard(name, "c"),
        )
        for call in calls:
            with pytest.raises(TypeError, match="Group name must be a valid unicode string"):
                within(call())

    def test_no_dict(self, layer):
        with pytest.raises(AssertionError, match="not a dict"):
            within(layer.send("c", "text"))

    @pytest.mark.parametrize("prefix", [(), ("chat",)])
    def test_new_channels(self, layer, prefix):
        first, second = within(layer.new_channel(*prefix)), within(layer.new_channel(*prefix))
        assert first != second
        assert first.startswith("chat." if prefix else "specific.")
        assert layer.require_valid_channel_name(first)


class TestWaiting:
    def test_a_send_in_the_same_loop(self, layer):
        async def body():
            task = asyncio.create_task(layer.receive("c"))
            await settled(task)
            await layer.send("other", {})
            await settled(task)
            await layer.send("c", {"n": 1})
            return await task

        assert within(body()) == {"n": 1}

    def test_a_send_of_channels_1_in_another_thread(self, layer, old):
        async def body():
            task = asyncio.create_task(layer.receive("c"))
            await settled(task)
            thread = threading.Thread(target=old.send, args=("c", {"n": 1}))
            thread.start()
            try:
                return await task
            finally:
                thread.join()

        assert within(body()) == {"n": 1}

    def test_a_group_send_of_channels_1(self, layer, old):
        old.group_add("g", "specific.inmemory!one")

        async def body():
            task = asyncio.create_task(layer.receive("specific.inmemory!one"))
            await settled(task)
            await asyncio.to_thread(old.send_group, "g", {"n": 1})
            return await task

        assert within(body()) == {"n": 1}

    def test_several_on_one_channel(self, layer):
        async def body():
            tasks = [asyncio.create_task(layer.receive("c")) for _ in range(3)]
            await settled(tasks[-1])
            for number in range(3):
                await layer.send("c", {"n": number})
            return sorted(message["n"] for message in await asyncio.gather(*tasks))

        assert within(body()) == [0, 1, 2]

    def test_one_message_wakes_one_of_several(self, layer):
        async def body():
            tasks = [asyncio.create_task(layer.receive("c")) for _ in range(2)]
            await settled(tasks[-1])
            await layer.send("c", {"n": 1})
            done, waiting = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            [left] = waiting
            await settled(left)
            left.cancel()
            await asyncio.gather(left, return_exceptions=True)
            return [task.result() for task in done]

        assert within(body()) == [{"n": 1}]

    def test_a_receive_that_is_cancelled_takes_nothing(self, layer, old):
        async def body():
            task = asyncio.create_task(layer.receive("c"))
            await settled(task)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert not old.wake_ups

        within(body())
        old.send("c", {"n": 1})
        assert old.receive(["c"]) == ("c", {"n": 1})

    def test_a_receive_that_is_cancelled_as_it_is_woken_loses_nothing(self, layer, old):
        async def body():
            tasks = [asyncio.create_task(layer.receive("c")) for _ in range(2)]
            await settled(tasks[-1])
            old.send("c", {"n": 1})
            tasks[0].cancel()
            await asyncio.gather(tasks[0], return_exceptions=True)
            return await tasks[1]

        assert within(body()) == {"n": 1}

    def test_a_timeout(self, layer, old):
        async def body():
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(layer.receive("c"), 0.001)

        within(body())
        assert not old.wake_ups

    def test_a_loop_that_is_gone(self, layer, old):
        loop = asyncio.new_event_loop()
        task = loop.create_task(layer.receive("c"))
        loop.call_soon(loop.stop)
        loop.run_forever()
        [wake] = old.wake_ups.take(["c"])
        task.cancel()
        loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
        loop.close()
        wake()


class TestLocalChannels:
    def test_each_is_received_from_by_its_full_name(self, layer, old):
        old.send("specific.inmemory!one", {"n": 1})
        old.send("specific.inmemory!two", {"n": 2})
        assert within(layer.receive("specific.inmemory!two")) == {"n": 2}
        assert within(layer.receive("specific.inmemory!one")) == {"n": 1}

    def test_another_ones_message_does_not_wake(self, layer, old):
        async def body():
            task = asyncio.create_task(layer.receive("specific.inmemory!one"))
            await settled(task)
            await layer.send("specific.inmemory!two", {"n": 2})
            await settled(task)
            await layer.send("specific.inmemory!one", {"n": 1})
            return await task

        assert within(body()) == {"n": 1}
        assert within(layer.receive("specific.inmemory!two")) == {"n": 2}

    def test_messages_arrive_without_the_layers_own_key(self, layer):
        async def body():
            await layer.send("local!one", {"n": 1})
            return await layer.receive("local!one")

        assert within(body()) == {"n": 1}


class TestGroups:
    def test_they_are_channels_1s(self, layer, old):
        within(layer.group_add("g", "one"))
        assert list(old.group_channels("g")) == ["one"]
        old.group_add("g", "two")
        within(layer.group_discard("g", "one"))
        within(layer.group_send("g", {"n": 1}))
        assert old.receive(["one", "two"]) == ("two", {"n": 1})
        assert old.receive(["one", "two"]) == (None, None)

    def test_full_members_miss_it(self):
        old = ChannelLayer(capacity=1)
        old.group_add("g", "one")
        old.send("one", {"n": 0})
        within(ModernLayer(old).group_send("g", {"n": 1}))
        assert old.receive(["one"]) == ("one", {"n": 0})


def test_flush_and_close(layer, old):
    old.send("c", {})
    old.group_add("g", "c")
    within(layer.flush())
    assert (old._channels, old._groups) == ({}, {})
    within(layer.close())
    old.send("c", {})
    assert old._channels


def test_an_expired_message_is_not_received(layer, old):
    old.expiry = -1
    old.send("c", {"n": 1})
    old.expiry = 60

    async def body():
        task = asyncio.create_task(layer.receive("c"))
        await settled(task)
        await layer.send("c", {"n": 2})
        return await task

    assert within(body()) == {"n": 2}
