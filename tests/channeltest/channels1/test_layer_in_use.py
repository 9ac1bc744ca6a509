"""The layer that a client uses outside of our test cases."""

from __future__ import annotations

import pytest
from channels import channel_layers
from channels.exceptions import InvalidChannelLayerError
from django.test import SimpleTestCase, override_settings

from channeltest import CaptiveLayer, WSClient, apply_routes
from channeltest.channels1.layer_in_use import layer_in_use
from channeltest.layers.captive import are_captive
from tests.compat.inplace import told

MODERN = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
OLD = {"default": {"BACKEND": "asgiref.inmemory.ChannelLayer", "ROUTING": []}}


def application(scope, receive, send):
    raise AssertionError("run")


class PlainTests(SimpleTestCase):
    def use(self, layers, application=None):
        override = override_settings(CHANNEL_LAYERS=layers, ASGI_APPLICATION=application)
        override.enable()
        self.addCleanup(override.disable)

    def test_the_layer_of_the_settings(self):
        self.use(OLD, f"{__name__}.application")
        assert layer_in_use("default") is channel_layers["default"]
        assert not are_captive()

    def test_an_application_of_the_settings(self):
        for layers in MODERN, {}:
            with self.subTest(layers):
                self.use(layers, f"{__name__}.application")
                assert type(layer_in_use("default").channel_layer) is CaptiveLayer

    def test_neither_tells_what_to_do(self):
        self.use(MODERN)
        for use in (lambda: WSClient().send("c")), apply_routes([]).enter:
            with pytest.raises(InvalidChannelLayerError, match=r"^No ROUTING specified") as caught:
                use()
            assert "ChannelTestCase" in told(caught.value)

    def test_an_alias_that_nothing_names(self):
        self.use(MODERN, f"{__name__}.application")
        with pytest.raises(KeyError, match="nothing"):
            layer_in_use("nothing")


def test_nothing_is_left():
    assert not are_captive()
