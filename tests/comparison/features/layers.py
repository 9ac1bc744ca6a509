"""The channel layer in tests."""

from __future__ import annotations

from channels.layers import get_channel_layer
from channels.routing import ChannelNameRouter, ProtocolTypeRouter
from django.test import TestCase

from ..apps import Job, Member
from ..running import run
from . import connected, feature

GROUP = "Channel layer"


@feature(GROUP, "No message and no group outlives its test")
def own_layers(library):
    class Case(TestCase):
        async def leave_traces(self):
            communicator = await connected(library, Member.as_asgi())
            layer = get_channel_layer()
            await layer.send("somewhere", {"type": "left"})
            await layer.group_add("strangers", "somewhere")
            # It would come here, and to those whom another test has left in the group.
            await communicator.send_to("hello")
            assert await communicator.receive_from() == "hello"
            assert len(layer.groups["members"]) == 1
            assert layer.channels["somewhere"].qsize() == 1

        test_one = test_two = leave_traces

    assert run(Case).wasSuccessful()


@feature(GROUP, "Groups and their members can be read")
async def readable_groups(library):
    communicator = await connected(library, Member.as_asgi())
    with library.captive_layers():
        await get_channel_layer().group_add("others", "specific.one!x")
        assert library.layers.members("others") == ["specific.one!x"]
    assert list(library.layers.groups()) == ["members"]
    await communicator.disconnect()


@feature(GROUP, "Messages that wait can be read")
async def readable_messages(library):
    with library.captive_layers():
        await get_channel_layer().send("work", {"type": "work", "text": "hello"})
        assert library.layers.channels() == ["work"]
        assert library.layers.messages("work") == [{"type": "work", "text": "hello"}]


@feature(GROUP, "``capture_sends()`` records what was published to channels and groups")
async def capture_sends(library):
    communicator = await connected(library, Member.as_asgi())
    with library.capture_sends() as sends:
        await communicator.send_to("hello")
        assert await communicator.receive_from() == "hello"
        await get_channel_layer().send("work", {"type": "work"})
    assert sends.to_group("members") == [{"type": "said", "text": "hello"}]
    assert sends.to_channel("work") == [{"type": "work"}]


@feature(GROUP, "Worker channels run through ``ChannelNameRouter``")
async def workers(library):
    application = ProtocolTypeRouter({"channel": ChannelNameRouter({"work": Job.as_asgi()})})
    communicator = await connected(library, Member.as_asgi())
    async with library.worker("work", application=application):
        await get_channel_layer().send("work", {"type": "work", "text": "done"})
        assert await communicator.receive_from() == "done"
