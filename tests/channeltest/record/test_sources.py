"""What a traced block records beside captive layers: layers and communicators of Channels 4."""

from __future__ import annotations

import asyncio

import pytest
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.layers import InMemoryChannelLayer
from channels.layers import channel_layers as modern_layers
from django.db import connection, transaction
from django.db.models.signals import post_save
from django.dispatch import Signal
from django.test import TestCase

from channeltest import ChannelTestCase, Client, apply_routes, trace
from channeltest.patching import Patches
from channeltest.record.sources import SIGNALS, journal, recorded, signal_name

from ..helpers import run_one

WebsocketCommunicator = pytest.importorskip("channels.testing").WebsocketCommunicator


class Echo(AsyncJsonWebsocketConsumer):
    groups = ["room"]

    async def receive_json(self, content):
        if content == "fail":
            raise ValueError("no such word")
        await self.channel_layer.group_send("room", {"type": "said", "text": content})

    async def said(self, event):
        await self.send_json(event["text"])


@pytest.fixture
def layer():
    kept = dict(modern_layers.backends)
    modern_layers.backends["default"] = InMemoryChannelLayer()
    yield modern_layers.backends["default"]
    modern_layers.backends = kept


def kinds(traced):
    return [(event.kind, event.source, event.target) for event in traced.events]


class TestChannels4:
    @pytest.mark.asyncio
    async def test_a_layer_and_a_communicator(self, layer):
        with trace() as traced:
            communicator = WebsocketCommunicator(Echo.as_asgi(), "/x/")
            await communicator.connect()
            await communicator.send_json_to("hi")
            assert await communicator.receive_json_from() == "hi"
            await communicator.disconnect()
        assert kinds(traced) == [
            ("consume", "client", "Echo"),
            ("join", "Echo", "group room"),
            ("frame", "Echo", "client"),
            ("consume", "client", "Echo"),
            ("group", "Echo", "group room"),
            ("receive", "channel of client", "Echo"),
            ("frame", "Echo", "client"),
            ("consume", "client", "Echo"),
            ("leave", "Echo", "group room"),
        ]
        assert traced.events[4].members == ("channel of client",)

    @pytest.mark.asyncio
    async def test_an_exception(self, layer):
        with trace() as traced:
            communicator = WebsocketCommunicator(Echo.as_asgi(), "/x/")
            await communicator.connect()
            await communicator.send_json_to("fail")
            with pytest.raises(ValueError, match="no such word"):
                await communicator.receive_json_from()
        assert traced.events[-1].content == "ValueError: no such word"

    @pytest.mark.asyncio
    async def test_a_layer_alone(self, layer):
        with trace() as traced:
            await layer.send("c", {"type": "t", "n": 1})
            await layer.receive("c")
            await layer.group_add("g", "c")
            await layer.group_send("g", {"type": "t"})
            await layer.group_discard("g", "c")
        assert [event.kind for event in traced.events] == [
            "send", "receive", "join", "group", "leave"
        ]  # fmt: skip

    @pytest.mark.asyncio
    async def test_nothing_is_left(self):
        before = dict(vars(InMemoryChannelLayer)), WebsocketCommunicator.__init__

        async def block():
            with trace():
                await asyncio.sleep(0)

        await asyncio.gather(*(block() for _ in range(5)))
        assert (dict(vars(InMemoryChannelLayer)), WebsocketCommunicator.__init__) == before
        assert not journal.is_active

    def test_patches_are_counted(self):
        one, other = recorded(), recorded()
        one.start()
        other.start()
        one.stop()
        assert journal.is_active
        other.stop()
        assert not journal.is_active


@pytest.mark.django_db(transaction=True)
class TestOnCommit:
    def test_what_a_consumer_does_then_is_the_consumers(self):
        from channels import Channel, route

        def consumer(message):
            transaction.on_commit(lambda: Channel("results").send({"n": 1}, immediately=True))

        def body(case):
            with trace() as traced, apply_routes([route("c", consumer)]):
                with TestCase.captureOnCommitCallbacks(execute=True):
                    Client().send_and_consume("c")
            assert [(event.kind, event.consumer) for event in traced.events] == [
                ("consume", "consumer"),
                ("send", "consumer"),
            ]

        assert run_one(ChannelTestCase, body) == "ok"

    def test_a_tests_own_is_left_alone(self):
        def body(case):
            def callback():
                pass

            with trace(), TestCase.captureOnCommitCallbacks() as callbacks:
                transaction.on_commit(callback)
            assert callbacks == [callback]
            assert "on_commit" not in vars(connection)

        assert run_one(ChannelTestCase, body) == "ok"


left = Signal()


def test_names_of_signals():
    assert signal_name(left) == f"{__name__}.left"
    assert signal_name(post_save) is None
    assert signal_name(Signal()) is None


@pytest.mark.parametrize("method", ["send", "send_robust"])
def test_a_signal_that_is_sent(method):
    patches = Patches(*SIGNALS)
    with trace() as traced:
        patches.start()
        try:
            getattr(left, method)(sender=int, room="a")
            post_save.send(sender=int, instance=None)
        finally:
            patches.stop()
        left.send(sender=int, room="b")
    [event] = traced.events
    assert (event.kind, event.channel) == ("signal", f"{__name__}.left")
    assert event.content["room"] == "a"


@pytest.mark.asyncio
async def test_an_asynchronous_signal():
    if not hasattr(left, "asend"):
        pytest.skip("Django 5 has asynchronous signals")
    patches = Patches(*SIGNALS)
    with trace() as traced:
        patches.start()
        try:
            await left.asend(sender=int, room="a")
        finally:
            patches.stop()
    assert [event.content["room"] for event in traced.events] == ["a"]
