"""The configured layers: made when asked for, with their numbers and routing."""

from __future__ import annotations

import copy
import pickle
from unittest import mock

import pytest
from channels.exceptions import InvalidChannelLayerError
from channeltest.compat import asgi
from channeltest.compat.asgi import ChannelLayerManager, ChannelLayerWrapper, get_channel_layer
from channeltest.compat.base_layer import BaseChannelLayer
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.routing import Router
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from .inplace import in_place, told


class Layer(BaseChannelLayer):
    """A layer that is made with anything."""

    def __init__(self, **config):
        super().__init__()
        self.config = config


IN_MEMORY = "asgiref.inmemory.ChannelLayer"

LAYERS = {
    "default": {
        "BACKEND": f"{__name__}.Layer",
        "CONFIG": {"a": 1},
        "TEST_CONFIG": {"b": 2},
        "ROUTING": [],
    },
    "plain": {"BACKEND": f"{__name__}.Layer", "ROUTING": "tests.layers.routing"},
    "memory": {"BACKEND": IN_MEMORY, "CONFIG": {"capacity": 3}, "ROUTING": {}},
    "no backend": {"ROUTING": []},
    "no routing": {"BACKEND": IN_MEMORY},
    "wrong backend": {"BACKEND": "no.such.Layer", "ROUTING": []},
    "wrong routing": {"BACKEND": IN_MEMORY, "ROUTING": "no.such.routing"},
}


@pytest.fixture
def manager():
    with override_settings(CHANNEL_LAYERS=LAYERS):
        yield ChannelLayerManager()


class TestManager:
    def test_a_layer(self, manager):
        layer = manager["default"]
        assert (layer.alias, layer.config, layer.routing) == ("default", {"a": 1}, [])
        assert manager["default"] is layer
        assert manager.backends == {"default": layer}

    def test_without_config(self, manager):
        assert manager["plain"].config == {}

    def test_routing(self, manager):
        assert manager["plain"].routing == manager.routing("plain") == "tests.layers.routing"
        assert manager["plain"].router.channels == {"first", "second"}

    def test_a_backend_by_its_name_in_channels_1(self, manager):
        assert type(manager["memory"].channel_layer) is ChannelLayer
        assert manager["memory"].capacity == 3

    def test_for_tests(self, manager):
        assert manager.make_test_backend("default").config == {"b": 2}
        assert manager.backends == {}

    @pytest.mark.parametrize("name", ["memory", "nothing"])
    def test_for_tests_without_a_config(self, manager, name):
        with pytest.raises(
            InvalidChannelLayerError, match=f"^No TEST_CONFIG specified for {name}"
        ) as raised:
            manager.make_test_backend(name)
        assert str(raised.value) == f"No TEST_CONFIG specified for {name}"
        assert f"CHANNEL_LAYERS['{name}']['TEST_CONFIG'] = " in told(raised.value)

    @pytest.mark.parametrize(
        ("name", "error", "text"),
        [
            ("no backend", InvalidChannelLayerError, "^No BACKEND specified for no backend"),
            ("no routing", InvalidChannelLayerError, "^No ROUTING specified for no routing"),
            (
                "wrong backend",
                InvalidChannelLayerError,
                "^Cannot import BACKEND 'no.such.Layer' specified for",
            ),
            (
                "wrong routing",
                ImproperlyConfigured,
                "^Cannot import channel routing 'no.such.routing'",
            ),
            ("nothing", KeyError, "nothing"),
        ],
    )
    def test_settings_that_are_wrong(self, manager, name, error, text):
        for ask in (manager.make_backend, manager.__getitem__):
            with pytest.raises(error, match=text):
                ask(name)
        assert manager.backends == {}

    def test_the_aliases_there_are(self, manager):
        with pytest.raises(KeyError) as raised:
            manager["nothing"]
        assert "'default', 'plain', 'memory'" in told(raised.value)

    @override_settings(CHANNEL_LAYERS={})
    def test_no_aliases_at_all(self):
        with pytest.raises(KeyError) as raised:
            ChannelLayerManager()["default"]
        assert "which has nothing" in told(raised.value)

    def test_membership(self, manager):
        assert "default" in manager
        assert "nothing" not in manager
        assert manager.backends == {}

    def test_setting_a_layer(self, manager):
        layer, second = manager["memory"], manager["plain"]
        assert manager.set("default", layer) is None
        assert manager["default"] is layer
        assert manager.set("default", second) is layer
        assert manager.set("default", None) is second
        assert manager["default"].config == {"a": 1}

    def test_settings_without_layers(self):
        with mock.patch.object(asgi, "settings", spec=[]):
            assert ChannelLayerManager().configs == {}


class TestWrapper:
    @pytest.fixture
    def wrapper(self):
        return ChannelLayerWrapper(ChannelLayer(), "default", [])

    def test_everything_else_is_the_layers(self, wrapper):
        wrapper.send("c", {"n": 1})
        assert wrapper.receive_many(["c"]) == ("c", {"n": 1})
        assert wrapper.capacity == 10
        with pytest.raises(AttributeError, match="nothing"):
            wrapper.nothing  # noqa: B018

    def test_its_own(self, wrapper):
        assert (wrapper.alias, wrapper.routing) == ("default", [])
        assert isinstance(wrapper.router, Router)

    def test_text(self, wrapper):
        assert str(wrapper) == "default (asgiref.inmemory.ChannelLayer)"

    def test_local_only(self, wrapper):
        assert wrapper.local_only()
        assert not ChannelLayerWrapper(Layer(), "default", []).local_only()

    def test_copies_and_pickles_do_not_recurse(self):
        wrapper = ChannelLayerWrapper(Layer(a=1), "default", [])
        assert copy.copy(wrapper).channel_layer is wrapper.channel_layer
        assert pickle.loads(pickle.dumps(wrapper)).config == {"a": 1}


class TestGetChannelLayer:
    def test_the_layer_itself(self):
        with in_place() as default, in_place("memory") as memory:
            assert get_channel_layer() is default.channel_layer
            assert (
                get_channel_layer("memory")
                is get_channel_layer(alias="memory")
                is memory.channel_layer
            )

    def test_an_alias_that_does_not_exist(self):
        with pytest.raises(KeyError, match="nothing"):
            get_channel_layer("nothing")

    @pytest.mark.parametrize("ready", [True, False])
    def test_django_is_set_up_once(self, ready):
        with (
            in_place(),
            mock.patch.object(asgi, "apps", ready=ready),
            mock.patch("django.setup") as setup,
        ):
            get_channel_layer()
        assert setup.call_args_list == ([] if ready else [mock.call(set_prefix=False)])
