"""What a subclass of the layer in memory may change."""

from __future__ import annotations

import pytest
from channeltest.compat.inmemory import ChannelLayer


class TestHooks:
    def test_how_a_message_is_copied(self):
        class Layer(ChannelLayer):
            def carry(self, message):
                return {**message, "carried": True}

        layer = Layer()
        layer.send("c", {})
        layer.group_add("g", "d")
        layer.send_group("g", {})
        assert [layer.take("c"), layer.take("d")] == [{"carried": True}] * 2

    def test_once_for_a_group(self):
        calls = []

        class Layer(ChannelLayer):
            def carrier(self, message):
                calls.append(message)
                return dict

        layer = Layer()
        for channel in ("c", "d"):
            layer.group_add("g", channel)
        layer.send_group("g", {"n": 1})
        assert calls == [{"n": 1}]
        assert [layer.take("c"), layer.take("d")] == [{"n": 1}] * 2

    def test_how_much_a_channel_holds(self):
        class Layer(ChannelLayer):
            def limit(self, channel):
                return 1 if channel == "c" else 2

        layer = Layer()
        for channel in ("c", "d", "d"):
            layer.send(channel, {})
        for channel in ("c", "d"):
            with pytest.raises(layer.ChannelFull):
                layer.send(channel, {})

    def test_put_without_a_limit(self):
        layer = ChannelLayer(capacity=1)
        for number in range(3):
            layer.put("c", {"n": number}, dict, limited=False)
        assert [layer.take("c")["n"] for _ in range(3)] == [0, 1, 2]


class TestJournal:
    @pytest.fixture
    def events(self):
        return []

    @pytest.fixture
    def layer(self, events):
        class Layer(ChannelLayer):
            @staticmethod
            def journal(kind, name, message=None, members=()):
                events.append((kind, name, message and dict(message), members))

        return Layer()

    def test_what_crosses(self, layer, events):
        layer.send("c", {"n": 1})
        layer.receive(["c"])
        layer.receive(["c"])
        assert events == [
            ("send", "c", {"n": 1}, ()),
            ("receive", "c", {"n": 1}, ()),
            ("nothing", "c", None, ()),
        ]

    def test_a_group_once(self, layer, events):
        layer.group_add("g", "c")
        layer.send_group("g", {"n": 1})
        assert events[1:] == [("group", "g", {"n": 1}, ("c",))]

    def test_who_joins_and_leaves(self, layer, events):
        layer.group_add("g", "c")
        layer.group_discard("g", "c")
        assert events == [("join", "g", None, ("c",)), ("leave", "g", None, ("c",))]

    def test_a_new_channel(self, layer, events):
        name = layer.new_channel("job?")
        assert events == [("new", name, None, ())]

    def test_what_is_taken_by_the_other_side(self, layer, events):
        layer.send("c", {"n": 1})
        layer.take("c")
        assert events[-1] == ("receive", "c", {"n": 1}, ())

    def test_not_what_is_refused(self, layer, events):
        layer.capacity = 0
        with pytest.raises(layer.ChannelFull):
            layer.send("c", {})
        assert events == []
