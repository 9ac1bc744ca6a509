"""`Channel` and `Group`."""

from __future__ import annotations

from unittest import mock

import pytest
from channeltest.compat.asgi import ChannelLayerWrapper
from channeltest.compat.channel import Channel, Group
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.pending import pending_message_store

from .inplace import in_place, taken, told
from .outages import out_of_reach


@pytest.fixture(autouse=True)
def layer():
    with in_place() as made:
        yield made


@pytest.fixture
def consumer():
    """A consumer is running."""
    pending_message_store.prepare()
    yield
    pending_message_store.discard()


class TestBoth:
    @pytest.mark.parametrize("kind", [Channel, Group])
    def test_names(self, kind):
        assert kind("name").name == kind(b"name").name == "name"

    @pytest.mark.parametrize("kind", [Channel, Group])
    def test_a_name_in_other_bytes(self, kind):
        with pytest.raises(UnicodeDecodeError):
            kind("é".encode())

    @pytest.mark.parametrize("kind", [Channel, Group])
    def test_layers(self, kind, layer):
        other = ChannelLayerWrapper(ChannelLayer(), "other", [])
        assert kind("name").channel_layer is layer
        assert kind("name", channel_layer=other).channel_layer is other
        with in_place("memory") as memory:
            assert kind("name", alias="memory").channel_layer is memory

    @pytest.mark.parametrize("kind", [Channel, Group])
    def test_an_alias_that_does_not_exist(self, kind):
        with pytest.raises(KeyError, match="nothing"):
            kind("name", alias="nothing")

    def test_the_aliases_there_are(self):
        with pytest.raises(KeyError) as raised:
            Channel("name", alias="nothing")
        assert "no alias in the CHANNEL_LAYERS setting, which has 'default'" in told(raised.value)

    @pytest.mark.parametrize(("kind", "error"), [(Channel, TypeError), (Group, ValueError)])
    @pytest.mark.parametrize("content", [None, "text", ["a"], 1])
    @pytest.mark.parametrize("immediately", [True, False])
    def test_content_that_is_no_dict(self, kind, error, content, immediately):
        with pytest.raises(
            error, match=r"^You can only send dicts as content on channels\."
        ) as raised:
            kind("name").send(content, immediately=immediately)
        assert f"This is a {type(content).__name__}: {content!r}" in told(raised.value)

    @pytest.mark.parametrize("kind", [Channel, Group])
    def test_a_wrong_name(self, kind):
        with pytest.raises(TypeError, match="name must be a valid unicode string"):
            kind("not valid").send({})

    @pytest.mark.parametrize("kind", [Channel, Group])
    @pytest.mark.usefixtures("consumer")
    def test_a_wrong_name_in_a_consumer_is_an_error_at_the_call(self, kind):
        with pytest.raises(TypeError, match="name must be a valid unicode string"):
            kind("not valid").send({})
        assert pending_message_store.threadlocal.messages == []


class TestChannel:
    def test_send(self, layer):
        Channel("c").send({"n": 1})
        Channel("c").send({"n": 2}, immediately=True)
        assert taken(layer, "c") == [{"n": 1}, {"n": 2}]

    def test_full(self, layer):
        for _ in range(10):
            Channel("c").send({})
        with pytest.raises(layer.ChannelFull):
            Channel("c").send({})

    @pytest.mark.usefixtures("consumer")
    def test_in_a_consumer_it_waits(self, layer):
        Channel("c").send({"n": 1})
        Channel("c").send({"n": 2}, immediately=True)
        assert taken(layer, "c") == [{"n": 2}]
        pending_message_store.send_and_flush()
        assert taken(layer, "c") == [{"n": 1}]

    def test_text(self):
        assert str(Channel("c")) == "c"

    @pytest.mark.usefixtures("consumer")
    def test_a_layer_that_cannot_verify(self):
        plain = mock.Mock(spec=["send", "ChannelFull"])
        Channel("not valid", channel_layer=plain).send({})
        plain.send.assert_not_called()


class TestGroup:
    def test_members_by_name_and_as_channels(self, layer):
        Group("g").add("one")
        Group("g").add(Channel("two"))
        Group("g").send({"n": 1})
        assert taken(layer, "one") == taken(layer, "two") == [{"n": 1}]

    def test_members_that_leave(self, layer):
        for name in ("one", "two"):
            Group("g").add(name)
        Group("g").discard("one")
        Group("g").discard(Channel("two"))
        Group("g").discard("three")
        assert layer.group_channels("g") == set()

    def test_members_with_wrong_names(self):
        for change in (Group("g").add, Group("g").discard):
            with pytest.raises(TypeError, match="Channel name must be"):
                change("not valid")

    def test_full_members_are_no_error(self, layer):
        Group("g").add("c")
        for _ in range(12):
            Group("g").send({}, immediately=True)
        assert len(taken(layer, "c")) == 10

    @pytest.mark.usefixtures("consumer")
    def test_in_a_consumer_it_waits_and_changes_of_members_do_not(self, layer):
        Group("g").send({"n": 1})
        Group("g").add("c")
        Group("g").send({"n": 2}, immediately=True)
        assert taken(layer, "c") == [{"n": 2}]
        pending_message_store.send_and_flush()
        assert taken(layer, "c") == [{"n": 1}]

    @pytest.mark.usefixtures("consumer")
    def test_a_layer_that_cannot_verify(self):
        plain = mock.Mock(spec=["send_group", "ChannelFull"])
        Group("not valid", channel_layer=plain).send({})
        plain.send_group.assert_not_called()

    def test_subclasses(self, layer):
        class Loud(Group):
            def send(self, content, immediately=False):
                super().send({**content, "loud": True}, immediately)

        Loud("g").add("c")
        Loud("g").send({})
        assert taken(layer, "c") == [{"loud": True}]


class TestLayerOutOfReach:
    def test_joining_in_a_consumer_waits_for_it(self, layer, consumer):
        with out_of_reach(layer.channel_layer, "group_add") as slept:
            Group("g").add("c")
        assert len(slept) == 2
        assert list(layer.group_channels("g")) == ["c"]

    def test_leaving_in_a_consumer_waits_for_it(self, layer, consumer):
        Group("g").add("c")
        with out_of_reach(layer.channel_layer, "group_discard") as slept:
            Group("g").discard(Channel("c"))
        assert len(slept) == 2
        assert list(layer.group_channels("g")) == []

    @pytest.mark.parametrize("change", ["add", "discard"])
    def test_elsewhere_it_is_an_error(self, layer, change):
        with (
            out_of_reach(layer.channel_layer, f"group_{change}") as slept,
            pytest.raises(ConnectionError),
        ):
            getattr(Group("g"), change)("c")
        assert slept == []

    def test_a_send_at_once_is_an_error(self, layer, consumer):
        with (
            out_of_reach(layer.channel_layer, "send") as slept,
            pytest.raises(ConnectionError),
        ):
            Channel("c").send({}, immediately=True)
        assert slept == []
