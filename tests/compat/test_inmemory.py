"""``asgiref.inmemory``: queues, groups, expiry, threads, and the state that suites look into."""

from __future__ import annotations

import threading
import time
from collections import deque
from unittest import mock

import pytest
from channeltest.compat.inmemory import ChannelLayer, channel_layer


@pytest.fixture
def layer():
    return ChannelLayer()


@pytest.fixture
def clock():
    """A clock that stands still; set its ``return_value``."""
    with mock.patch("time.time", return_value=1000.0) as patched:
        yield patched


def taken(layer, *channels):
    """Take everything off the channels."""
    found = []
    while (received := layer.receive_many(list(channels)))[0] is not None:
        found.append(received)
    return found


class TestMessages:
    def test_in_order(self, layer):
        for number in range(3):
            layer.send("c", {"n": number})
        assert taken(layer, "c") == [("c", {"n": number}) for number in range(3)]

    def test_none(self, layer):
        assert layer.receive_many(["c"]) == layer.receive(["c", "d"], block=True) == (None, None)
        assert layer.receive([]) == (None, None)

    def test_any_iterable_of_names(self, layer):
        layer.send("c", {"n": 1})
        assert layer.receive(name for name in ("b", "c")) == ("c", {"n": 1})

    def test_of_several_channels_each_is_served(self, layer):
        for name in "abcdef":
            layer.send(name, {})
        orders = set()
        for _ in range(20):
            order = [name for name, _ in taken(layer, *"abcdef")]
            assert sorted(order) == list("abcdef")
            orders.add(tuple(order))
            for name in order:
                layer.send(name, {})
        assert len(orders) > 1

    def test_copies(self, layer):
        message = {"list": [1], "tuple": ([1],)}
        layer.send("c", message)
        message["list"].append(2)
        [(_, received)] = taken(layer, "c")
        assert received == {"list": [1], "tuple": ([1],)}
        received["tuple"][0].append(2)
        assert message["tuple"] == ([1],)

    def test_what_cannot_be_copied(self, layer):
        with pytest.raises(TypeError, match="cannot pickle"):
            layer.send("c", {"lock": threading.Lock()})
        assert taken(layer, "c") == []

    def test_capacity(self):
        layer = ChannelLayer(capacity=2)
        layer.send("c", {})
        layer.send("c", {})
        with pytest.raises(layer.ChannelFull):
            layer.send("c", {})
        layer.send("d", {})
        taken(layer, "c")
        layer.send("c", {})

    def test_capacities_by_channel_are_kept_and_not_applied(self):
        layer = ChannelLayer(capacity=2, channel_capacity={"c*": 1})
        layer.send("c", {})
        layer.send("c", {})
        assert layer.get_capacity("c") == 1

    @pytest.mark.parametrize("message", [None, "text", [("a", 1)]])
    def test_no_dict(self, layer, message):
        for send in (layer.send, layer.send_group):
            with pytest.raises(AssertionError, match="Message is not a dict"):
                send("c", message)

    def test_the_reserved_key(self, layer):
        layer.group_add("g", "c")
        for send, name in ((layer.send, "c"), (layer.send_group, "g")):
            with pytest.raises(AssertionError):
                send(name, {"__asgi_channel__": "x"})
        assert taken(layer, "c") == []

    @pytest.mark.parametrize("name", [None, b"bytes", "not valid", "", "x" * 100, 1, ["c"], "c?"])
    def test_names_that_are_not_valid(self, layer, name):
        for call in (
            lambda: layer.send(name, {}),
            lambda: layer.receive([name]),
            lambda: layer.group_add("g", name),
            lambda: layer.group_discard("g", name),
        ):
            with pytest.raises(TypeError):
                call()

    @pytest.mark.parametrize("name", [None, b"bytes", "not valid", "", "x" * 100, ["g"], "g!x"])
    def test_group_names_that_are_not_valid(self, layer, name):
        for call in (
            lambda: layer.send_group(name, {}),
            lambda: layer.group_add(name, "c"),
            lambda: layer.group_discard(name, "c"),
        ):
            with pytest.raises(TypeError, match="Group name must be"):
                call()


class TestLocalChannels:
    def test_all_are_received_from_by_the_part_they_share(self, layer):
        layer.send("local!one", {"n": 1})
        layer.send("local!two", {"n": 2})
        assert taken(layer, "local!") == [("local!one", {"n": 1}), ("local!two", {"n": 2})]

    def test_the_full_name_cannot_be_received_from(self, layer):
        layer.send("local!one", {})
        with pytest.raises(TypeError, match="must end at the !"):
            layer.receive(["local!one"])

    def test_they_share_one_capacity(self):
        layer = ChannelLayer(capacity=1)
        layer.send("local!one", {})
        with pytest.raises(layer.ChannelFull, match="local!"):
            layer.send("local!two", {})

    def test_in_groups(self, layer):
        layer.group_add("g", "local!one")
        layer.group_add("g", "local!two")
        layer.send_group("g", {"n": 1})
        assert sorted(taken(layer, "local!")) == [("local!one", {"n": 1}), ("local!two", {"n": 1})]

    def test_the_senders_message_is_left_alone(self, layer):
        message: dict = {}
        layer.send("local!one", message)
        assert message == {}


class TestNewChannel:
    def test_the_name(self, layer):
        name = layer.new_channel("reply?")
        assert len(name) == len("reply?") + 8
        assert name.startswith("reply?")
        assert layer.valid_channel_name(name)
        assert layer.new_channel("reply?") != name

    def test_a_name_that_holds_a_message_is_not_given_out(self, layer):
        layer.send("reply?aaaaaaaa", {})
        letters = [list("aaaaaaaa"), list("bbbbbbbb")]
        with mock.patch("random.choices", side_effect=letters):
            assert layer.new_channel("reply?") == "reply?bbbbbbbb"

    @pytest.mark.parametrize("pattern", ["reply", "reply!", "", None, b"reply?"])
    def test_a_pattern_that_is_none(self, layer, pattern):
        with pytest.raises(AssertionError):
            layer.new_channel(pattern)


class TestGroups:
    def test_every_member_gets_it_once(self, layer):
        for name in ("one", "two", "one"):
            layer.group_add("g", name)
        layer.send_group("g", {"n": 1})
        assert sorted(taken(layer, "one", "two")) == [("one", {"n": 1}), ("two", {"n": 1})]

    def test_members_that_left_do_not(self, layer):
        layer.group_add("g", "one")
        layer.group_discard("g", "one")
        layer.group_discard("g", "one")
        layer.group_discard("nothing", "one")
        layer.send_group("g", {})
        assert taken(layer, "one") == []

    def test_full_members_miss_it(self):
        layer = ChannelLayer(capacity=1)
        for name in ("one", "two", "three"):
            layer.group_add("g", name)
        layer.send("two", {"n": 0})
        layer.send_group("g", {"n": 1})
        assert sorted(taken(layer, "one", "two", "three")) == [
            ("one", {"n": 1}), ("three", {"n": 1}), ("two", {"n": 0}),
        ]  # fmt: skip

    def test_nobody_is_in_it(self, layer):
        layer.send_group("g", {"lock": threading.Lock()})
        assert layer._channels == {}

    def test_the_members(self, layer):
        assert layer.group_channels("g") == set()
        layer.group_add("g", "one")
        assert list(layer.group_channels("g")) == ["one"]

    def test_a_send_method_of_somebodys_own(self, layer):
        layer.group_add("g", "one")
        with mock.patch.object(layer, "send") as send:
            layer.send_group("g", {"n": 1})
        send.assert_called_once_with("one", {"n": 1})


class TestFlush:
    def test_everything_is_forgotten(self, layer):
        layer.send("c", {})
        layer.group_add("g", "c")
        layer.flush()
        assert (layer._channels, layer._groups) == ({}, {})
        assert taken(layer, "c") == []

    def test_it_can_be_used_again(self, layer):
        layer.send("c", {})
        layer.receive(["c"])
        layer.flush()
        layer.send("c", {"n": 1})
        assert taken(layer, "c") == [("c", {"n": 1})]


class TestExpiry:
    def test_of_messages(self, layer, clock):
        layer.send("c", {"n": 1})
        clock.return_value += 59
        layer.send("c", {"n": 2})
        clock.return_value += 2
        assert taken(layer, "c") == [("c", {"n": 2})]

    def test_at_the_very_moment(self, layer, clock):
        layer.send("c", {"n": 1})
        clock.return_value += 60
        assert taken(layer, "c") == [("c", {"n": 1})]

    def test_of_memberships(self, layer, clock):
        layer.group_add("g", "one")
        layer.group_add("g", "two")
        clock.return_value += 86_000
        layer.group_add("g", "one")
        clock.return_value += 401
        layer.send_group("g", {})
        assert [name for name, _ in taken(layer, "one", "two")] == ["one"]
        assert list(layer._groups["g"]) == ["one"]

    def test_a_group_without_members_is_gone(self, layer, clock):
        layer.group_add("g", "one")
        clock.return_value += 86_401
        layer.receive(["c"])
        assert layer._groups == {}

    def test_a_channel_whose_message_expired_leaves_its_groups(self, layer, clock):
        layer.group_add("g", "one")
        layer.group_add("g", "two")
        layer.send("one", {})
        clock.return_value += 61
        layer.send_group("g", {"n": 1})
        assert taken(layer, "one", "two") == [("two", {"n": 1})]

    def test_a_clock_that_jumps_back(self, layer, clock):
        layer.send("c", {"n": 1})
        clock.return_value -= 500
        layer.send("d", {"n": 2})
        clock.return_value += 100
        assert taken(layer, "c", "d") == [("c", {"n": 1})]

    def test_numbers_of_its_own(self, clock):
        layer = ChannelLayer(expiry=1, group_expiry=2)
        layer.send("c", {})
        layer.group_add("g", "d")
        clock.return_value += 1.5
        assert taken(layer, "c") == []
        assert "g" in layer._groups
        clock.return_value += 1
        layer.receive(["c"])
        assert layer._groups == {}


class TestState:
    """The shapes of asgiref 1.1.2, at the moments at which suites look."""

    def test_new(self, layer):
        assert (layer._channels, layer._groups) == ({}, {})

    def test_queues(self, layer, clock):
        layer.send("c", {"n": 1})
        assert layer._channels == {"c": deque([(1060.0, {"n": 1})])}

    def test_local_channels(self, layer, clock):
        layer.send("local!one", {"n": 1})
        assert list(layer._channels) == ["local!"]

    def test_an_emptied_queue_stays_until_the_next_tidying(self, layer):
        layer.send("c", {})
        layer.receive(["c"])
        assert layer._channels == {"c": deque()}
        layer.receive(["c"])
        assert layer._channels == {}

    def test_an_emptied_queue_that_is_filled_again_stays(self, layer):
        layer.send("c", {})
        layer.receive(["c"])
        layer.send("c", {"n": 2})
        layer.receive(["d"])
        assert [content for _, content in layer._channels["c"]] == [{"n": 2}]

    def test_groups(self, layer, clock):
        layer.group_add("g", "c")
        assert layer._groups == {"g": {"c": 1000.0}}
        layer.group_discard("g", "c")
        assert layer._groups == {}

    def test_changed_from_outside(self, layer):
        layer._channels["c"] = deque([(time.time() + 60, {"n": 1})])
        layer._groups["g"] = {"d": time.time()}
        layer.send_group("g", {"n": 2})
        assert sorted(taken(layer, "c", "d")) == [("c", {"n": 1}), ("d", {"n": 2})]
        layer._channels.clear()
        layer._groups.clear()
        assert taken(layer, "c", "d") == []

    def test_the_module_has_one_ready_made(self):
        assert type(channel_layer) is ChannelLayer
        assert channel_layer.extensions == ["groups", "flush"]


class TestThreads:
    def run(self, *targets):
        """Run the functions at once; raise what they raise."""
        errors = []
        barrier = threading.Barrier(len(targets))

        def body(target):
            barrier.wait()
            try:
                target()
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=body, args=(target,)) for target in targets]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []

    def test_no_message_is_lost_or_doubled(self):
        layer = ChannelLayer(capacity=100_000)
        received: list = []

        def send(sender):
            for number in range(300):
                layer.send("c", {"from": sender, "n": number})

        def receive():
            for _ in range(400):
                name, content = layer.receive(["c", "d"])
                if name:
                    received.append(content)

        self.run(*[lambda i=i: send(i) for i in range(4)], receive, receive)
        received += [content for _, content in taken(layer, "c")]
        assert len(received) == 1200
        assert len({(content["from"], content["n"]) for content in received}) == 1200

    def test_capacity_is_never_exceeded(self):
        layer = ChannelLayer(capacity=50)

        def send():
            for _ in range(100):
                try:
                    layer.send("c", {})
                except layer.ChannelFull:
                    pass

        self.run(send, send, send, send)
        assert len(layer._channels["c"]) == 50

    def test_groups_that_change_while_they_are_sent_to(self):
        layer = ChannelLayer(capacity=100_000, group_expiry=60)

        def churn(name):
            for number in range(300):
                layer.group_add("g", f"{name}{number % 7}")
                layer.group_discard("g", f"{name}{(number + 3) % 7}")

        def send():
            for _ in range(100):
                layer.send_group("g", {})
                layer.receive(["a1", "b1"])

        self.run(lambda: churn("a"), lambda: churn("b"), send, send)
