"""What was published: on captive layers, and on the in-memory layers of both Channels."""

from __future__ import annotations

import asyncio
import threading
from unittest import mock

import pytest
from asgiref.sync import async_to_sync
from channels.exceptions import ChannelFull
from channels.layers import InMemoryChannelLayer
from channeltest.compat.inmemory import ChannelLayer

from channeltest import CaptiveLayer, trace
from channeltest.layers.capture import Sends, Sent, capture


def face_of(layer):
    return layer if isinstance(layer, InMemoryChannelLayer) else layer.modern()


@pytest.fixture(params=[CaptiveLayer, ChannelLayer, InMemoryChannelLayer])
def layer(request):
    return request.param(capacity=2)


def send(layer, channel, **content):
    async_to_sync(face_of(layer).send)(channel, content)


def group_send(layer, group, **content):
    async_to_sync(face_of(layer).group_send)(group, content)


class TestCapture:
    def test_channels_and_groups_in_order(self, layer):
        async_to_sync(face_of(layer).group_add)("g", "member")
        with capture(layer) as sends:
            send(layer, "c", n=1)
            group_send(layer, "g", n=2)
            send(layer, "c", n=3)
        assert sends == [
            Sent("channel", "c", {"n": 1}),
            Sent("group", "g", {"n": 2}),
            Sent("channel", "c", {"n": 3}),
        ]

    def test_before_and_after(self, layer):
        send(layer, "c", n=1)
        with capture(layer) as sends:
            pass
        send(layer, "c", n=2)
        assert sends == []

    def test_copies(self, layer):
        message = {"list": [1]}
        with capture(layer) as sends:
            send(layer, "c", **message)
            group_send(layer, "g", **message)
        message["list"].append(2)
        assert [sent.content for sent in sends] == [{"list": [1]}, {"list": [1]}]

    def test_full_channel(self, layer):
        with capture(layer) as sends:
            for n in (1, 2):
                send(layer, "c", n=n)
            with pytest.raises(ChannelFull):
                send(layer, "c", n=3)
        assert len(sends) == 2

    def test_process_local_channel(self, layer):
        with capture(layer) as sends:
            send(layer, "local!one", n=1)
        assert sends == [Sent("channel", "local!one", {"n": 1})]

    def test_blocks_that_overlap(self, layer):
        first, second = capture(layer), capture(layer)
        one = first.__enter__()
        send(layer, "c", n=1)
        two = second.__enter__()
        first.__exit__(None, None, None)
        send(layer, "c", n=2)
        second.__exit__(None, None, None)
        assert [one.to_channel("c"), two.to_channel("c")] == [[{"n": 1}], [{"n": 2}]]

    def test_nothing_is_left_on_the_layer(self, layer):
        before = dict(vars(layer))
        with capture(layer):
            pass
        assert vars(layer) == before

    def test_a_mock_that_was_there_is_put_back(self, layer):
        face = layer if isinstance(layer, InMemoryChannelLayer) else None
        name = "send" if face else "send_group"
        mocked = mock.AsyncMock() if face else mock.Mock()
        with mock.patch.object(layer, name, mocked):
            with capture(layer) as sends:
                (send if face else group_send)(layer, "c", n=1)
            assert getattr(layer, name) is mocked
        assert name not in vars(layer)
        assert [sent.content for sent in sends] == [{"n": 1}]

    def test_a_mock_that_comes_meanwhile_stays(self, layer):
        name = "group_send" if isinstance(layer, InMemoryChannelLayer) else "send_group"
        mocked = mock.Mock()
        with capture(layer):
            setattr(layer, name, mocked)
        assert getattr(layer, name) is mocked

    def test_captures_share_no_content(self, layer):
        with capture(layer) as one, capture(layer) as other:
            send(layer, "c", list=[1])
            group_send(layer, "g", list=[1])
        for sent in one:
            sent.content["list"].append(2)
        assert [sent.content for sent in other] == [{"list": [1]}, {"list": [1]}]

    @pytest.mark.parametrize("group", ["no group", 3])
    def test_what_raises_was_not_sent(self, layer, group):
        with capture(layer) as sends, pytest.raises(TypeError):
            async_to_sync(face_of(layer).group_send)(group, {"n": 1})
        assert sends == []

    def test_a_group_message_that_cannot_be_copied_was_not_sent(self, layer):
        async_to_sync(face_of(layer).group_add)("g", "member")
        with capture(layer) as sends, pytest.raises(TypeError):
            group_send(layer, "g", lock=threading.Lock())
        assert sends == []

    def test_what_tasks_send(self, layer):
        face = face_of(layer)

        async def publish():
            await asyncio.gather(*(face.send(f"c{number}", {}) for number in range(3)))

        with capture(layer) as sends:
            asyncio.run(publish())
        assert sorted(sends.channels) == ["c0", "c1", "c2"]

    def test_groups_in_several_tasks(self):
        layer = InMemoryChannelLayer()

        async def publish():
            await layer.group_add("g", "member")
            await asyncio.gather(
                layer.group_send("g", {"n": 1}), layer.send("c", {}), layer.group_send("g", {})
            )

        with capture(layer) as sends:
            asyncio.run(publish())
        assert (sends.groups, sends.channels, len(sends)) == (["g"], ["c"], 3)

    def test_the_record_goes_on(self):
        layer = ChannelLayer()
        with trace() as conversed, capture(layer):
            layer.send("c", {"n": 1})
        assert [event.channel for event in conversed.events] == ["c"]


class TestSends:
    sends = Sends([Sent("channel", "one", {"n": 1}), Sent("group", "one", {"n": 2})])

    def test_filters(self):
        assert self.sends.to_channel("one") == [{"n": 1}]
        assert self.sends.to_group("one") == [{"n": 2}]
        assert self.sends.to_group("two") == []

    def test_names(self):
        twice = Sends([*self.sends, *self.sends])
        assert (twice.channels, twice.groups) == (["one"], ["one"])
