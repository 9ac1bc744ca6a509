"""``channels.test`` and ``channels.test.base``."""

from __future__ import annotations

from unittest import mock

import channels.test
import channels.test.base
import pytest
from channeltest.compat.inmemory import ChannelLayer

import channeltest
from channeltest.channels1 import cases, client, layer_in_use, routes
from channeltest.layers import captive

from .names import patched, present

NAMES = (
    "ChannelTestCase ChannelTestCaseMixin Client Group InMemoryChannelLayer Message Router "
    "TransactionChannelTestCase apply_routes channel_layers ChannelLayerWrapper TestCase "
    "TransactionTestCase consumer_started consumer_finished random string include "
    "close_old_connections ChannelSocketException DEFAULT_CHANNEL_LAYER"
)
PACKAGE = (
    "ChannelLiveServerTestCase ChannelTestCase Client HttpClient TransactionChannelTestCase "
    "WSClient apply_routes"
)


def test_names():
    assert present("channels.test.base", NAMES)
    assert present("channels.test", PACKAGE)


@pytest.mark.parametrize("name", channels.test.__all__)
def test_the_package_has_the_harness_own_classes(name):
    assert getattr(channels.test, name) is getattr(channeltest, name)


def test_star_import():
    names: dict = {}
    exec("from channels.test import *", names)
    assert set(channels.test.__all__) <= set(names)


def test_the_layer_of_the_base_module():
    assert channels.test.base.InMemoryChannelLayer is ChannelLayer
    assert issubclass(captive.CaptiveLayer, ChannelLayer)


@pytest.mark.parametrize(
    ("name", "users"),
    [
        ("channels.test.base.channel_layers", [cases, layer_in_use]),
        ("channels.test.base.Message", [cases, client]),
        ("channels.test.base.Group", [client]),
        ("channels.test.base.consumer_finished", [client]),
        ("channels.test.base.Router", [routes]),
        ("channels.test.base.InMemoryChannelLayer", [cases]),
        ("channels.tests.base.random", [client]),
    ],
)
def test_patches_reach_the_code_that_uses_the_name(name, users):
    with mock.patch(name) as stand_in:
        assert patched(name, users) == [stand_in] * len(users)
    assert stand_in not in patched(name, users)
