"""Websocket test cases: their communicators, and what becomes of them when the test is over."""

from __future__ import annotations

import asyncio
import re
import threading
import unittest

import pytest
from asgiref.sync import sync_to_async
from channels import Group, route
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import channel_layers as modern_layers
from channels.layers import get_channel_layer
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.test import SimpleTestCase, override_settings

from channeltest import (
    CaptiveLayer,
    ChannelTestCase,
    TransactionWebsocketTestCase,
    WebsocketCommunicator,
    WebsocketTestCase,
    WebsocketTestCaseMixin,
    WSClient,
    apply_routes,
    trace,
)
from tests.values.models import IntegerValue

from ..chats import NAMED, application
from ..helpers import run, run_one

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def served():
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(ASGI_APPLICATION=NAMED, PASSWORD_HASHERS=hashers):
        yield


def logging_in(base):
    """A case that logs in as Channels' documentation does, in ``get_ws_headers``."""

    class Case(base):
        ws_path = "/chat/one/"

        def setUp(self):
            self.user = User.objects.create_user("ada", password="x")
            super().setUp()

        def get_ws_headers(self):
            self.client.login(username="ada", password="x")
            return [(b"cookie", f"sessionid={self.client.cookies['sessionid'].value}".encode())]

    return Case


Case = logging_in(WebsocketTestCase)
TransactionCase = logging_in(TransactionWebsocketTestCase)


class Anonymous(WebsocketTestCase):
    ws_path = "/chat/one/"


class Echo(AsyncWebsocketConsumer):
    pass


async def plain(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    await receive()


async def enter(communicator):
    assert await communicator.connect() == (True, None)
    await communicator.assert_authenticated_status_ok()
    return communicator


async def talk(case):
    communicator = await enter(case.auth_communicator)
    await communicator.send_message({"payload": "hi"})
    assert await communicator.receive_all_json() == [
        {"action": "kept", "payload": "hi"},
        {"action": "said", "payload": "hi"},
    ]
    assert await IntegerValue.objects.acount() == 1
    assert await User.objects.acount() == 1


def outcome(case, test):
    """The outcome of the test without its record, which Python 3.10 has in the text."""
    return re.sub(r"\nThe record, in order:(\n .*)*", "", run_one(case, test))


def reports(case):
    """What unittest reports of the tests that did not pass."""
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case)(result)
    return [text for _, text in result.failures + result.errors]


class TestDatabase:
    @pytest.mark.parametrize("base", [Case, TransactionCase])
    def test_is_as_before_after_each_test(self, base):
        assert run(type("Twice", (base,), {"test_1": talk, "test_2": talk})) == {
            "test_1": "ok",
            "test_2": "ok",
        }
        assert not IntegerValue.objects.exists()
        assert not User.objects.exists()

    def test_is_used_in_the_thread_of_the_test(self):
        async def test(case):
            assert await sync_to_async(threading.current_thread)() is thread
            assert threading.current_thread() is not thread

        thread = threading.current_thread()
        assert run_one(Case, test) == "ok"


class TestCommunicators:
    def test_the_tests_own_is_made_once(self):
        async def test(case):
            own = case.auth_communicator
            assert case.create_communicator() is not own
            assert case.auth_communicator is own

        assert run_one(Case, test) == "ok"

    def test_the_tests_own_is_the_first(self):
        async def test(case):
            first, _ = case.create_communicator(), case.create_communicator()
            assert case.auth_communicator is first

        assert run_one(Case, test) == "ok"

    def test_the_tests_own_is_another_for_each_test(self):
        seen = []

        async def test(case):
            seen.append(case.auth_communicator)

        case = type("Case", (Case,), {"test": test})("test")
        case.debug()
        case.debug()
        assert seen[0] is not seen[1]

    def test_go_where_the_case_says_when_they_connect(self):
        async def test(case):
            early, fixed = case.auth_communicator, case.create_communicator(ws_path="/chat/one/")
            case.ws_path = "/chat/two/"
            assert await early.connect() == (True, None)
            assert await fixed.connect() == (True, None)
            assert (early.scope["path"], fixed.scope["path"]) == ("/chat/two/", "/chat/one/")

        assert run_one(Case, test) == "ok"

    def test_without_a_path(self):
        class Lost(WebsocketTestCase):
            async def test(self):
                communicator = self.auth_communicator
                with self.assertRaisesRegex(AttributeError, "no path to connect to"):
                    await communicator.connect()
                assert await communicator.connect(ws_path="/chat/one/") == (True, None)

        assert run(Lost) == {"test": "ok"}

    def test_have_headers_and_subprotocols_of_the_case(self):
        class Given(Anonymous):
            def setUp(self):
                self.ws_headers = {"X-By": "me"}
                super().setUp()

            def get_subprotocols(self):
                return ["v2"]

            async def test(self):
                assert await self.auth_communicator.connect() == (True, "v2")
                assert (b"x-by", b"me") in self.auth_communicator.scope["headers"]

            async def test_others(self):
                other = self.create_communicator(headers={"a": "b"}, subprotocols=["v3"])
                assert await other.connect() == (True, "v3")
                assert other.scope["headers"] == [(b"a", b"b")]

        assert run(Given) == {"test": "ok", "test_others": "ok"}

    def test_have_headers_of_a_set_up_that_is_a_coroutine(self):
        class Late(Anonymous):
            async def setUp(self):
                await super().setUp()
                self.ws_headers = {"x-by": "me"}

            async def test(self):
                assert (b"x-by", b"me") in self.auth_communicator.scope["headers"]

        assert run(Late) == {"test": "ok"}

    def test_take_users(self):
        async def test(case):
            user = await User.objects.acreate(username="grace")
            first = await enter(case.create_communicator(user=user))
            second = case.create_communicator()
            await second.force_login(user)
            await enter(second)
            assert first.consumer.scope["user"] == second.consumer.scope["user"] == user

        assert run_one(Anonymous, test) == "ok"

    def test_take_another_application(self):
        async def other(scope, receive, send):
            await receive()
            await send({"type": "websocket.close", "code": 4999})

        async def test(case):
            case.router = other
            assert await case.auth_communicator.connect() == (False, 4999)
            case.router = None
            assert await case.create_communicator(router=other).connect() == (False, 4999)

        assert run_one(Anonymous, test) == "ok"

    def test_the_application_of_the_class_is_no_method(self):
        async def test(case):
            assert await case.auth_communicator.connect() == (True, None)

        for router in (Echo.as_asgi(), Echo, plain):
            assert run_one(type("Case", (Anonymous,), {"router": router}), test) == "ok"

    def test_without_an_application(self):
        async def test(case):
            with case.assertRaisesRegex(ImproperlyConfigured, "ASGI_APPLICATION"):
                case.create_communicator()

        with override_settings(ASGI_APPLICATION=None):
            assert run_one(Anonymous, test) == "ok"

    def test_of_who_is_not_logged_in(self):
        async def test(case):
            await case.auth_communicator.connect()
            assert (await case.auth_communicator.wait_for_auth()).payload.status_code == 401
            await case.auth_communicator.assert_closed(4401)

        assert run_one(Anonymous, test) == "ok"

    def test_made_before_set_up_is_done(self):
        class Early(Anonymous):
            def setUp(self):
                self.other = self.create_communicator(headers=[])
                super().setUp()

            async def test(self):
                await self.other.connect()

        assert run(Early) == {"test": "ok"}


class TestTheEnd:
    @pytest.mark.parametrize("error", [None, AssertionError("x")])
    def test_disconnects_while_the_loop_runs(self, error):
        futures = []

        async def test(case):
            await enter(case.auth_communicator)
            await enter(case.create_communicator())
            await IntegerValue.objects.acreate(name="forgotten")
            futures.extend(each.future for each in case._communicators)
            case.addCleanup(lambda: seen.append(IntegerValue.objects.count()))
            if error:
                raise error

        seen = []
        assert outcome(Case, test) == ("ok" if error is None else "AssertionError: x")
        assert [each.done() and not each.cancelled() for each in futures] == [True, True]
        assert seen == [0]

    def test_tells_what_nobody_has_seen(self):
        async def test(case):
            await enter(case.auth_communicator)
            await case.auth_communicator.send_message({"action": "fail"})

        assert outcome(Case, test) == "ValueError: no such word"

    def test_does_not_tell_twice(self):
        async def test(case):
            await enter(case.auth_communicator)
            await case.auth_communicator.send_message({"action": "fail"})
            await case.auth_communicator.receive_all_json()

        assert outcome(Case, test) == "ValueError: no such word"

    def test_tells_of_every_communicator(self):
        async def test(case):
            for _ in range(2):
                communicator = await enter(case.create_communicator())
                await communicator.send_message({"action": "fail"})

        texts = reports(type("Both", (Case,), {"test": test}))
        assert ["ValueError: no such word" in each for each in texts] == [True, True]

    def test_leaves_nothing_behind(self):
        loops = []
        before = dict(modern_layers.backends), set(vars(connections["default"]))

        async def test(case):
            loops.append(asyncio.get_running_loop())
            await enter(case.auth_communicator)

        assert run_one(Case, test) == "ok"
        assert loops[0].is_closed()
        assert asyncio.all_tasks(loops[0]) == set()
        assert (dict(modern_layers.backends), set(vars(connections["default"]))) == before

    def test_shows_the_conversation_of_a_failure(self):
        async def test(case):
            await enter(case.auth_communicator)
            await case.auth_communicator.send_message({"payload": "hi"})
            case.fail("no")

        [text] = reports(type("Case", (Case,), {"test": test}))
        assert "The record, in order:" in text
        assert "hi" in text[text.index("The record") :]


class TestLayers:
    def test_are_captive(self):
        async def test(case):
            await enter(case.auth_communicator)
            assert type(get_channel_layer().layer) is CaptiveLayer
            await get_channel_layer().group_send("one", {"type": "chat.said", "payload": "all"})
            [message] = await case.auth_communicator.receive_all_json()
            assert message["payload"] == "all"

        assert run_one(Case, test) == "ok"

    def test_of_no_database(self):
        class Light(WebsocketTestCaseMixin, SimpleTestCase):
            async def test(self):
                assert type(get_channel_layer().layer) is CaptiveLayer
                communicator = self.create_communicator(router=application, user=User())
                await communicator.connect(ws_path="/none/")

        assert "No route found for path 'none/'" in run(Light)["test"]


class TestBothDialects:
    """Tests of Channels 1 and today's in one class, on the same layer."""

    @pytest.mark.parametrize("base", [ChannelTestCase, Anonymous])
    def test_in_one_class(self, base):
        def connect(message):
            message.reply_channel.send({"accept": True})
            Group("one").add(message.reply_channel)

        @apply_routes([route("websocket.connect", connect)])
        class Both(base):
            def test_plain(self):
                client = WSClient()
                client.send_and_consume("websocket.connect")
                Group("one").send({"text": "all"}, immediately=True)
                assert client.receive(json=False) == "all"

            async def test_group_of_channels_1_reaches_a_communicator(self):
                user = await User.objects.acreate(username="ada")
                made = WebsocketCommunicator(application, "/chat/one/", user=user)
                async with made as communicator:
                    assert await communicator.receive_nothing()
                    event = {"type": "chat.said", "payload": "all"}
                    await sync_to_async(Group("one").send)(event, immediately=True)
                    assert await communicator.receive_json_from() == {
                        "action": "said",
                        "payload": "all",
                    }

            async def test_consumer_reaches_a_client_of_channels_1(self):
                client = await sync_to_async(WSClient)()
                await sync_to_async(client.send_and_consume)("websocket.connect")
                user = await User.objects.acreate(username="ada")
                made = WebsocketCommunicator(application, "/chat/one/", user=user)
                async with made as communicator:
                    await communicator.send_json_to({"payload": "hi"})
                    assert len(await communicator.receive_all_json()) == 2
                message = await sync_to_async(client.receive)(json=False)
                assert "hi" in str(message)

        assert set(run(Both).values()) == {"ok"}


class Numbers(AsyncWebsocketConsumer):
    groups = ["numbers"]
    seen: list = []

    async def receive(self, text_data=None, bytes_data=None):
        self.seen.append(int(text_data))
        await self.channel_layer.group_send("numbers", {"type": "number", "text": text_data})

    async def number(self, event):
        self.seen.append(event["text"])
        await self.send(event["text"])


class Waiting(WebsocketTestCase):
    ws_path = "/"
    router = Numbers
    waits_for_rest = True

    def setUp(self):
        Numbers.seen.clear()
        super().setUp()


class TestWaitsForRest:
    def test_a_send_returns_when_all_applications_have_handled_it(self):
        async def test(case):
            for _ in range(2):
                await case.create_communicator().connect()
            await case.auth_communicator.send_to(text_data="1")
            assert Numbers.seen == [1, "1", "1"]

        assert run_one(Waiting, test) == "ok"

    def test_by_default_it_returns_at_once(self):
        async def test(case):
            await case.auth_communicator.connect()
            await case.auth_communicator.send_to(text_data="1")
            assert Numbers.seen == []

        assert run_one(type("Default", (Waiting,), {"waits_for_rest": False}), test) == "ok"

    def test_a_send_raises_what_the_application_raises(self):
        async def test(case):
            await case.auth_communicator.connect()
            with case.assertRaisesRegex(ValueError, "'one'"):
                await case.auth_communicator.send_to(text_data="one")

        assert run_one(Waiting, test) == "ok"

    def test_what_follows_from_the_end_is_not_in_the_record_of_the_test(self):
        async def test(case):
            record = trace()
            await case.auth_communicator.connect()
            case.addCleanup(lambda: records.append(record.as_record()))

        records = []
        assert run_one(Waiting, test) == "ok"
        assert [event.kind for event in records[0].events] == ["consume", "join", "frame"]
