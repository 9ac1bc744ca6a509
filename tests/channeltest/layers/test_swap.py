"""Captive layers follow the settings, and the routes that tests add."""

from __future__ import annotations

import sys
import types
from unittest import mock

import pytest
from asgiref.sync import async_to_sync
from channels import Channel, channel_layers
from channels.layers import channel_layers as modern_layers
from channels.layers import get_channel_layer
from channeltest.compat.asgi import ChannelLayerWrapper
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.pending import pending_message_store
from channeltest.compat.routing import route
from django.test import SimpleTestCase, override_settings

from channeltest import (
    CaptiveLayer,
    ChannelTestCase,
    ChannelTestCaseMixin,
    Client,
    apply_routes,
    captive_layers,
)
from channeltest.layers.captive import are_captive

from ..helpers import run

BACKEND = "asgiref.inmemory.ChannelLayer"


def one(message):
    return 1


def two(message):
    return 2


ones = [route("c", one)]
twos = [route("c", two)]

SETTING = {"default": {"BACKEND": BACKEND, "ROUTING": f"{__name__}.ones"}}
OTHER = {"default": {"BACKEND": BACKEND, "ROUTING": f"{__name__}.twos"}}
MORE = {**OTHER, "extra": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}


def consumed(**kwargs):
    return Client(**kwargs).send_and_consume("c")


def layer_of(alias="default"):
    return channel_layers[alias].channel_layer


@override_settings(CHANNEL_LAYERS=OTHER)
class ClassTests(ChannelTestCase):
    def test_a_class(self):
        assert consumed() == 2

    @override_settings(CHANNEL_LAYERS=SETTING)
    def test_a_test(self):
        assert consumed() == 1

    def test_a_block(self):
        before = layer_of()
        Channel("kept").send({"n": 1})
        with override_settings(CHANNEL_LAYERS=SETTING):
            assert consumed() == 1
            assert type(layer_of()) is CaptiveLayer
            assert self.get_next_message("kept") is None
        assert consumed() == 2
        assert layer_of() is before
        assert self.get_next_message("kept", require=True)["n"] == 1

    def test_blocks_in_blocks(self):
        with override_settings(CHANNEL_LAYERS=SETTING):
            with override_settings(CHANNEL_LAYERS=OTHER):
                assert consumed() == 2
            assert consumed() == 1
        assert consumed() == 2

    def test_both_faces(self):
        with override_settings(CHANNEL_LAYERS=SETTING):
            async_to_sync(get_channel_layer().send)("x", {"type": "x", "n": 1})
            assert self.get_next_message("x", require=True)["n"] == 1
        async_to_sync(get_channel_layer().send)("x", {"type": "x", "n": 2})
        assert self.get_next_message("x", require=True)["n"] == 2

    def test_applied_routes_stay(self):
        with apply_routes([route("c", lambda message: 3)]):
            with override_settings(CHANNEL_LAYERS=SETTING):
                assert consumed() == 3
            assert consumed() == 3
        assert consumed() == 2

    def test_settings_that_do_not_concern_layers(self):
        before = layer_of()
        with override_settings(DEBUG=True):
            assert layer_of() is before


@override_settings(CHANNEL_LAYERS=MORE)
class AddedAliasTests(ChannelTestCase):
    test_channel_aliases = ["default", "extra"]

    def test_is_captive(self):
        assert type(layer_of("extra")) is CaptiveLayer
        assert get_channel_layer("extra") is not None


class AroundPreSetupTests(ChannelTestCase):
    """A mixin of a suite's own, from the days when it had to do this by itself."""

    def __call__(self, result=None):
        with override_settings(CHANNEL_LAYERS=OTHER):
            super().__call__(result)

    def setUp(self):
        self.override = override_settings(CHANNEL_LAYERS=SETTING)
        self.override.enable()
        self.addCleanup(self.override.disable)

    def test(self):
        assert consumed() == 1


class AddsAnAlias(ChannelTestCaseMixin, SimpleTestCase):
    __test__ = False
    test_channel_aliases = ["default", "extra"]
    override = override_settings(CHANNEL_LAYERS=MORE)

    def _pre_setup(self):
        self.override.enable()
        super()._pre_setup()

    def _post_teardown(self):
        super()._post_teardown()
        self.override.disable()

    def test_is_captive(self):
        assert type(layer_of("extra")) is CaptiveLayer
        assert consumed() == 2


def test_an_alias_that_is_added_around_pre_setup():
    assert run(AddsAnAlias) == {"test_is_captive": "ok"}


class OtherAliasTests(ChannelTestCase):
    """An alias that the class does not name has the layer of the settings."""

    def test_it_ends_with_its_override(self):
        for _ in range(2):
            with override_settings(CHANNEL_LAYERS={**OTHER, "extra": OTHER["default"]}):
                extra = channel_layers["extra"]
                assert type(extra.channel_layer) is ChannelLayer
                assert extra.receive(["c"]) == (None, None)
                extra.send("c", {})
            assert "extra" not in channel_layers.backends


class BlockTests(SimpleTestCase):
    def test_all_aliases(self):
        with override_settings(CHANNEL_LAYERS=SETTING), captive_layers():
            with override_settings(CHANNEL_LAYERS=MORE):
                assert type(layer_of("extra")) is CaptiveLayer
                assert consumed() == 2
            assert "extra" not in channel_layers.backends
            assert "extra" not in modern_layers.backends
            assert consumed() == 1
        assert not are_captive()

    def test_an_override_that_ends_first(self):
        override = override_settings(CHANNEL_LAYERS=OTHER)
        with override_settings(CHANNEL_LAYERS=SETTING):
            override.enable()
            with captive_layers():
                assert consumed() == 2
                override.disable()
                assert consumed() == 1

    def test_without_captive_layers(self):
        with override_settings(CHANNEL_LAYERS=SETTING):
            assert consumed() == 1
            with override_settings(CHANNEL_LAYERS=OTHER):
                assert consumed() == 2
            assert consumed() == 1

    def test_one_in_another(self):
        with override_settings(CHANNEL_LAYERS=SETTING), captive_layers("default"):
            outer = layer_of(), get_channel_layer()
            with captive_layers("default"):
                with override_settings(CHANNEL_LAYERS=OTHER):
                    assert consumed() == 2
                assert consumed() == 1
            assert (layer_of(), get_channel_layer()) == outer


@override_settings(CHANNEL_LAYERS=SETTING)
class AddedRouteTests(ChannelTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        channel_layers["default"].router.add_route(route("added", two))

    @classmethod
    def setUpTestData(cls):
        channel_layers["default"].router.check_default(http_consumer=two)

    def test_of_the_class(self):
        client = Client()
        assert client.send_and_consume("added") == 2
        assert client.send_and_consume("http.request") == 2
        assert client.send_and_consume("c") == 1

    def test_of_the_test(self):
        channel_layers["default"].router.add_route(route("of.the.test", two))
        assert len(ones) == 1

    def test_they_end(self):
        assert Client().get_consumer_by_channel("of.the.test") is None
        assert len(ones) == 1


class RoutingModuleTests(ChannelTestCase):
    """Routes in the list of the settings' module."""

    @classmethod
    def setUpClass(cls):
        cls.module = types.ModuleType("routing_of_a_test")
        cls.module.routes = [route("c", one)]
        modules = mock.patch.dict(sys.modules, {"routing_of_a_test": cls.module})
        modules.start()
        cls.addClassCleanup(modules.stop)
        layers = {"default": {"BACKEND": BACKEND, "ROUTING": "routing_of_a_test.routes"}}
        override = override_settings(CHANNEL_LAYERS=layers)
        override.enable()
        cls.addClassCleanup(override.disable)
        super().setUpClass()
        cls.module.routes.append(route("later", two))

    def test_of_the_class(self):
        assert Client().send_and_consume("later") == 2

    def test_of_the_test(self):
        self.module.routes.append(route("now", two))
        assert Client().send_and_consume("now") == 2


def test_a_layer_that_was_made_before(monkeypatch):
    monkeypatch.setattr(channel_layers, "backends", {})
    made = ChannelLayerWrapper(mock.sentinel.layer, "default", [route("c", one)])
    channel_layers.set("default", made)
    made.router.add_route(route("added", two))
    with captive_layers("default"):
        assert Client().send_and_consume("added") == 2
    assert channel_layers["default"] is made


def test_what_a_consumer_holds_back_ends_with_the_layers():
    with captive_layers():
        pending_message_store.prepare()
        Channel("c").send({"n": 1})
    assert not pending_message_store.active
    with captive_layers():
        Channel("c").send({"n": 2})
        assert Client().get_next_message("c")["n"] == 2


def test_an_unknown_alias():
    with pytest.raises(KeyError, match="nothing"), captive_layers("nothing"):
        pass
