"""`trace`: the conversation as data and as text."""

from __future__ import annotations

import pytest
from channels import Channel, Group, channel_layers, route
from channels.channel import Channel as SameChannel

import channeltest
from channeltest import ChannelTestCase, Client, apply_routes, trace
from channeltest.record.entries import LIMIT, since
from channeltest.record.events import Event

from ..helpers import run_one
from ..rooms import NEW, OLD, enter, say, talk

pytestmark = pytest.mark.django_db(transaction=True)


def in_a_test(body):
    """Run ``body()`` in a ChannelTestCase."""
    assert run_one(ChannelTestCase, lambda case: body()) == "ok"


def traced(body, routes=()):
    """The trace of ``body()`` in a ChannelTestCase."""
    traces = []

    def test():
        with apply_routes(list(routes)), trace() as conversed:
            body()
        traces.append(conversed)

    in_a_test(test)
    return traces[0]


class TestEvents:
    def test_are_small_and_frozen(self):
        [event] = traced(lambda: Channel("c").send({"n": 1})).events
        assert event == Event("send", "the test", "channel c", "c", content={"n": 1}, step=1)
        with pytest.raises(AttributeError):
            event.kind = "group"

    @pytest.mark.parametrize(("routes", "room"), [(OLD, "Room"), (NEW, "NewRoom")])
    def test_of_a_room(self, routes, room):
        events = traced(lambda: talk("bye"), routes).events
        assert [(each.kind, each.source, each.target) for each in events] == [
            ("consume", "client 1", room),
            ("join", room, "group room"),
            ("frame", room, "client 1"),
            ("receive", "client 1", "client 1"),
            ("consume", "client 2", room),
            ("join", room, "group room"),
            ("frame", room, "client 2"),
            ("receive", "client 2", "client 2"),
            ("consume", "client 1", room),
            ("frame", room, "client 1"),
        ]
        assert events[-1].content == {"close": 4001}
        assert events[-1].consumer == room
        assert events[-2].channel == "websocket.receive"
        assert events[-2].content["text"] == '"bye"'

    def test_of_a_worker_channel(self):
        def body():
            client = Client()
            client.send("c", {"n": 1})
            client.send("other", {})
            client.consume("c")
            client.get_next_message("results")

        def consumer(message):
            Channel("results").send({"n": message["n"] + 1})

        events = traced(body, [route("c", consumer)]).events
        assert [(each.kind, each.source, each.target) for each in events] == [
            ("send", "client", "channel c"),
            ("send", "client", "channel other"),
            ("consume", "channel c", "consumer"),
            ("send", "consumer", "channel results"),
            ("receive", "channel results", "the test"),
        ]

    def test_members_of_a_group(self):
        def body():
            Client().join_group("g")
            Group("g").add("c")
            Group("g").send({"n": 1})

        *joins, event = traced(body).events
        assert [each.members for each in joins] == [("client",), ("c",)]
        assert event.members == ("client", "c")

    def test_a_full_channel_was_not_sent_to(self):
        def body():
            for number in range(10):
                Channel("c").send({"n": number})
            with pytest.raises(channel_layers["default"].ChannelFull):
                Channel("c").send({"n": 10})

        assert len(traced(body).events) == 10

    def test_consumers_that_fail_to_deliver_are_done(self):
        def consumer(message):
            for _ in range(11):
                SameChannel("c").send({})

        def body():
            with pytest.raises(RuntimeError, match="Failed to send"):
                Client().send_and_consume("x")
            Channel("after").send({})

        assert traced(body, [route("x", consumer)]).events[-1].source == "the test"

    def test_many_clients_of_modern_consumers(self):
        def body():
            clients = [enter() for _ in range(20)]
            say(clients[7], "hi")

        events = traced(body, NEW).events
        group = next(number for number, each in enumerate(events) if each.kind == "group")
        assert len(events[group].members) == 20
        said = [each for each in events if each.content == {"text": "hi"}]
        assert [each.target for each in said] == [f"client {number}" for number in range(1, 21)]
        assert all(events.index(each) > group for each in said)


class TestScope:
    def test_a_block(self):
        def body():
            Channel("before").send({})
            with trace() as conversed:
                Channel("in").send({})
            Channel("after").send({})
            assert [event.channel for event in conversed.events] == ["in"]

        in_a_test(body)

    def test_a_whole_test(self):
        def body():
            Channel("one").send({})
            conversed = trace()
            assert [event.channel for event in conversed.events] == ["one"]
            Channel("two").send({})
            assert [event.channel for event in conversed.events] == ["one", "two"]

        in_a_test(body)

    def test_nested_blocks(self):
        def body():
            with trace() as outer:
                Channel("one").send({})
                with trace() as inner:
                    Channel("two").send({})
            assert [event.channel for event in outer.events] == ["one", "two"]
            assert [event.channel for event in inner.events] == ["two"]

        in_a_test(body)

    def test_a_block_keeps_everything(self):
        def body():
            with trace() as conversed:
                for _ in range(LIMIT + 10):
                    Group("g").send({})
            assert len(conversed.events) == LIMIT + 10

        in_a_test(body)

    def test_is_readable_when_the_test_is_over(self):
        conversed = traced(lambda: Channel("c").send({}))
        assert len(conversed.events) == 1
        assert since(0).entries == []

    def test_without_a_test_case(self, monkeypatch):
        monkeypatch.setitem(channel_layers.backends, "default", channel_layers["memory"])
        monkeypatch.setattr(channel_layers["memory"], "routing", [])
        with trace() as conversed, apply_routes(OLD):
            enter()
        channel_layers["memory"].flush()
        Channel("c").send({})
        channel_layers["memory"].flush()
        assert [event.kind for event in conversed.events] == ["consume", "frame", "receive"]

    def test_an_exception_shows_it(self):
        def body():
            with pytest.raises(ZeroDivisionError) as caught, trace():
                Channel("c").send({"n": 1})
                raise ZeroDivisionError
            caught.match("the test -> channel c")

        in_a_test(body)

    def test_is_exported(self):
        assert channeltest.trace is trace
        assert channeltest.trace is trace, "also when its module has been imported"


class TestText:
    def test_all_lines(self):
        text = traced(lambda: talk("bye"), OLD).as_text()
        assert text.startswith("The conversation, in order:\n  client 1 -> Room  websocket.connect")
        assert len(text.splitlines()) == 9

    def test_the_last_lines(self):
        text = traced(lambda: talk("bye"), OLD).as_text(1)
        assert text == (
            "The conversation, in order (its last 1 lines; 7 earlier ones are left out):\n"
            "  Room -> client 1  {'close': 4001}"
        )

    def test_nothing(self):
        assert traced(lambda: None).as_text() == ""
