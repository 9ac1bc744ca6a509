"""The captive layer, and a test in which it replaces the configured one."""

from __future__ import annotations

import asyncio
import re
from unittest import mock

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.exceptions import ChannelFull
from channels.layers import channel_layers as modern_layers
from channels.layers import get_channel_layer
from channeltest.compat.asgi import ChannelLayerWrapper, channel_layers
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.routing import route
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.test import override_settings

from channeltest import CaptiveLayer, WireError, WireWarning
from channeltest.bridge.isolation import Isolation
from channeltest.layers.captive import options_of


def taken(layer, channel):
    return layer.receive_many([channel])[1]


class TestCaptiveLayer:
    def test_the_numbers_of_channels_1(self):
        layer = CaptiveLayer()
        assert (layer.capacity, layer.expiry, layer.group_expiry) == (10, 60, 86400)
        assert (layer.wire, layer.has_other_readers) == ("lenient", False)

    def test_options(self):
        layer = CaptiveLayer("strict", capacity=1, expiry=2, group_expiry=3)
        assert (layer.wire, layer.capacity, layer.expiry, layer.group_expiry) == ("strict", 1, 2, 3)

    def test_a_mode_that_does_not_exist(self):
        with pytest.raises(ValueError, match="wire is 'lenient' or 'strict', not 'loose'"):
            CaptiveLayer("loose")

    def test_the_eleventh_message(self):
        layer = CaptiveLayer()
        for number in range(10):
            layer.send("c", {"n": number})
        with pytest.raises(layer.ChannelFull):
            layer.send("c", {})
        assert [taken(layer, "c")["n"] for _ in range(10)] == list(range(10))

    def test_sender_and_receiver_share_nothing(self):
        layer = CaptiveLayer()
        message = {"list": [1], "dict": {}}
        layer.send("c", message)
        message["list"].append(2)
        received = taken(layer, "c")
        assert received == {"list": [1], "dict": {}}
        received["dict"]["x"] = 1
        assert message == {"list": [1, 2], "dict": {}}

    @pytest.mark.parametrize("value", [[1], ([1],)])
    @pytest.mark.filterwarnings("ignore::channeltest.WireWarning")
    def test_the_members_of_a_group_share_nothing(self, value):
        layer = CaptiveLayer()
        layer.group_add("g", "one")
        layer.group_add("g", "two")
        layer.send_group("g", {"v": value})
        first, second = taken(layer, "one"), taken(layer, "two")
        assert first == second == {"v": value}
        assert first["v"] is not second["v"]
        (first["v"][0] if isinstance(value, tuple) else first["v"]).append(2)
        assert second == {"v": value}

    def test_a_group_is_warned_of_once(self):
        layer = CaptiveLayer()
        for number in range(5):
            layer.group_add("g", f"member{number}")
        with pytest.warns(WireWarning) as seen:
            layer.send_group("g", {"v": ()})
        assert len(seen) == 1

    def test_a_group_of_nobody(self):
        CaptiveLayer().send_group("g", {"v": ()})
        with pytest.raises(WireError):
            CaptiveLayer("strict").send_group("g", {"v": ()})

    @pytest.mark.parametrize("wire", ["lenient", "strict"])
    @pytest.mark.parametrize("message", [None, "text", [("a", 1)]])
    def test_what_is_no_dict(self, message, wire):
        layer = CaptiveLayer(wire)
        for send in (layer.send, layer.send_group, layer.verify_send, layer.verify_send_group):
            with pytest.raises(AssertionError, match="Message is not a dict"):
                send("name", message)

    def test_process_local_channels(self):
        layer = CaptiveLayer()
        layer.send("local!one", {"n": 1})
        assert layer.receive_many(["local!"]) == ("local!one", {"n": 1})

    def test_nothing_is_queued_by_verifying(self):
        layer = CaptiveLayer()
        layer.verify_send("c", {"a": 1})
        layer.group_add("g", "c")
        layer.verify_send_group("g", {"a": 1})
        assert layer._channels == {}

    def test_it_is_local(self):
        """1.1.8 refuses to run workers on the layer of a test."""
        assert ChannelLayerWrapper(CaptiveLayer(), "default", []).local_only()


class Unbuildable(ChannelLayer):
    def __init__(self, **config):
        raise AssertionError("the configured layer was built")


def accept(message):
    pass


routing = [route("there", accept)]

LAYERS = {
    "default": {"BACKEND": f"{__name__}.Unbuildable", "ROUTING": f"{__name__}.routing"},
    "second": {"BACKEND": "no.such.Layer", "ROUTING": []},
    "modern": {"BACKEND": "channels.layers.InMemoryChannelLayer"},
    "broken": {"BACKEND": f"{__name__}.Unbuildable", "ROUTING": "no.such.routing"},
}


@pytest.fixture(autouse=True)
def settings_of_a_project(monkeypatch):
    """No layer has been made yet."""
    with override_settings(CHANNEL_LAYERS=LAYERS):
        monkeypatch.setattr(channel_layers, "backends", {})
        monkeypatch.setattr(modern_layers, "backends", {})
        yield
        monkeypatch.undo()


@pytest.fixture
def captive():
    """Start isolations that end with the test."""
    started = []

    def start(*aliases, **options):
        isolation = Isolation(aliases or None, **options)
        isolation.start()
        started.append(isolation)

    yield start
    for isolation in reversed(started):
        isolation.stop()
    assert Unbuildable not in [
        type(made.channel_layer) for made in channel_layers.backends.values()
    ]


class TestCaptivity:
    def test_the_layers_of_the_aliases_are_replaced(self, captive):
        captive("default", "second")
        for alias in ("default", "second"):
            assert type(channel_layers[alias].channel_layer) is CaptiveLayer
            assert channel_layers[alias].alias == alias
        assert channel_layers["default"].channel_layer is not channel_layers["second"].channel_layer
        assert set(channel_layers.backends) == {"default", "second"}

    def test_two_faces(self, captive):
        captive("default")
        async_to_sync(get_channel_layer().send)("c", {"a": 1})
        assert taken(channel_layers["default"], "c") == {"a": 1}
        channel_layers["default"].send("c", {"a": 2})
        assert async_to_sync(get_channel_layer().receive)("c") == {"a": 2}

    def test_the_wire(self, captive):
        captive("default", wire="strict")
        with pytest.raises(WireError):
            channel_layers["default"].send("c", {"v": ()})
        with pytest.raises(WireError):
            async_to_sync(get_channel_layer().send)("c", {"v": ()})

    def test_the_routing_is_kept_and_a_copy(self, captive):
        captive("default")
        layer = channel_layers["default"]
        assert layer.router.channels == {"there"}
        layer.router.add_route(route("more", accept))
        assert len(routing) == 1

    def test_the_routing_of_a_layer_that_was_made_before(self, captive):
        made = ChannelLayerWrapper(ChannelLayer(), "default", [route("changed", accept)])
        channel_layers.set("default", made)
        captive("default")
        assert channel_layers["default"].router.channels == {"changed"}

    def test_one_in_another(self, captive):
        captive("default")
        outer = channel_layers["default"], get_channel_layer()
        inner = Isolation(["default"])
        inner.start()
        assert channel_layers["default"] is not outer[0]
        inner.stop()
        assert (channel_layers["default"], get_channel_layer()) == outer

    @pytest.mark.parametrize("made", [True, False])
    def test_what_was_there_comes_back(self, made):
        if made:
            channel_layers.set("default", ChannelLayerWrapper(ChannelLayer(), "default", []))
            modern_layers.set("default", mock.sentinel.modern)
        before = dict(channel_layers.backends), dict(modern_layers.backends)
        isolation = Isolation(["default", "second"])
        isolation.start()
        channel_layers.set("default", None)
        modern_layers.backends.clear()
        isolation.stop()
        assert (channel_layers.backends, modern_layers.backends) == before

    @pytest.mark.parametrize(
        ("alias", "error"),
        [
            ("nothing", KeyError),
            ("broken", ImproperlyConfigured),
        ],
    )
    def test_an_error_leaves_nothing_behind(self, alias, error):
        with pytest.raises(error):
            Isolation(["default", alias]).start()
        assert channel_layers.backends == modern_layers.backends == {}

    def test_full_is_full_for_both(self, captive):
        captive("default")
        for _ in range(10):
            channel_layers["default"].send("c", {})
        with pytest.raises(ChannelFull):
            async_to_sync(get_channel_layer().send)("c", {})


class TestWithoutRoutes:
    """In a project of today, whose layers need no routes."""

    def test_a_layer_of_channels_4(self, captive):
        captive("modern")
        layer = channel_layers["modern"]
        assert (layer.router.channels, layer.capacity) == (set(), 100)

    def test_a_layer_with_routes_has_the_numbers_of_channels_1(self, captive):
        captive("default")
        layer = channel_layers["default"]
        assert (layer.router.channels, layer.capacity) == ({"there"}, 10)

    def test_no_setting_at_all(self, captive):
        with override_settings():
            del settings.CHANNEL_LAYERS
            captive("default")
            assert isinstance(channel_layers["default"].channel_layer, CaptiveLayer)

    def test_an_alias_that_no_setting_has(self, captive):
        with pytest.raises(KeyError, match="none"):
            captive("none")

    def test_one_in_another(self, captive):
        captive("modern")
        captive("modern")
        assert channel_layers["modern"].capacity == 100


@pytest.mark.django_db
def test_database_connections_are_shared_meanwhile(captive):
    captive("default")
    there = sync_to_async(lambda: connections["default"])
    assert asyncio.run(there()) is connections["default"]


class TestOptionsOf:
    """What a layer takes from a ``CONFIG`` of Channels 4."""

    def limits(self, **config):
        layer = CaptiveLayer(**options_of(config))
        return [layer.limit("few.of_these"), layer.limit("others")]

    def test_no_numbers(self):
        assert self.limits() == [100, 100]

    def test_a_capacity(self):
        assert self.limits(capacity=7) == [7, 7]

    @pytest.mark.parametrize("pattern", ["few.*", re.compile("few")])
    def test_the_first_pattern_that_fits(self, pattern):
        assert self.limits(channel_capacity={pattern: 2, "few.of_*": 3}) == [2, 100]

    def test_what_concerns_servers_is_left_out(self):
        options = options_of({"hosts": [("127.0.0.1", 1)], "prefix": "x", "expiry": 3})
        assert set(options) == {"expiry", "capacity", "uses_channel_capacity"}

    def test_expiries(self):
        layer = CaptiveLayer(**options_of({"expiry": 3, "group_expiry": 9}))
        assert (layer.expiry, layer.group_expiry) == (3, 9)

    def test_channels_1_applies_no_pattern(self):
        layer = CaptiveLayer(channel_capacity={"few.*": 2})
        assert layer.limit("few.of_these") == 10
