"""``channels.test`` in the layouts of 1.1.8 and of 1.0."""

from __future__ import annotations

import importlib
from unittest import mock

import channels.test
import channels.test.base
import channels.test.http
import channels.test.liveserver
import channels.test.websocket
import pytest
from channeltest.compat.inmemory import ChannelLayer

import channeltest
from channeltest import captive, cases, client, routes, wsclient

PUBLIC = {
    "channels.test": "ChannelLiveServerTestCase ChannelTestCase Client HttpClient "
    "TransactionChannelTestCase WSClient apply_routes",
    "channels.test.base": "ChannelTestCase ChannelTestCaseMixin Client Group InMemoryChannelLayer "
    "Message Router TransactionChannelTestCase apply_routes channel_layers ChannelLayerWrapper "
    "TestCase TransactionTestCase consumer_started consumer_finished random string "
    "ChannelSocketException DEFAULT_CHANNEL_LAYER",
    "channels.test.http": "HttpClient",
    "channels.test.liveserver": "ChannelLiveServerTestCase",
    "channels.test.websocket": "Client WSClient apps copy settings session_for_reply_channel "
    "SimpleCookie",
}


@pytest.mark.parametrize(("module", "names"), PUBLIC.items())
def test_names(module, names):
    for name in names.split():
        assert hasattr(importlib.import_module(module), name), name


@pytest.mark.parametrize("name", channels.test.__all__)
def test_the_package_has_the_harness_own_classes(name):
    if name != "ChannelLiveServerTestCase":
        assert getattr(channels.test, name) is getattr(channeltest, name)


def test_star_import():
    names: dict = {}
    exec("from channels.test import *", names)
    assert set(channels.test.__all__) <= set(names)


def test_the_layer_of_the_base_module():
    assert channels.test.base.InMemoryChannelLayer is ChannelLayer
    assert issubclass(captive.CaptiveLayer, ChannelLayer)


@pytest.mark.parametrize(
    ("patched", "users"),
    [
        ("channels.test.base.channel_layers", [cases, client, routes]),
        ("channels.test.base.Message", [cases, client]),
        ("channels.test.base.Group", [client]),
        ("channels.test.base.consumer_finished", [client]),
        ("channels.test.base.Router", [routes]),
        ("channels.tests.base.random", [client]),
        ("channels.test.websocket.session_for_reply_channel", [wsclient]),
        ("channels.test.websocket.settings", [wsclient]),
    ],
)
def test_patches_reach_the_code_that_uses_the_name(patched, users):
    name = patched.rpartition(".")[2]
    originals = [vars(user)[name] for user in users]
    with mock.patch(patched) as stand_in:
        assert all(vars(user)[name] is stand_in for user in users)
    assert all(vars(user)[name] is old for user, old in zip(users, originals, strict=True))


def test_the_live_server_says_what_it_lacks():
    class Case(channels.test.ChannelLiveServerTestCase):
        pass

    with pytest.raises(NotImplementedError, match="Case needs a live server"):
        Case.setUpClass()
