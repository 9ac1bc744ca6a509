"""``asgiref.base_layer``: names, capacities and what a layer has to have."""

from __future__ import annotations

import re

import channels.exceptions
import pytest
from channeltest.compat.base_layer import BaseChannelLayer

VALID = "a valid unicode string containing only ASCII alphanumerics, hyphens, or periods"


@pytest.fixture
def layer():
    return BaseChannelLayer()


def test_the_numbers(layer):
    assert (layer.expiry, layer.group_expiry, layer.capacity) == (60, 86400, 100)
    assert (layer.channel_capacity, layer.extensions) == ([], [])


def test_the_exceptions_are_channels_4s(layer):
    assert layer.ChannelFull is channels.exceptions.ChannelFull
    assert layer.MessageTooLarge is channels.exceptions.MessageTooLarge


@pytest.mark.parametrize(
    "call",
    [
        lambda layer: layer.send("c", {}),
        lambda layer: layer.receive(["c"]),
        lambda layer: layer.receive_many(["c"], block=True),
        lambda layer: layer.new_channel("c?"),
        lambda layer: layer.group_add("g", "c"),
        lambda layer: layer.group_discard("g", "c"),
        lambda layer: layer.group_channels("g"),
        lambda layer: layer.send_group("g", {}),
        lambda layer: layer.flush(),
    ],
)
def test_what_a_layer_must_do_itself(layer, call):
    with pytest.raises(NotImplementedError):
        call(layer)


def test_receive_many_is_receive():
    class Layer(BaseChannelLayer):
        def receive(self, channels, block=False):
            return channels, block

    assert Layer().receive_many(["c"], block=True) == (["c"], True)


class TestChannelNames:
    @pytest.mark.parametrize(
        "name",
        ["a", "a-b.c_d", "A1", "reply?abc", "local!abc", "local!", "x" * 99, "-", "a?b-c_d."],
    )
    def test_valid(self, layer, name):
        assert layer.valid_channel_name(name)

    @pytest.mark.parametrize(
        "name", [None, 1, b"a", "", "a b", "é", "x" * 100, "a?b?c", "?a", "a/b"]
    )
    def test_not_valid(self, layer, name):
        with pytest.raises(
            TypeError, match=f"^Channel name must be {VALID}, not '{re.escape(str(name))}"
        ):
            layer.valid_channel_name(name)

    def test_single_reader_names(self, layer):
        with pytest.raises(TypeError, match=r"^Single-reader channel names must not end with"):
            layer.valid_channel_name("reply?")

    def test_process_local_names_in_receive(self, layer):
        assert layer.valid_channel_name("local!", receive=True)
        with pytest.raises(
            TypeError, match=r"^Process-local channel names in receive\(\) must end at"
        ):
            layer.valid_channel_name("local!abc", receive=True)

    def test_lists(self, layer):
        assert layer.valid_channel_names(["a", "b?c"])
        assert layer.valid_channel_names(["a", "b!"], receive=True)
        with pytest.raises(TypeError):
            layer.valid_channel_names(["a", "b c"])
        with pytest.raises(TypeError):
            layer.valid_channel_names(["b!c"], receive=True)

    @pytest.mark.parametrize("names", [[], "abc", ("a",), None])
    def test_what_is_no_list_of_names(self, layer, names):
        with pytest.raises(AssertionError, match=r"^names must be a non-empty list$"):
            layer.valid_channel_names(names)


class TestGroupNames:
    @pytest.mark.parametrize("name", ["a", "a-b.c_d", "x" * 99])
    def test_valid(self, layer, name):
        assert layer.valid_group_name(name)

    @pytest.mark.parametrize("name", [None, 1, b"a", "", "a b", "é", "x" * 100, "a?", "a!b"])
    def test_not_valid(self, layer, name):
        with pytest.raises(TypeError, match=f"^Group name must be {VALID}") as raised:
            layer.valid_group_name(name)
        told = [str(raised.value), *getattr(raised.value, "__notes__", ())]
        assert any(repr(name)[:120] in text for text in told)


def test_the_part_that_local_names_share(layer):
    assert layer.non_local_name("local!abc") == layer.non_local_name("local!") == "local!"
    assert layer.non_local_name("reply?abc") == "reply?abc"


def test_capacities():
    layer = BaseChannelLayer(
        capacity=5, channel_capacity={"http.*": 1, re.compile(r"^ws\d$"): 2, "http.request": 3}
    )
    found = {
        name: layer.get_capacity(name) for name in ("http.x", "http.request", "ws1", "ws", "c")
    }
    assert found == {"http.x": 1, "http.request": 1, "ws1": 2, "ws": 5, "c": 5}
