"""`parity`: one test against two routings, and what it says where they differ."""

from __future__ import annotations

import asyncio
import copy
import inspect
import json
import subprocess
import sys
import traceback
import unittest
from datetime import timedelta
from decimal import Decimal

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels import Channel, Group, route
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.generic.websockets import WebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core import mail
from django.dispatch import Signal
from django.test import SimpleTestCase, TestCase, override_settings
from django.urls import path

from channeltest import (
    ChannelTestCase,
    Client,
    TransactionChannelTestCase,
    WSClient,
    apply_routes,
    parity,
)
from channeltest.comparison.side import Side
from tests.values.models import IntegerValue

from ..helpers import ENVIRONMENT, ROOT, run
from ..rooms import (
    NEW,
    OLD,
    Cased,
    NewRoom,
    OtherCode,
    OtherError,
    Reversed,
    Room,
    Silent,
    enter,
    routes,
    say,
    talk,
)

pytestmark = pytest.mark.django_db(transaction=True)


def whole_talk(case=None):
    """Everything that a room does."""
    first, second = talk("hi", "ho")
    Group("room").send({"text": "from the test"})
    second.receive(json=False)
    with pytest.raises(ValueError, match="such"):
        say(first, "fail")
    say(second, "bye")


def failure(test, old=OLD, new=NEW, base=ChannelTestCase, **options):
    """What unittest says of the test under parity; ``""`` when it passes."""

    def run_test(case):
        test(case)

    result = unittest.TestResult()
    decorated = parity(old=old, new=new, **options)(
        test if inspect.iscoroutinefunction(test) else run_test
    )
    case = type("Case", (base,), {"test": decorated})
    unittest.defaultTestLoader.loadTestsFromTestCase(case)(result)
    assert result.testsRun == 1
    reports = result.failures + result.errors
    assert len(reports) <= 1, reports
    return reports[0][1] if reports else ""


def differing(text):
    """The lines of a difference."""
    return [" ".join(line.split()) for line in text.splitlines() if line[:1] in ("-", "+")]


class Echo(WebsocketConsumer):
    http_user = True

    def receive(self, text=None, bytes=None, **kwargs):
        self.send(text=text, bytes=bytes)


class NewEcho(AsyncWebsocketConsumer):
    async def receive(self, text_data=None, bytes_data=None):
        await self.send(text_data, bytes_data)


echoing = ProtocolTypeRouter({"websocket": URLRouter([path("", NewEcho.as_asgi())])})


class TestGreen:
    @pytest.mark.parametrize("base", [ChannelTestCase, TransactionChannelTestCase])
    def test_of_a_room(self, base):
        assert failure(whole_talk, base=base) == ""

    def test_of_an_echo_with_a_session(self):
        def test(case):
            client = WSClient()
            client.force_login(get_user_model().objects.create_user("ada"))
            client.send_and_consume("websocket.connect")
            client.send_and_consume("websocket.receive", text="hi")
            client.send_and_consume("websocket.receive", {"bytes": b"hi"})
            case.assertEqual(client.receive(json=False), "hi")
            client.send_and_consume("websocket.disconnect")

        assert failure(test, [Echo.as_route()], [NewEcho.as_route()]) == ""

    def test_both_consumers_have_run(self):
        ran = []

        class Old(Echo):
            def connect(self, message, **kwargs):
                ran.append("old")
                super().connect(message, **kwargs)

        class New(NewEcho):
            async def connect(self):
                ran.append("new")
                await super().connect()

        assert failure(lambda case: enter(), [Old.as_route()], [New.as_route()]) == ""
        assert ran == ["old", "new"]

    def test_the_order_between_clients_does_not_count(self):
        def one(message):
            Channel("b").send({})
            Channel("a").send({})

        def other(message):
            Channel("a").send({})
            Channel("b").send({})

        def test(case):
            Client().send_and_consume("c")

        assert failure(test, [route("c", one)], [route("c", other)]) == ""

    def test_the_order_of_work_in_threads_does_not_count(self):
        def in_threads(*channels):
            """A consumer that sends from a thread for each channel, in no order."""

            class Sends(AsyncWebsocketConsumer):
                async def receive(self, text_data=None, bytes_data=None):
                    send = sync_to_async(self.send_twice, thread_sensitive=False)
                    await asyncio.gather(*(send(channel) for channel in channels))

                def send_twice(self, channel):
                    for number in range(2):
                        message = {"type": "result", "n": number}
                        async_to_sync(self.channel_layer.send)(channel, message)

            return [Sends.as_route()]

        def test(case):
            client = WSClient()
            client.send_and_consume("websocket.connect")
            client.send_and_consume("websocket.receive", text="hi")

        names = [f"results-{number}" for number in range(8)]
        assert failure(test, in_threads(*names), in_threads(*reversed(names))) == ""
        text = failure(test, in_threads(*names), in_threads(*names[1:]))
        assert len(differing(text)) == 2

    def test_the_spelling_of_json_does_not_count(self):
        def one(message):
            message.reply_channel.send({"text": '{"a": 1, "b": 2}'})

        def other(message):
            message.reply_channel.send({"text": '{"b":2,"a":1}'})

        def test(case):
            Client().send_and_consume("c")

        assert failure(test, [route("c", one)], [route("c", other)]) == ""


@pytest.fixture
def ported_settings(settings):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    settings.ASGI_APPLICATION = f"{__name__}.echoing"


@pytest.mark.usefixtures("ported_settings")
class TestWithoutRouting:
    """The state in which a port ends: ``ASGI_APPLICATION`` and a layer of today."""

    @pytest.mark.parametrize("base", [ChannelTestCase, TransactionChannelTestCase, TestCase])
    def test_the_application_is_either_side(self, base):
        application = f"{__name__}.echoing"

        def run_both(old, new):
            @parity(old, new)
            class Case(base):
                databases = {"default"}

                def test(self):
                    enter_and_say("hi")

            return run(Case)["test"]

        assert run_both([Echo.as_route()], application) == "ok"
        assert run_both(application, application) == "ok"
        text = run_both(application, [route("audit", print)])
        assert text.startswith("AssertionError: Can't find consumer")

    @pytest.mark.parametrize("base", [ChannelTestCase, TransactionChannelTestCase])
    def test_tests_beside_it_have_its_routes(self, base):
        class Case(base):
            @parity([Echo.as_route()], [NewEcho.as_route()])
            def test_1(self):
                enter_and_say("hi")

            def test_2(self):
                enter_and_say("hi")

        assert set(run(Case).values()) == {"ok"}


class TestRed:
    def test_another_close_code(self):
        text = failure(whole_talk, new=routes(OtherCode))
        assert differing(text) == ["- client 2 <- close 4001", "+ client 2 <- close 4002"]
        assert "The consumers do not say the same under both routings" in text
        assert "  client 2 -> websocket.receive {'path': '/room/', 'text': '\"bye\"'}\n" in text

    def test_a_message_that_is_missing(self):
        text = failure(lambda case: talk("hi"), new=routes(Silent))
        assert differing(text) == ["- client 1 <- text 'hi'", "- client 2 <- text 'hi'"]

    def test_another_order(self):
        text = failure(lambda case: talk("hi"), new=routes(Reversed), ignore=["groups"])
        assert differing(text) == ["+ client 1 <- text 'hi'", "- client 1 <- text 'hi'",
                                   "- client 2 <- text 'hi'"]  # fmt: skip

    def test_another_group_message(self):
        text = failure(lambda case: talk("hi"), new=routes(Cased), ignore=["frames"])
        assert differing(text) == [
            "- group room <- {'text': 'hi'}",
            "+ group room <- {'text': 'HI'}",
        ]

    def test_another_exception(self):
        def test(case):
            with case.assertRaises(ValueError):
                say(enter(), "fail")

        assert differing(failure(test, new=routes(OtherError))) == [
            "- ! raised ValueError: no such word",
            "+ ! raised ValueError: not such a word",
        ]

    def test_another_order_of_sends_to_the_test_itself(self):
        def test(case):
            Client().send_and_consume("websocket.receive", {"text": "hi"})

        def old(message):
            Channel("log").send({"n": 1})
            Channel("log").send({"n": 2}, immediately=True)

        class New(AsyncWebsocketConsumer):
            async def receive(self, text_data=None, bytes_data=None):
                for number in (1, 2):
                    await self.channel_layer.send("log", {"type": "log", "n": number})

        text = failure(test, [route("websocket.receive", old)], [New.as_route()])
        assert "What a consumer of Channels 1 sends leaves when it has finished" in text

    def test_a_send_to_a_channel(self):
        def test(case):
            Client().send_and_consume("c")

        def sends(number):
            return [route("c", lambda message: Channel("results").send({"n": number}))]

        assert differing(failure(test, sends(1), sends(2))) == [
            "- channel results <- {'n': 1}",
            "+ channel results <- {'n': 2}",
        ]
        assert failure(test, sends(1), sends(2), ignore=["channels"]) == ""

    @pytest.mark.parametrize("hop", [{"text": "hi"}, {"text": "hi", "type": "chat.receive"}])
    def test_a_hop_that_is_merged(self, hop):
        def receive(message):
            Channel("chat.receive").send({**hop, "reply_channel": message.reply_channel.name})

        def answer(message):
            message.reply_channel.send({"text": message["text"]})

        class Quiet(AsyncWebsocketConsumer):
            pass

        def test(case):
            client = Client()
            client.send_and_consume("websocket.receive", {"text": "hi"})
            client.consume("chat.receive", fail_on_none=False)
            client.send_and_consume("websocket.receive", {"text": "hi"})
            client.consume("chat.receive", fail_on_none=False)

        old = [route("websocket.receive", receive), route("chat.receive", answer)]
        assert failure(test, old, [NewEcho.as_route()]) != ""
        assert failure(test, old, [NewEcho.as_route()], ignore=["channels"]) == ""
        text = failure(test, old, [Quiet.as_route()], ignore=["channels"])
        assert differing(text) == ["- client <- text 'hi'"] * 2

    def test_own_steps_on_named_channels_are_left_out(self):
        def test(case):
            client = Client()
            client.send_and_consume("websocket.receive", {"text": "hi"})
            if client.get_consumer_by_channel("old.channel"):
                client.send_and_consume("old.channel", {"n": 1})
                Channel("old.channel").send({"n": 2})

        def echo(message):
            message.reply_channel.send({"text": message["text"]})

        old = [route("websocket.receive", echo), route("old.channel", lambda message: None)]
        assert "old.channel" in failure(test, old, [NewEcho.as_route()])
        assert failure(test, old, [NewEcho.as_route()], ignore=["channels"]) == ""

    def test_what_is_sent_last_counts(self):
        def test(case):
            enter()
            Group("room").send({"text": "last", "type": "room.said"})

        assert differing(failure(test, new=routes(Silent))) == ["- client <- text 'last'"]

    def test_long_content_is_shown_in_full(self):
        def test(case):
            Client().send_and_consume("c")

        def sends(last):
            return [route("c", lambda message: Channel("r").send({"text": "x" * 500 + last}))]

        assert ["xy'}" in line for line in differing(failure(test, sends("y"), sends("z")))] == [
            True,
            False,
        ]

    def test_no_frame_of_ours_is_in_the_report(self):
        assert "porting.py" not in failure(whole_talk, new=routes(OtherCode))

    def test_a_group_that_nobody_leaves(self):
        class Stays(NewRoom):
            async def websocket_disconnect(self, message):
                raise StopConsumer

        def test(case):
            enter().send_and_consume("websocket.disconnect", path="/room/")

        assert differing(failure(test, new=routes(Stays))) == ["- group room: nobody"]
        assert failure(test, new=routes(Stays), ignore=["members"]) == ""

    @pytest.mark.parametrize(
        "accept", [{"subprotocol": "chat"}, {"headers": [(b"x-room", b"1")]}], ids=str
    )
    def test_what_an_acceptance_carries(self, accept):
        class Carries(NewEcho):
            async def connect(self):
                await self.accept(**accept)

        [gone, come] = differing(failure(lambda case: enter(), [Echo.as_route()],
                                         [Carries.as_route()]))  # fmt: skip
        assert gone == "- client <- accept"
        assert come.startswith(f"+ client <- accept {next(iter(accept))}")

    def test_the_reason_of_a_close(self):
        class Closes(NewEcho):
            async def receive(self, **data):
                await self.close(4001, reason="full")

        class OldCloses(Echo):
            def receive(self, **data):
                self.close(4001)

        def test(case):
            enter().send_and_consume("websocket.receive", text="hi", path="/room/")

        assert differing(failure(test, [OldCloses.as_route()], [Closes.as_route()])) == [
            "- client <- close 4001",
            "+ client <- close 4001 'full'",
        ]

    def test_a_message_that_is_used_again(self):
        def sends(*numbers):
            def consumer(message):
                content = {}
                for number in numbers:
                    content["n"] = number
                    Channel("results").send(content, immediately=True)

            return [route("c", consumer)]

        def test(case):
            Client().send_and_consume("c")

        assert failure(test, sends(1, 2), sends(1, 2)) == ""
        assert differing(failure(test, sends(1, 2), sends(2, 2))) == [
            "- channel results <- {'n': 1}",
            "+ channel results <- {'n': 2}",
        ]

    @pytest.mark.filterwarnings("ignore::channeltest.WireWarning")
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (Decimal("1.0"), Decimal("1.00")),
            ({1, 2}, {1, 3}),
            (User(pk=1), User(pk=2)),
            (timedelta(1), timedelta(2)),
            (b'{"a": 1}', b'{"a": 2}'),
            ('{"a": 1, "a": 2}', '{"a": 2}'),
        ],
        ids=str,
    )
    def test_values(self, one, other):
        def sends(value):
            return [route("c", lambda message: Channel("r").send({"v": value}))]

        def test(case):
            Client().send_and_consume("c")

        assert failure(test, sends(one), sends(copy.deepcopy(one))) == ""
        assert len(differing(failure(test, sends(one), sends(other)))) == 2


class TestNeverMet:
    def test_a_test_with_routes_of_its_own(self):
        @apply_routes(OLD)
        def test(case):
            enter()

        text = failure(test)
        assert "The test never met the old and the new routing" in text

    def test_a_test_without_messages(self):
        assert "never met the old and the new" in failure(lambda case: None)

    def test_one_side_only(self):
        def test(case):
            if not isinstance(Client().get_consumer_by_channel("c"), type(None)):
                return

        assert "never met the new routing" in failure(test, [route("c", print)], [])

    def test_a_test_that_is_skipped(self):
        assert failure(lambda case: case.skipTest("not now")) == ""


def keeping(name, **fields):
    """Routes of a consumer that stores a value."""

    def consumer(message):
        IntegerValue.objects.create(name=name, **fields)

    return [route("c", consumer)]


def mailing(body):
    return [route("c", lambda message: mail.send_mail("s", body, "a@x.com", ["b@x.com"]))]


left = Signal()


def leaving(room):
    return [route("c", lambda message: left.send(sender=Room, room=room))]


class TestOnRequest:
    @pytest.mark.parametrize("base", [ChannelTestCase, TransactionChannelTestCase])
    @pytest.mark.parametrize(
        ("kind", "make"), [("database", keeping), ("mail", mailing), ("signals", leaving)]
    )
    def test_in_a_test_case(self, kind, make, base):
        def test(case):
            Client().send_and_consume("c")

        assert failure(test, make("a"), make("a"), base=base, compare=[kind]) == ""
        assert failure(test, make("a"), make("b"), base=base) == ""
        lines = differing(failure(test, make("a"), make("b"), base=base, compare=[kind]))
        assert [line[0] for line in lines] == ["-", "+"]
        assert ["'a'" in lines[0], "'b'" in lines[1]] == [True, True]

    @pytest.mark.parametrize(
        ("kind", "make"), [("database", keeping), ("mail", mailing), ("signals", leaving)]
    )
    @pytest.mark.django_db
    def test_in_a_function(self, kind, make):
        def test():
            Client().send_and_consume("c")

        parity(make("a"), make("a"), compare=[kind])(test)()
        with pytest.raises(AssertionError, match="'b'"):
            parity(make("a"), make("b"), compare=[kind])(test)()

    def test_what_is_unknown(self):
        with pytest.raises(ValueError, match="database, mail, signals, and not files"):
            parity(OLD, NEW, compare={"files"})


class TestFailures:
    @pytest.mark.parametrize(
        ("old", "new", "which"),
        [(OLD, [], "the new routing only"), ([], NEW, "the old routing only")],
    )
    def test_under_one_routing(self, old, new, which):
        text = failure(lambda case: enter(), old, new)
        assert "Can't find consumer for message" in text
        assert f"It fails under {which}. At its last step there:\n" in text
        assert "client -> websocket.connect {'path': '/room/'}" in text
        assert f"{'new' if 'old' in which else 'old'}: client <- accept" in text
        assert text.count("The record") == 1

    def test_a_record_that_cannot_be_read_hides_no_failure(self, monkeypatch):
        monkeypatch.setattr(Side, "transcript", lambda side, ignore: 1 / 0)
        text = failure(lambda case: enter(), OLD, [])
        assert "Can't find consumer for message" in text
        assert "It fails under the new routing only.\n" in text
        assert "ZeroDivisionError" not in text

    def test_under_both(self):
        text = failure(lambda case: case.fail("I fail"))
        assert "I fail\nIt fails under both routings, old and new." in text

    def test_in_a_subtest(self):
        def test(case):
            with case.subTest("sub"):
                case.fail("I fail")

        assert "It fails under both" in failure(test)

    def test_routes_that_cannot_be_imported(self):
        assert "no.such.routing" in failure(lambda case: None, "no.such.routing")

    def test_of_a_skipped_test(self):
        class Case(ChannelTestCase):
            @unittest.skip("not now")
            @parity(OLD, NEW)
            def test_1(self):
                raise AssertionError

            @parity(OLD, NEW)
            def test_2(self):
                self.skipTest("not now")

        assert run(Case) == {"test_1": "skip", "test_2": "skip"}

    def test_of_a_test_skipped_under_one_routing(self):
        def test(case):
            if Client().get_consumer_by_channel("audit") is None:
                case.skipTest("not now")

        text = failure(test, new=[])
        assert "The test passes under the old routing, and is skipped under the new." in text

    def test_an_expected_difference(self):
        class Case(ChannelTestCase):
            @unittest.expectedFailure
            @parity(OLD, routes(OtherCode))
            def test_differs(self):
                whole_talk()

            @unittest.expectedFailure
            @parity(OLD, NEW)
            def test_fails(self):
                self.fail()

            @unittest.expectedFailure
            @parity(OLD, NEW)
            def test_passes(self):
                whole_talk()

        result = unittest.TestResult()
        unittest.defaultTestLoader.loadTestsFromTestCase(Case)(result)
        assert len(result.expectedFailures) == 2
        assert len(result.unexpectedSuccesses) == 1


class TestTwoRuns:
    def test_are_whole(self):
        calls = []

        class Case(ChannelTestCase):
            def setUp(self):
                assert not hasattr(self, "mine")
                self.mine = True
                IntegerValue.objects.create(name="set up")
                self.addCleanup(calls.append, "cleanup")
                calls.append("setUp")

            def tearDown(self):
                calls.append("tearDown")

            @parity(OLD, NEW)
            def test(self):
                calls.append("test")
                assert [value.name for value in IntegerValue.objects.all()] == ["set up"]
                talk("hi")
                assert self.get_next_message("audit", require=True)

        assert run(Case) == {"test": "ok"}
        assert calls == ["setUp", "test", "tearDown", "cleanup"] * 2
        assert not IntegerValue.objects.exists()

    def test_have_layers_of_their_own(self):
        layers = []

        def test(case):
            layers.append(get_channel_layer())
            Group("g").add("c")
            assert list(layers[-1].groups) == ["g"]
            enter()

        assert failure(test) == ""
        assert layers[0] is not layers[1]

    def test_keep_other_tests_apart(self):
        class Case(ChannelTestCase):
            @parity(OLD, NEW)
            def test_1(self):
                talk("hi")

            def test_2(self):
                assert Client().get_consumer_by_channel("audit") is None

        assert run(Case) == {"test_1": "ok", "test_2": "ok"}

    def test_without_a_result(self):
        class Case(ChannelTestCase):
            @parity(OLD, routes(OtherCode))
            def test(self):
                whole_talk()

        Case.setUpClass()
        try:
            Case("test")()
            with pytest.raises(AssertionError, match="close 4002"):
                Case("test").debug()
        finally:
            Case.tearDownClass()
            Case.doClassCleanups()

    # A coroutine cannot query the database, where the sessions of clients are.
    @override_settings(SESSION_ENGINE="django.contrib.sessions.backends.cache")
    def test_of_an_asynchronous_test(self):
        ran = []

        async def test(case):
            ran.append(await get_channel_layer().new_channel())
            await sync_to_async(enter)()

        assert failure(test, new=OLD) == ""
        assert len(ran) == 2


class TestClasses:
    @pytest.mark.parametrize("base", [ChannelTestCase, TestCase, SimpleTestCase])
    def test_of_any_test_case(self, base):
        @parity([Echo.as_route()], [NewEcho.as_route()])
        class Case(base):
            databases = {"default"}

            def test_green(self):
                enter_and_say("hi")

            def test_also_green(self):
                enter_and_say("ho")

        @parity([Echo.as_route()], [])
        class Red(base):
            databases = {"default"}

            def test(self):
                enter_and_say("hi")

        class Derived(Case):
            pass

        Case.http_user = False
        assert set(run(Case).values()) == {"ok"}
        assert set(run(Derived).values()) == {"ok"}
        assert run(Red)["test"].startswith("AssertionError: Can't find consumer")

    def test_of_a_plain_test_case_rolls_back(self):
        @parity(OLD, NEW)
        class Case(TestCase):
            def test(self):
                assert not IntegerValue.objects.exists()
                talk("hi")
                assert IntegerValue.objects.count() == 1

        assert run(Case) == {"test": "ok"}

    def test_without_test_case(self):
        ran = []

        @parity(OLD, NEW)
        class TestIt:
            def test_1(self):
                ran.append(1)
                enter()

            def helper(self):
                ran.append(0)

        TestIt().test_1()
        TestIt().helper()
        assert ran == [1, 1, 0]

    def test_a_method_of_a_plain_test_case_is_refused(self):
        class Case(TestCase):
            @parity(OLD, NEW)
            def test(self):
                pass

        assert run(Case)["test"].startswith("TypeError: parity cannot run Case's setUp twice")


def enter_and_say(text):
    client = Client()
    client.send_and_consume("websocket.connect", {"path": "/"})
    client.send_and_consume("websocket.receive", {"path": "/", "text": text})
    assert client.receive() == {"accept": True}
    assert client.receive() == {"text": text}


@pytest.mark.django_db
class TestFunctions:
    @parity(OLD, NEW)
    def test_green(self, request):
        assert request.function
        assert not IntegerValue.objects.exists()
        whole_talk()
        assert IntegerValue.objects.count() == 2

    @pytest.mark.parametrize(
        ("old", "new", "which"),
        [(OLD, [], "the new routing only"), ([], NEW, "the old routing only")],
    )
    def test_a_failure_says_under_which_routing(self, old, new, which):
        with pytest.raises(AssertionError) as caught:
            parity(old, new)(enter)()
        shown = "".join(traceback.format_exception(caught.value))
        assert f"It fails under {which}. At its last step there:" in shown
        assert "The record" in shown

    def test_a_difference(self):
        with pytest.raises(AssertionError, match="close 4002"):
            parity(OLD, routes(OtherCode))(whole_talk)()

    def test_a_failure_of_pytests_own(self):
        def test():
            with pytest.raises(KeyError):
                pass

        with pytest.raises(pytest.fail.Exception) as caught:
            parity(OLD, NEW)(test)()
        assert "under both" in "".join(traceback.format_exception(caught.value))

    def test_a_skip(self):
        with pytest.raises(pytest.skip.Exception):
            parity(OLD, NEW)(lambda: pytest.skip("not now"))()

    def test_an_asynchronous_one_is_refused(self):
        async def test():
            pass

        with pytest.raises(TypeError, match="asynchronous tests in a ChannelTestCase only"):
            parity(OLD, NEW)(test)().send(None)


def test_what_cannot_be_ignored():
    with pytest.raises(
        ValueError, match="frames, channels, groups, members, exceptions, and not closes"
    ):
        parity(OLD, NEW, ignore=["closes", "frames"])


SUITE = """
import pytest
from channels.test import ChannelTestCase
from channeltest import parity
from tests.channeltest.rooms import NEW, OLD, OtherCode, enter, routes, say


class Tests(ChannelTestCase):
    @parity(OLD, NEW)
    def test_green(self):
        say(enter(), "hi")

    @parity(OLD, routes(OtherCode))
    def test_red(self):
        say(enter(), "bye")


@parity(OLD, NEW)
class ClassTests(ChannelTestCase):
    def test_green(self):
        say(enter(), "hi")
"""

FUNCTION = """

@pytest.fixture
def word():
    return "hi"


@pytest.mark.django_db
@parity(OLD, NEW)
def test_function(word):
    say(enter(), word)
"""


@pytest.fixture
def suite(tmp_path):
    """Run a command on a file with the suite; what it printed."""

    def run(source, *command):
        (tmp_path / "test_parity_suite.py").write_text(source)
        environment = {**ENVIRONMENT, "PYTHONPATH": f"{ROOT}:{tmp_path}"}
        done = subprocess.run(
            [sys.executable, *command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
        )
        return done.stdout + done.stderr

    return run


def test_under_djangos_runner(suite):
    command = ["-m", "django", "test", "--settings", "tests.settings", "test_parity_suite"]
    output = suite(SUITE, *command, "--shuffle", "-v0")
    assert "Ran 3 tests" in output
    assert "FAILED (failures=1)" in output
    assert "-     client <- close 4001\n+     client <- close 4002" in output


def test_under_pytest(suite):
    command = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", str(ROOT / "setup.cfg")]
    output = suite(SUITE + FUNCTION, *command, "--rootdir", ".", "test_parity_suite.py")
    assert "1 failed, 3 passed" in output
    assert "client <- close 4002" in output


KEYS = """
import pytest
from channels import route
from channels.test import ChannelTestCase, Client, TransactionChannelTestCase
from django.contrib.auth.models import Group, User
from channeltest import parity


def shows_its_key(message):
    user = joins(message)
    message.reply_channel.send({"pk": user.pk})


def joins(message):
    user = User.objects.create_user("ann")
    user.groups.add(Group.objects.create(name="staff"))
    return user


def joins_again(message):
    User.objects.create_user("gone").delete()
    return joins(message)


def ask():
    Client().send_and_consume("c")


class Keys(ChannelTestCase):
    @parity([route("c", shows_its_key)], [route("c", shows_its_key)], compare=["database"])
    def test_green(self):
        ask()

    @parity([route("c", joins)], [route("c", joins_again)], compare=["database"])
    def test_also_green(self):
        ask()


class WithoutTransaction(TransactionChannelTestCase):
    @parity([route("c", shows_its_key)], [route("c", shows_its_key)], compare=["database"])
    def test_green(self):
        ask()


@pytest.mark.django_db
@parity([route("c", shows_its_key)], [route("c", shows_its_key)], compare=["database"])
def test_function():
    ask()


@pytest.mark.django_db
@parity([route("c", shows_its_key)], [route("c", joins)], compare=["database"])
def test_red():
    ask()
"""


def test_primary_keys_on_postgresql(suite, postgres_server, monkeypatch):
    pytest.importorskip("psycopg")
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "postgres",
        "USER": postgres_server.user,
        "HOST": postgres_server.host,
        "PORT": postgres_server.port,
    }
    monkeypatch.setitem(ENVIRONMENT, "STAGE_DATABASE", json.dumps(database))
    command = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", str(ROOT / "setup.cfg")]
    command += ["--ds", "tests.stage.settings", "--rootdir", ".", "test_parity_suite.py"]
    output = suite(KEYS, *command)
    assert "1 failed, 4 passed" in output, output
    assert "-     client <- {'pk': 1}" in output
