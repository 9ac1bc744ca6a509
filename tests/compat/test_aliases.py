"""Channels 1's module names: the same objects as their twins, and what a patch does to them."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from unittest import mock

import channels
import channels.auth
import channels.sessions
import channels.test
import channels.worker
import channeltest.compat.asgi
import channeltest.compat.sessions
import channeltest.compat.worker
import pytest
from channeltest.compat import aliases

TWINS = {
    "asgiref.base_layer": "compat.base_layer",
    "asgiref.inmemory": "compat.inmemory",
    "channels.asgi": "compat.asgi",
    "channels.binding": "compat.binding",
    "channels.binding.base": "compat.binding.base",
    "channels.binding.websockets": "compat.binding.websockets",
    "channels.channel": "compat.channel",
    "channels.delay": "compat.delay",
    "channels.delay.apps": "compat.delay.apps",
    "channels.delay.management": "compat.delay.management",
    "channels.delay.management.commands": "compat.delay.management.commands",
    "channels.delay.management.commands.rundelay": "compat.delay.management.commands.rundelay",
    "channels.delay.migrations": "compat.delay.migrations",
    "channels.delay.migrations.0001_initial": "compat.delay.migrations.0001_initial",
    "channels.delay.models": "compat.delay.models",
    "channels.delay.worker": "compat.delay.worker",
    "channels.generic.base": "compat.generic.base",
    "channels.generic.websockets": "compat.generic.websockets",
    "channels.hacks": "compat.hacks",
    "channels.handler": "compat.handler",
    "channels.log": "compat.log",
    "channels.management.commands.runserver": "compat.management.commands.runserver",
    "channels.management.commands.runworker": "compat.management.commands.runworker",
    "channels.message": "compat.message",
    "channels.package_checks": "compat.package_checks",
    "channels.security.websockets": "compat.security.websockets",
    "channels.signals": "compat.signals",
    "channels.staticfiles": "compat.staticfiles",
    "channels.test": "channels1.facade",
    "channels.test.base": "channels1.facade.base",
    "channels.test.http": "channels1.wsclient",
    "channels.test.liveserver": "channels1.facade.liveserver",
    "channels.test.websocket": "channels1.wsclient",
    # The package of Channels 1.0.
    "channels.tests": "channels1.facade",
    "channels.tests.base": "channels1.facade.base",
    "channels.tests.http": "channels1.wsclient",
}

# Modules that both versions have, and the names of 1.1.8 that they gain.
GAINED = {
    "channels": "Channel Group channel_layers include route route_class DEFAULT_CHANNEL_LAYER",
    "channels.auth": "channel_session_user channel_session_user_from_http http_session_user "
    "transfer_user channel_and_http_session_user_from_http",
    "channels.exceptions": "ChannelSocketException ConsumeLater DenyConnection RequestAborted "
    "RequestTimeout ResponseLater SendNotAvailableOnDemultiplexer WebsocketCloseException",
    "channels.routing": "Include Route RouteClass Router connect_consumer include null_consumer "
    "route route_class",
    "channels.sessions": "channel_and_http_session channel_session enforce_ordering http_session "
    "requeue_messages session_for_reply_channel wait_channel_name",
    "channels.worker": "Worker WorkerGroup",
}


@pytest.mark.parametrize(("old", "twin"), TWINS.items())
def test_a_module_is_its_twin(old, twin):
    assert importlib.import_module(old) is importlib.import_module(f"channeltest.{twin}")


@pytest.mark.parametrize(("old", "twin"), TWINS.items())
def test_a_module_keeps_its_own_spec(old, twin):
    module = importlib.import_module(old)
    assert module.__name__ == module.__spec__.name == f"channeltest.{twin}"


@pytest.mark.parametrize(("module", "names"), GAINED.items())
def test_a_module_of_both_versions_gains_names(module, names):
    gained = importlib.import_module(module)
    twin = importlib.import_module(module.replace("channels", "channeltest.compat", 1))
    for name in names.split():
        assert getattr(gained, name) is getattr(twin, name)


def test_submodules_are_attributes_of_their_package():
    assert channels.asgi is channeltest.compat.asgi
    assert channels.test.base is sys.modules["channels.test.base"]


def test_a_submodule_that_nobody_imported_is_an_attribute_too():
    with mock.patch.dict(sys.modules), mock.patch.dict(vars(channels)):
        sys.modules.pop("channels.log", None)
        vars(channels).pop("log", None)
        assert channels.log is importlib.import_module("channeltest.compat.log")


def test_no_module_outside_channels_is_found():
    assert aliases.AliasFinder({}).find_spec("channels.asgi", None) is None
    assert aliases._finder.find_spec("channels.layers", None) is None
    assert importlib.util.find_spec("channels.nothing") is None


def test_a_module_that_does_not_exist():
    with pytest.raises(ModuleNotFoundError, match=r"channels\.nothing"):
        importlib.import_module("channels.nothing")


class TestPatching:
    def test_a_name_of_both_modules(self):
        original = channeltest.compat.sessions.session_for_reply_channel
        with mock.patch("channels.sessions.session_for_reply_channel") as patched:
            assert channeltest.compat.sessions.session_for_reply_channel is patched
            assert channels.sessions.session_for_reply_channel is patched
        assert channeltest.compat.sessions.session_for_reply_channel is original
        assert channels.sessions.session_for_reply_channel is original

    def test_a_name_that_has_twins_in_several_modules(self):
        from channels.test import base

        from channeltest.channels1 import cases, layer_in_use

        with mock.patch("channels.test.base.channel_layers") as patched:
            assert base.channel_layers is cases.channel_layers is patched
            assert layer_in_use.channel_layers is patched
        assert base.channel_layers is cases.channel_layers is channels.channel_layers
        assert layer_in_use.channel_layers is channels.channel_layers

    def test_what_the_code_looks_up_is_patched(self):
        """The client builds its messages with the patched class."""
        from channeltest.compat.asgi import ChannelLayerManager, ChannelLayerWrapper
        from channeltest.compat.inmemory import ChannelLayer

        layer = ChannelLayerWrapper(ChannelLayer(), "default", [])
        layer.send("c", {})
        layers = ChannelLayerManager()
        layers.set("default", layer)
        with (
            mock.patch("channels.test.base.channel_layers", layers),
            mock.patch("channels.test.base.Message") as patched,
        ):
            assert channels.test.Client().get_next_message("c") is patched.return_value

    @pytest.mark.parametrize(
        "name",
        [
            "channels.Group",
            "channels.Channel",
            "channels.channel.Group",
            "channels.asgi.channel_layers",
            "channels.auth.transfer_user",
            "channels.message.Message",
            "channels.routing.Router",
            "channels.test.base.Client",
            "channels.test.websocket.WSClient",
            "channels.worker.Worker",
            "channels.tests.base.Client",
            "channels.generic.websockets.Group",
            "asgiref.inmemory.time",
        ],
    )
    def test_patches_are_undone_exactly(self, name):
        module = importlib.import_module(name.rpartition(".")[0])
        homes = [module, *vars(module).get("_channels1_homes", ())]
        before = [dict(vars(home)) for home in homes]
        with mock.patch(name) as patched:
            assert patched in vars(module).values()
        assert [dict(vars(home)) for home in homes] == before

    def test_one_patch_in_another(self):
        with mock.patch("channels.Group") as outer:
            with mock.patch("channels.Group") as inner:
                assert channeltest.compat.Group is inner
            assert channeltest.compat.Group is outer
        assert channeltest.compat.Group is channels.Group

    def test_a_name_made_by_the_patch(self):
        with mock.patch("channels.sessions.invented", 1, create=True):
            assert channels.sessions.invented == 1
        assert not hasattr(channels.sessions, "invented")

    def test_a_name_that_is_deleted_goes_from_its_twin(self, monkeypatch):
        monkeypatch.delattr("channels.sessions.wait_channel_name")
        assert not hasattr(channeltest.compat.sessions, "wait_channel_name")
        monkeypatch.undo()
        assert channeltest.compat.sessions.wait_channel_name is channels.sessions.wait_channel_name

    def test_a_modern_name_has_no_twin(self):
        with mock.patch("channels.auth.AuthMiddleware"):
            assert not hasattr(channeltest.compat.auth, "AuthMiddleware")


class TestNames:
    @pytest.mark.parametrize(
        ("module", "name"),
        [
            ("channels.handler", "AsgiRequest"),
            ("channels.message", "Message"),
            ("channels.message", "PendingMessageStore"),
            ("channels.routing", "Route"),
            ("channels.sessions", "channel_session"),
            ("channels.sessions", "enforce_ordering"),
            ("channels.generic.websockets", "WebsocketDemultiplexer"),
            ("channels.test.websocket", "WSClient"),
            ("asgiref.inmemory", "ChannelLayer"),
        ],
    )
    def test_classes_and_functions_name_their_module_of_channels_1(self, module, name):
        found = getattr(importlib.import_module(module), name)
        assert found.__module__ == module
        assert f"{module}.{name}" in repr(found) or callable(found)

    def test_layers_and_routes_in_words(self):
        layer = importlib.import_module("asgiref.inmemory").ChannelLayer()
        name = importlib.import_module("channels.utils").name_that_thing
        assert name(layer) == "asgiref.inmemory.ChannelLayer"

    @pytest.mark.parametrize(
        ("module", "names"),
        [
            ("channels", "default_app_config"),
            ("channels.apps", "BindingMetaclass check_all"),
            ("channels.delay", "default_app_config"),
            ("channels.handler", "ResponseLaterOuter"),
            ("channels.message", "consumer_finished consumer_started threading time"),
            ("asgiref.conformance", "ConformanceTestCase"),
        ],
    )
    def test_names_that_its_modules_had_beside_their_own(self, module, names):
        found = importlib.import_module(module)
        assert [name for name in names.split() if not hasattr(found, name)] == []


class TestMissingNames:
    @pytest.mark.parametrize(
        ("module", "name", "advice"),
        [
            ("channels", "Gruop", "did you mean Group"),
            ("channels.message", "Chanel", "Channel"),
            ("channels.handler", "PendingMessageStore", r"import it from channels\.message"),
            ("channels.sessions", "zzzzzz", "correct the import"),
            ("channels.sessions", "six", "correct the import"),
        ],
    )
    def test_advice(self, module, name, advice):
        found = importlib.import_module(module)
        text = rf"^{module} has no name '{name}'; .*{advice}"
        with pytest.raises(AttributeError, match=text) as raised:
            getattr(found, name)
        assert (raised.value.name, raised.value.obj) == (name, found)

    def test_from_import(self):
        with pytest.raises(ImportError, match="cannot import name 'Gruop' from 'channels'"):
            from channels import Gruop  # noqa: F401

    def test_the_name_that_an_old_module_goes_by(self):
        with pytest.raises(AttributeError, match=r"^channels\.asgi has no name 'nothing'"):
            importlib.import_module("channels.asgi").nothing  # noqa: B018

    def test_hasattr_and_getattr(self):
        assert not hasattr(channels, "Gruop")
        assert getattr(channels.auth, "nothing", 1) == 1

    def test_mock_patch(self):
        with pytest.raises(AttributeError, match="nothing"), mock.patch("channels.asgi.nothing"):
            pass

    def test_star_import(self):
        names: dict = {}
        exec("from channels.message import *", names)
        assert names["Message"] is channeltest.compat.message.Message


class TestInstalling:
    def test_twice(self):
        before = list(sys.meta_path)
        states = [dict(vars(sys.modules[name])) for name in aliases.MERGED]
        aliases.install()
        assert sys.meta_path == before
        assert [dict(vars(sys.modules[name])) for name in aliases.MERGED] == states

    def test_it_is_asked_before_the_file_system(self):
        assert sys.meta_path.index(aliases._finder) < sys.meta_path.index(
            importlib.machinery.PathFinder
        )
