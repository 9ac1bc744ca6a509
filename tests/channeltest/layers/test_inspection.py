"""Reading the layer in place, whatever it is."""

from __future__ import annotations

import contextlib
import itertools
import threading

import pytest
from asgiref.sync import async_to_sync
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.layers import InMemoryChannelLayer, get_channel_layer
from channels.layers import channel_layers as modern_layers
from channeltest.compat.asgi import channel_layers
from channeltest.compat.inmemory import ChannelLayer
from django.test import override_settings

from channeltest import CaptiveLayer, WSClient, apply_routes, captive_layers, layers
from channeltest.layers.inspection import in_place as layer_in_place

MODERN = {"BACKEND": "channels.layers.InMemoryChannelLayer"}
OLD = {"BACKEND": "asgiref.inmemory.ChannelLayer", "ROUTING": []}
REDIS = {"BACKEND": "channels_redis.core.RedisChannelLayer"}
OLD_REDIS = {"BACKEND": "asgi_redis.RedisChannelLayer", "ROUTING": []}
PUBSUB = {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer"}


@pytest.fixture
def configured(monkeypatch):
    """Configure layers that nobody has made yet."""
    with contextlib.ExitStack() as stack:
        patch = stack.enter_context(monkeypatch.context())

        def configure(**settings):
            stack.enter_context(override_settings(CHANNEL_LAYERS=settings))
            patch.setattr(channel_layers, "backends", {})
            patch.setattr(modern_layers, "backends", {})

        yield configure


@pytest.fixture(params=["captive", "modern", "old", "no setting"])
def in_place(request, configured):
    """Put a layer in place of each kind."""
    configured(**({} if request.param == "no setting" else {"default": MODERN}))
    if request.param == "old":
        configured(default=OLD)
    if request.param in ("captive", "no setting"):
        with captive_layers():
            yield
    else:
        yield


def group_add(group, channel):
    async_to_sync(get_channel_layer().group_add)(group, channel)


def send(channel, **content):
    async_to_sync(get_channel_layer().send)(channel, content)


@pytest.mark.usefixtures("in_place")
class TestReading:
    def test_nothing(self):
        assert layers.groups() == {}
        assert (layers.members("g"), layers.channels(), layers.messages("c")) == ([], [], [])

    def test_groups(self):
        group_add("one", "b")
        group_add("one", "a")
        group_add("two", "a")
        assert layers.groups() == {"one": ["b", "a"], "two": ["a"]}
        assert layers.members("one") == ["b", "a"]

    def test_group_that_was_left(self):
        group_add("one", "a")
        async_to_sync(get_channel_layer().group_discard)("one", "a")
        assert layers.groups() == {}

    def test_while_two_threads_write(self):
        stop, errors = threading.Event(), []

        def write(name):
            try:
                for number in itertools.count():
                    channel = f"{name}{number % 11}"
                    group_add(f"{name}{number % 5}", channel)
                    discard = async_to_sync(get_channel_layer().group_discard)
                    discard(f"{name}{number % 3}", channel)
                    if stop.is_set():
                        return
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=write, args=(name,)) for name in "ab"]
        for thread in threads:
            thread.start()
        for _ in range(200):
            assert all(layers.groups().values())
        stop.set()
        for thread in threads:
            thread.join()
        assert errors == []

    def test_messages(self):
        send("c", n=1)
        send("c", n=2)
        send("local!one", n=3)
        assert layers.channels() == ["c", "local!one"]
        assert layers.messages("c") == [{"n": 1}, {"n": 2}]
        assert layers.messages("local!one") == [{"n": 3}]

    def test_messages_stay(self):
        send("c", list=[1])
        layers.messages("c")[0]["list"].append(2)
        assert async_to_sync(get_channel_layer().receive)("c") == {"list": [1]}
        assert layers.channels() == []

    def test_capture(self):
        with layers.capture_sends() as sends:
            send("c", n=1)
        assert sends.to_channel("c") == [{"n": 1}]


class TestExchangedLayers:
    def test_by_settings(self, configured):
        configured(default=MODERN)
        with pytest.raises(RuntimeError, match="'default' was exchanged"):
            with layers.capture_sends(), override_settings(CHANNEL_LAYERS={"default": MODERN}):
                send("c")

    def test_by_hand(self, configured):
        configured(default=MODERN)
        with pytest.raises(RuntimeError, match="'default' was exchanged"):
            with layers.capture_sends():
                modern_layers.backends.clear()
                send("c")

    def test_and_put_back(self):
        other = override_settings(CHANNEL_LAYERS={"default": MODERN})
        with captive_layers(), pytest.raises(RuntimeError, match="'default' was exchanged"):
            with layers.capture_sends(), other:
                send("c")

    def test_by_captive_layers(self, configured):
        configured(default=MODERN)
        with pytest.raises(RuntimeError, match="'default' was exchanged"):
            with layers.capture_sends(), captive_layers():
                send("c")

    def test_another_alias(self, configured):
        configured(default=MODERN, old=OLD)
        with layers.capture_sends("old"), captive_layers("default"):
            send("c")

    def test_a_failure_of_the_block_comes_first(self, configured):
        configured(default=MODERN)
        with pytest.raises(ZeroDivisionError), layers.capture_sends():
            modern_layers.backends.clear()
            raise ZeroDivisionError


class TestInPlace:
    def test_the_layer_of_the_settings(self, configured):
        configured(default=MODERN, old=OLD)
        assert type(layer_in_place("default")) is InMemoryChannelLayer
        assert type(layer_in_place("old")) is ChannelLayer

    def test_captive(self, configured):
        configured(default=OLD, other=MODERN)
        with captive_layers():
            assert {type(layer_in_place(each)) for each in ("default", "other")} == {CaptiveLayer}

    def test_other_settings_while_captive(self, configured):
        configured(default=MODERN)
        with captive_layers():
            with override_settings(CHANNEL_LAYERS={"default": MODERN}):
                assert type(layer_in_place("default")) is CaptiveLayer

    @pytest.mark.parametrize("setting", [REDIS, OLD_REDIS, PUBSUB])
    def test_what_cannot_be_read(self, configured, setting):
        configured(default=setting)
        for read in (layers.groups, layers.channels, layers.capture_sends):
            with pytest.raises(TypeError, match=r"cannot be read here.*captive_layers"):
                read()

    def test_no_such_alias(self, configured):
        configured(default=MODERN)
        with pytest.raises(KeyError, match="none"):
            layers.groups("none")


class TestCaptiveLayers:
    def test_all_aliases(self, configured):
        configured(default=MODERN, other=OLD)
        with captive_layers():
            assert set(channel_layers.backends) == {"default", "other"}
        assert (channel_layers.backends, modern_layers.backends) == ({}, {})

    def test_some(self, configured):
        configured(default=MODERN, other=MODERN)
        with captive_layers("other"):
            assert type(get_channel_layer()) is InMemoryChannelLayer
            assert type(layer_in_place("other")) is CaptiveLayer

    def test_unknown_alias(self, configured):
        configured(default=MODERN)
        with pytest.raises(KeyError, match="none"), captive_layers("none"):
            pass

    def test_one_in_another(self, configured):
        configured(default=MODERN)
        with captive_layers():
            group_add("g", "outer")
            with captive_layers():
                assert layers.groups() == {}
            assert layers.members("g") == ["outer"]

    def test_wire(self, configured):
        configured(default=MODERN)
        with captive_layers(wire="strict"):
            assert layer_in_place("default").wire == "strict"

    def test_configured_layers_are_not_made(self, configured):
        configured(default={"BACKEND": "no.such.Layer"})
        with captive_layers():
            send("c", n=1)
            assert layers.messages("c") == [{"n": 1}]


class TestNumbers:
    def room(self):
        """How many messages a channel takes."""
        layer = layer_in_place("default")
        return layer.limit("c"), layer.limit(async_to_sync(get_channel_layer().new_channel)())

    def test_channels_4s(self, configured):
        configured(default=MODERN)
        with captive_layers():
            assert self.room() == (100, 100)

    def test_those_of_the_settings(self, configured):
        configured(default={**REDIS, "CONFIG": {"hosts": ["nowhere"], "capacity": 5, "expiry": 7}})
        with captive_layers():
            assert self.room() == (5, 5)
            assert get_channel_layer().capacity == 5
            assert layer_in_place("default").expiry == 7

    def test_channels_1s(self, configured):
        configured(default={**OLD, "CONFIG": {"capacity": 5}})
        with captive_layers():
            assert self.room() == (10, 100)

    def test_a_full_channel(self, configured):
        configured(default={**MODERN, "CONFIG": {"channel_capacity": {"few.*": 1}}})
        with captive_layers():
            group_add("g", "few.a")
            for n in range(3):
                async_to_sync(get_channel_layer().group_send)("g", {"n": n})
            assert layers.messages("few.a") == [{"n": 0}]


class Joins(AsyncJsonWebsocketConsumer):
    groups = ["everybody"]

    async def chat_note(self, event):
        pass


@pytest.mark.django_db
class TestClientsOfChannels1:
    def test_a_consumer_has_the_name_of_its_client(self, configured):
        configured(default=OLD)
        with captive_layers(), apply_routes([Joins.as_asgi()]):
            client = WSClient()
            client.send_and_consume("websocket.connect")
            assert layers.members("everybody") == [client.reply_channel]

    def test_a_message_for_a_consumer(self, configured):
        configured(default=OLD)
        with captive_layers(), apply_routes([Joins.as_asgi()]):
            client = WSClient()
            client.send_and_consume("websocket.connect")
            with layers.capture_sends() as sends:
                channel_layers["default"].send(client.reply_channel, {"type": "chat.note"})
            assert sends.channels == [client.reply_channel]
