"""`trace`: the record as data and as text."""

from __future__ import annotations

import unittest

import pytest
from channels import Channel, Group, channel_layers, route
from channels.channel import Channel as SameChannel
from channels.layers import channel_layers as modern_layers
from channeltest.compat.inmemory import ChannelLayer
from django.test import SimpleTestCase, TestCase

import channeltest
from channeltest import ChannelTestCase, Client, WebsocketCommunicator, apply_routes, trace
from channeltest.record import entries
from channeltest.record.entries import LIMIT, since
from channeltest.record.events import Event
from channeltest.record.text import TITLE

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
        with apply_routes(list(routes)), trace() as block:
            body()
        traces.append(block)

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
        clients = [f"client {number}" for number in range(1, 21)]
        assert sorted(each.target for each in said) == sorted(clients)
        assert all(events.index(each) > group for each in said)


class TestScope:
    def test_a_block(self):
        def body():
            Channel("before").send({})
            with trace() as traced:
                Channel("in").send({})
            Channel("after").send({})
            assert [event.channel for event in traced.events] == ["in"]

        in_a_test(body)

    def test_a_whole_test(self):
        def body():
            Channel("one").send({})
            traced = trace()
            assert [event.channel for event in traced.events] == ["one"]
            Channel("two").send({})
            assert [event.channel for event in traced.events] == ["one", "two"]

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
            with trace() as traced:
                for _ in range(LIMIT + 10):
                    Group("g").send({})
            assert len(traced.events) == LIMIT + 10

        in_a_test(body)

    def test_is_readable_when_the_test_is_over(self):
        found = traced(lambda: Channel("c").send({}))
        assert len(found.events) == 1
        assert since(0).entries == []

    def test_without_a_test_case(self, monkeypatch):
        monkeypatch.setitem(channel_layers.backends, "default", channel_layers["memory"])
        monkeypatch.setattr(channel_layers["memory"], "routing", [])
        with trace() as traced, apply_routes(OLD):
            enter()
        channel_layers["memory"].flush()
        Channel("c").send({})
        channel_layers["memory"].flush()
        assert [event.kind for event in traced.events] == ["consume", "join", "frame", "receive"]

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
        assert text.startswith("The record, in order:\n  client 1 -> Room  websocket.connect")
        assert len(text.splitlines()) == 9

    def test_the_last_lines(self):
        text = traced(lambda: talk("bye"), OLD).as_text(1)
        assert text == (
            "The record, in order (its last 1 lines; 7 earlier ones are left out):\n"
            "  Room -> client 1  {'close': 4001}"
        )

    def test_nothing(self):
        assert traced(lambda: None).as_text() == ""


@pytest.fixture
def layer_of_the_settings(monkeypatch):
    """A layer in memory in place of the one that must not be asked, or was asked before."""
    monkeypatch.setattr(modern_layers, "backends", {})
    kept = channel_layers.set("default", channel_layers["memory"])
    channel_layers["memory"].flush()
    yield
    channel_layers.set("default", kept)


BASES = [unittest.TestCase, SimpleTestCase, TestCase]


def outcome(base, **methods):
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(
        type("Plain", (base,), {"databases": {"default"}, **methods})
    )(result)
    return result


def report(base, **methods):
    result = outcome(base, **methods)
    [(_, text)] = result.failures + result.errors
    return text


async def answer(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": "welcome"})
    await receive()


@pytest.mark.usefixtures("layer_of_the_settings")
class TestPlainTestCases:
    @pytest.mark.parametrize("base", BASES)
    @pytest.mark.parametrize("routes", [OLD, NEW])
    def test_a_failure_shows_the_record(self, base, routes):
        @apply_routes(routes)
        def test(case):
            say(enter(), "hello")
            case.fail("I fail")

        text = report(base, test=test)
        assert TITLE in text
        assert "hello" in text[text.index(TITLE) :]

    @pytest.mark.parametrize("base", BASES)
    def test_what_crosses_the_layer_is_shown(self, base):
        def test(case):
            Client().join_group("crowd")
            Group("crowd").send({"text": "to all"}, immediately=True)
            raise LookupError("lost")

        assert "to all" in report(base, test=test).partition(TITLE)[2]

    def test_a_client_of_the_set_up(self):
        def prepare(case):
            case.client = Client()
            case.client.send("door", {"text": "knock"})

        assert (
            "knock"
            in report(TestCase, setUp=prepare, test=lambda case: case.fail()).partition(TITLE)[2]
        )

    def test_a_failing_subtest(self):
        def test(case):
            Client().send("door", {"text": "knock"})
            with case.subTest(number=1):
                case.fail("I fail")
            with case.subTest(number=2):
                pass

        assert "knock" in report(TestCase, test=test).partition(TITLE)[2]

    @pytest.mark.parametrize("base", [SimpleTestCase, TestCase, unittest.IsolatedAsyncioTestCase])
    def test_a_communicator(self, base):
        async def test(case):
            communicator = WebsocketCommunicator(answer, "/")
            await communicator.connect()
            case.fail("I fail")

        assert "welcome" in report(base, test=test).partition(TITLE)[2]

    def test_every_test_shows_its_own(self):
        def first(case):
            Client().send("door", {"text": "first"})
            case.fail()

        def second(case):
            Client().send("window", {"text": "second"})
            case.fail()

        result = outcome(TestCase, test_1=first, test_2=second)
        texts = [text.partition(TITLE)[2] for _, text in result.failures]
        assert ["first" in text for text in texts] == [True, False]
        assert ["second" in text for text in texts] == [False, True]

    @pytest.mark.parametrize("verdict", ["skipped", "expectedFailures"])
    def test_what_does_not_fail_shows_nothing(self, verdict):
        def test(case):
            Client().send("door", {"text": "knock"})
            case.skipTest("no") if verdict == "skipped" else case.fail("no")

        if verdict == "expectedFailures":
            test = unittest.expectedFailure(test)
        [(_, text)] = getattr(outcome(TestCase, test=test), verdict)
        assert TITLE not in text

    def test_nothing_is_left(self):
        journal, begun = vars(ChannelLayer)["journal"], list(entries._begun)

        def test(case):
            Client()

        assert outcome(TestCase, test=test).wasSuccessful()
        assert vars(ChannelLayer)["journal"] is journal
        assert entries._begun == begun

    def test_a_trace_within(self):
        journal = vars(ChannelLayer)["journal"]

        def test(case):
            Client().send("door", {"text": "knock"})
            with trace() as traced:
                Client().send("door", {"text": "knock"})
            assert len(traced.events) == 1

        assert outcome(TestCase, test=test).wasSuccessful()
        assert vars(ChannelLayer)["journal"] is journal
