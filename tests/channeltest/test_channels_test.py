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
from channeltest.channels1 import cases, client, layer_in_use, routes, wsclient
from channeltest.layers import captive
from channeltest.live import applications, setups

from .helpers import python

PUBLIC = {
    "channels.test": "ChannelLiveServerTestCase ChannelTestCase Client HttpClient "
    "TransactionChannelTestCase WSClient apply_routes",
    "channels.test.base": "ChannelTestCase ChannelTestCaseMixin Client Group InMemoryChannelLayer "
    "Message Router TransactionChannelTestCase apply_routes channel_layers ChannelLayerWrapper "
    "TestCase TransactionTestCase consumer_started consumer_finished random string "
    "ChannelSocketException DEFAULT_CHANNEL_LAYER",
    "channels.test.http": "HttpClient",
    "channels.test.liveserver": "ChannelLiveServerTestCase DaphneProcess ProcessSetup "
    "WorkerProcess ChannelLayerManager DEFAULT_CHANNEL_LAYER ImproperlyConfigured Server "
    "StaticFilesConsumer TransactionTestCase Worker WorkerGroup apps connections django "
    "load_backend modify_settings multiprocessing override_settings",
    "channels.test.websocket": "Client WSClient apps copy settings session_for_reply_channel "
    "SimpleCookie",
}


@pytest.mark.parametrize(("module", "names"), PUBLIC.items())
def test_names(module, names):
    for name in names.split():
        assert hasattr(importlib.import_module(module), name), name


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
    ("patched", "users"),
    [
        ("channels.test.base.channel_layers", [cases, layer_in_use]),
        ("channels.test.base.Message", [cases, client]),
        ("channels.test.base.Group", [client]),
        ("channels.test.base.consumer_finished", [client]),
        ("channels.test.base.Router", [routes]),
        ("channels.tests.base.random", [client]),
        ("channels.test.websocket.session_for_reply_channel", [wsclient]),
        ("channels.test.websocket.settings", [wsclient]),
        ("channels.test.liveserver.WorkerGroup", [setups]),
        ("channels.tests.liveserver.StaticFilesConsumer", [applications]),
    ],
)
def test_patches_reach_the_code_that_uses_the_name(patched, users):
    name = patched.rpartition(".")[2]
    originals = [vars(user)[name] for user in users]
    with mock.patch(patched) as stand_in:
        assert all(vars(user)[name] is stand_in for user in users)
    assert all(vars(user)[name] is old for user, old in zip(users, originals, strict=True))


def test_the_reactor_is_imported_only_when_it_is_asked_for():
    program = """
    import sys, django
    from django.conf import settings
    settings.configure(INSTALLED_APPS=["channeltest", "channels"])
    django.setup()
    import channels.test.liveserver
    assert "twisted" not in sys.modules and "daphne" not in sys.modules
    assert "uvicorn" not in sys.modules
    assert channels.test.liveserver.reactor.run
    """
    python(program)


def test_the_live_server_module_has_no_other_names():
    with pytest.raises(AttributeError, match="nothing"):
        channels.test.liveserver.nothing  # noqa: B018
