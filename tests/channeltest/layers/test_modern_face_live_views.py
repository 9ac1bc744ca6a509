"""What tests read of an `InMemoryChannelLayer` can be read of a captive layer's modern face."""

from __future__ import annotations

import asyncio
import contextlib
import threading

import pytest
from channels.exceptions import ChannelFull
from channels.layers import InMemoryChannelLayer

from channeltest import CaptiveLayer
from channeltest.layers.modern_face import ConsumersLayer, waiting_messages


def captive(**options):
    return ConsumersLayer(CaptiveLayer(**options))


@pytest.fixture(params=[InMemoryChannelLayer, captive], ids=["Channels 4", "captive"])
def make(request):
    """What makes a layer: every test holds for Channels 4's own, too."""
    return request.param


@pytest.fixture
def layer(make):
    return make(capacity=3)


async def received(layer, channel):
    """The next message, or ``None`` if none is there."""
    task = asyncio.ensure_future(layer.receive(channel))
    for _ in range(3):
        await asyncio.sleep(0)
    if task.done():
        return task.result()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    return None


def test_is_one(layer):
    assert isinstance(layer, InMemoryChannelLayer)
    assert (layer.capacity, layer.expiry, layer.group_expiry) == (3, 60, 86400)
    assert layer.get_capacity("c") == 3
    assert layer.extensions == ["groups", "flush"]


@pytest.mark.asyncio
async def test_send_and_receive(layer):
    await layer.send("c", {"type": "t", "text": "a"})
    assert await received(layer, "c") == {"type": "t", "text": "a"}
    assert await received(layer, "c") is None


@pytest.mark.asyncio
async def test_a_receiver_that_was_there_first(layer):
    task = asyncio.ensure_future(layer.receive("c"))
    await asyncio.sleep(0)
    await layer.send("c", {"type": "t"})
    assert await task == {"type": "t"}


@pytest.mark.asyncio
async def test_capacity(layer):
    for _ in range(3):
        await layer.send("c", {"type": "t"})
    with pytest.raises(ChannelFull):
        await layer.send("c", {"type": "t"})
    assert layer.channels["c"].full()
    assert layer.channels["c"].maxsize == 3


@pytest.mark.asyncio
async def test_a_channel_of_its_own(layer):
    name = await layer.new_channel()
    await layer.send(name, {"type": "t"})
    assert await received(layer, name) == {"type": "t"}


@pytest.mark.asyncio
async def test_several_receivers(layer):
    one, other = (asyncio.ensure_future(layer.receive(name)) for name in ("a", "b"))
    await layer.send("b", {"type": "b"})
    await layer.send("a", {"type": "a"})
    assert await one == {"type": "a"}
    assert await other == {"type": "b"}


@pytest.mark.asyncio
async def test_groups(layer):
    for name in "abc":
        await layer.group_add("g", name)
    await layer.group_discard("g", "b")
    assert list(layer.groups) == ["g"]
    assert list(layer.groups["g"]) == ["a", "c"]
    await layer.group_send("g", {"type": "t"})
    assert await received(layer, "a") == await received(layer, "c") == {"type": "t"}
    assert await received(layer, "b") is None
    await layer.group_discard("g", "a")
    await layer.group_discard("g", "c")
    assert layer.groups == {}


@pytest.mark.asyncio
async def test_a_full_channel_in_a_group(layer):
    await layer.group_add("g", "c")
    for _ in range(5):
        await layer.group_send("g", {"type": "t"})
    assert layer.channels["c"].qsize() == 3


@pytest.mark.asyncio
async def test_expiry(make):
    layer = make(expiry=-1)
    await layer.group_add("g", "c")
    await layer.send("c", {"type": "t"})
    assert len(layer.channels) == 1
    assert await received(layer, "c") is None
    assert len(layer.channels) == 0
    assert not layer.groups.get("g")


@pytest.mark.asyncio
async def test_expiry_of_a_group_message(make):
    layer = make(expiry=-1)
    for name in "ab":
        await layer.group_add("g", name)
    await layer.group_send("g", {"type": "t"})
    assert await received(layer, "a") is None
    await layer.group_send("g", {"type": "u"})
    assert await received(layer, "a") is None


@pytest.mark.asyncio
async def test_flush(layer):
    await layer.group_add("g", "c")
    await layer.send("c", {"type": "t"})
    await layer.flush()
    assert (len(layer.channels), len(layer.groups)) == (0, 0)
    await layer.close()


@pytest.mark.asyncio
async def test_views_are_live(layer):
    channels, groups = layer.channels, layer.groups
    await layer.send("c", {"type": "t"})
    await layer.group_add("g", "c")
    assert "c" in channels
    assert "d" not in channels
    assert "g" in groups
    assert not channels["c"].empty()
    assert channels["c"].get_nowait()[1] == {"type": "t"}
    assert channels == {} or channels["c"].empty()


@pytest.mark.asyncio
async def test_a_test_may_clear_them(layer):
    await layer.send("c", {"type": "t"})
    await layer.group_add("g", "c")
    layer.channels.clear()
    layer.groups.clear()
    assert await received(layer, "c") is None
    assert layer.groups == {}


def test_a_queue_without_messages():
    with pytest.raises(KeyError):
        captive().channels["c"]


def test_messages_of_local_channels():
    layer = CaptiveLayer()
    layer.send("c!a", {"n": 1})
    layer.send("c!b", {"n": 2})
    layer.send("d", {"n": 3})
    assert waiting_messages(layer) == {"c!a": [{"n": 1}], "c!b": [{"n": 2}], "d": [{"n": 3}]}
    assert repr(layer.modern().layer) == repr(layer)
    assert "'c!a': 1" in repr(ConsumersLayer(layer).channels)


def test_reading_while_threads_write():
    layer = ConsumersLayer(CaptiveLayer(capacity=10**6))
    stop, errors = threading.Event(), []

    def write(name):
        number = 0
        try:
            while not stop.is_set():
                number += 1
                layer.layer.send(f"{name}{number % 7}", {})
                layer.layer.group_add(f"{name}{number % 5}", f"{name}{number % 11}")
                layer.layer.group_discard(f"{name}{number % 3}", f"{name}{number % 11}")
                layer.layer.receive([f"{name}{number % 6}"])
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for _ in range(300):
        assert all(isinstance(name, str) for name in layer.channels)
        len(layer.channels)
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []


def test_numbers_that_a_test_sets(make):
    async def main():
        layer = make()
        layer.capacity = 1
        layer.group_expiry = 5
        await layer.send("c", {"type": "a"})
        with pytest.raises(ChannelFull):
            await layer.send("c", {"type": "a"})
        assert (layer.capacity, layer.get_capacity("c"), layer.group_expiry) == (1, 1, 5)
        layer.expiry = -1
        await layer.send("d", {"type": "a"})
        assert await received(layer, "d") is None

    asyncio.run(main())
