"""Modern consumers of every build, driven by synchronous clients."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels import Group
from channels.db import database_sync_to_async
from channels.generic.websocket import (
    AsyncJsonWebsocketConsumer,
    AsyncWebsocketConsumer,
    JsonWebsocketConsumer,
    WebsocketConsumer,
)
from channels.layers import get_channel_layer
from channels.test import ChannelTestCase, WSClient, apply_routes
from django.db import transaction
from django.test import override_settings

from channeltest.bridge.registry import connections
from tests.channeltest.helpers import run_one
from tests.values.models import IntegerValue


class Connected:
    """A test's client, connected to a consumer."""

    def __init__(self, consumer, path="/"):
        self.client = WSClient()
        self.path = path
        self.client.send_and_consume("websocket.connect", path=path)

    def say(self, text):
        self.client.send_and_consume("websocket.receive", text=text, path=self.path)

    def hear(self):
        return self.client.receive(json=False)

    def ask(self, text):
        self.say(text)
        return self.hear()


def answering(function):
    """A consumer that answers every frame with what the coroutine function makes of it."""

    class Answering(AsyncWebsocketConsumer):
        async def receive(self, text_data=None, bytes_data=None):
            await self.send(text_data=str(await function(text_data)))

    return Answering


def answering_synchronously(function):
    class Answering(WebsocketConsumer):
        def receive(self, text_data=None, bytes_data=None):
            self.send(text_data=str(function(text_data)))

    return Answering


def ask(consumer, text="?"):
    with apply_routes([consumer.as_route(path="/")]):
        return Connected(consumer).ask(text)


async def doubled(text):
    await asyncio.sleep(0)
    return text * 2


class TestWaysToWork(ChannelTestCase):
    def test_asynchronous(self):
        assert ask(answering(doubled), "ab") == "abab"

    def test_synchronous(self):
        assert ask(answering_synchronously(str.upper), "ab") == "AB"

    def test_json(self):
        class Echo(AsyncJsonWebsocketConsumer):
            async def receive_json(self, content):
                await self.send_json({"got": content})

        class SyncEcho(JsonWebsocketConsumer):
            def receive_json(self, content):
                self.send_json({"got": content})

        for consumer in (Echo, SyncEcho):
            assert ask(consumer, {"a": 1}) == '{"got": {"a": 1}}'

    def test_asynchronous_orm(self):
        async def save(text):
            await IntegerValue.objects.acreate(name=text)
            return await IntegerValue.objects.acount()

        assert ask(answering(save), "x") == "1"
        assert IntegerValue.objects.get().name == "x"

    def test_database_sync_to_async(self):
        count = database_sync_to_async(IntegerValue.objects.count)
        IntegerValue.objects.create(name="the test's")
        assert ask(answering(lambda text: count())) == "1"

    def test_orm_of_a_synchronous_consumer(self):
        IntegerValue.objects.create(name="the test's")
        assert ask(answering_synchronously(lambda text: IntegerValue.objects.count())) == "1"

    def test_threads(self):
        async def call(text):
            slowly = sync_to_async(time.sleep, thread_sensitive=False)
            await asyncio.gather(slowly(0.01), asyncio.to_thread(time.sleep, 0.02))
            return "both"

        assert ask(answering(call)) == "both"

    def test_nested_async_to_sync(self):
        async def inner(text):
            return await database_sync_to_async(lambda: async_to_sync(doubled)(text))()

        assert ask(answering_synchronously(lambda text: async_to_sync(inner)(text)), "a") == "aa"

    def test_synchronous_consumer_sends_to_a_group(self):
        class Member(WebsocketConsumer):
            groups = ["g"]

            def receive(self, text_data=None, bytes_data=None):
                layer = self.channel_layer
                async_to_sync(layer.group_send)("g", {"type": "tell", "text": text_data})

            def tell(self, event):
                self.send(text_data=event["text"])

        with apply_routes([Member.as_route(path="/")]):
            one, two = Connected(Member), Connected(Member)
            one.say("both")
            assert (one.hear(), two.hear(), two.hear()) == ("both", "both", None)

    def test_tasks_the_consumer_starts(self):
        class Later(AsyncWebsocketConsumer):
            async def connect(self):
                await self.accept()
                self.task = asyncio.create_task(self.count())

            async def count(self):
                for number in range(3):
                    await asyncio.sleep(0.1)
                    await self.send(text_data=str(number))

        with apply_routes([Later.as_route(path="/")]):
            connected = Connected(Later)
            assert [connected.hear() for _ in range(4)] == ["0", "1", "2", None]

    def test_heartbeat(self):
        class Beating(AsyncWebsocketConsumer):
            async def connect(self):
                await self.accept()
                self.task = asyncio.create_task(self.beat())

            async def beat(self):
                while True:
                    await asyncio.sleep(30)
                    await self.send(text_data="beat")

            async def disconnect(self, code):
                self.task.cancel()

        with apply_routes([Beating.as_route(path="/")]):
            connected = Connected(Beating)
            assert connected.hear() is None
            connections().stage.advance(90)
            connections().settle()
            assert [connected.hear() for _ in range(4)] == ["beat"] * 3 + [None]
            connected.client.send_and_consume("websocket.disconnect")

    def test_worker_threads_use_no_database_of_the_tests(self):
        """A thread's own connection is closed with the stage, not left for the garbage."""

        def use():
            from django.db import connection

            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                return cursor.fetchone()[0]

        assert ask(answering(lambda text: asyncio.to_thread(use))) == "1"


class TestGroups(ChannelTestCase):
    class Member(AsyncWebsocketConsumer):
        groups = ["everyone"]

        async def tell(self, event):
            await self.send(text_data=event["text"])

    def test_fan_out(self):
        with apply_routes([self.Member.as_route(path="/")]):
            everyone = [Connected(self.Member) for _ in range(300)]
            Group("everyone").send({"type": "tell", "text": "hello"})
            assert [each.hear() for each in everyone] == ["hello"] * 300
            assert [each.hear() for each in everyone] == [None] * 300

    def test_frames_of_channels_1(self):
        with apply_routes([self.Member.as_route(path="/")]):
            connected = Connected(self.Member)
            Group("everyone").send({"text": "raw"})
            assert connected.hear() == "raw"

    def test_sent_by_the_tests_own_async_to_sync(self):
        """Also after a turn that ran synchronous code, whose loop asgiref remembers."""

        class Member(WebsocketConsumer):
            groups = ["everyone"]

            def tell(self, event):
                self.send(text_data=event["text"])

        with apply_routes([Member.as_route(path="/")]):
            connected = Connected(Member)
            send = async_to_sync(get_channel_layer().group_send)
            send("everyone", {"type": "tell", "text": "hello"})
            assert connected.hear() == "hello"

    def test_sent_by_another_thread(self):
        with apply_routes([self.Member.as_route(path="/")]):
            connected = Connected(self.Member)
            message = {"type": "tell", "text": "hello"}
            thread = threading.Thread(target=Group("everyone").send, args=[message])
            thread.start()
            thread.join()
            assert connected.hear() == "hello"

    def test_on_commit(self):
        class Saving(WebsocketConsumer):
            groups = ["everyone"]

            def receive(self, text_data=None, bytes_data=None):
                with transaction.atomic():
                    IntegerValue.objects.create(name=text_data)
                    transaction.on_commit(
                        lambda: Group("everyone").send({"type": "tell", "text": "saved"})
                    )

            def tell(self, event):
                self.send(text_data=event["text"])

        with apply_routes([Saving.as_route(path="/")]):
            connected = Connected(Saving)
            with self.captureOnCommitCallbacks(execute=True) as callbacks:
                connected.say("x")
                assert connected.hear() is None
            assert len(callbacks) == 1
            assert connected.hear() == "saved"


class Failing(AsyncWebsocketConsumer):
    groups = ["failing"]

    async def connect(self):
        if self.scope["path"].endswith("refused"):
            raise PermissionError("no entry")
        await self.accept()

    async def receive(self, text_data=None, bytes_data=None):
        await getattr(self, text_data)()

    async def fail(self):
        raise KeyError("in the application")

    async def cancel(self):
        asyncio.current_task().cancel()
        await asyncio.sleep(0)

    async def nonsense(self):
        await self.base_send("nonsense")

    async def unknown(self):
        await self.base_send({"type": "websocket.unheard"})

    async def both(self):
        await self.base_send({"type": "websocket.send", "text": "a", "bytes": b"b"})

    async def number(self):
        await self.base_send({"type": "websocket.send", "text": 1})

    async def after_close(self):
        await self.close()
        await self.base_send({"type": "websocket.send", "text": "late"})

    async def in_group(self, event):
        raise KeyError("in a group")


@apply_routes([Failing.as_route(path="/")])
class TestFailures(ChannelTestCase):
    def raised_by(self, function, *args, **kwargs):
        with pytest.raises(Exception) as caught:
            function(*args, **kwargs)
        return caught

    def test_connect(self):
        with apply_routes([Failing.as_route(path="/refused")]):
            caught = self.raised_by(Connected, Failing, "/refused")
        assert caught.errisinstance(PermissionError)
        assert caught.traceback[-1].name == "connect"

    def test_receive(self):
        caught = self.raised_by(Connected(Failing).say, "fail")
        assert caught.errisinstance(KeyError)
        assert caught.traceback[-1].name == "fail"

    def test_group(self):
        connected = Connected(Failing)
        Group("failing").send({"type": "in.group"})
        caught = self.raised_by(connected.hear)
        assert caught.errisinstance(KeyError)
        assert caught.traceback[-1].name == "in_group"

    def test_group_and_next_message(self):
        self.kept = Connected(Failing)
        Group("failing").send({"type": "in.group"})
        assert self.raised_by(self.get_next_message, "any").errisinstance(KeyError)

    def test_whole_group_fails_once(self):
        everyone = [Connected(Failing) for _ in range(5)]
        Group("failing").send({"type": "in.group"})
        assert self.raised_by(everyone[0].hear).errisinstance(KeyError)
        assert everyone[1].hear() is None

    def test_others_go_on(self):
        one, other = Connected(Failing), Connected(Failing)
        self.raised_by(one.say, "fail")
        Group("failing").send({"text": "still there"})
        assert other.hear() == "still there"
        assert "has ended" in str(self.raised_by(one.say, "fail").value)

    def test_cancelled(self):
        connected = Connected(Failing)
        caught = self.raised_by(connected.say, "cancel")
        assert "was cancelled" in str(caught.value)

    def test_malformed_events(self):
        for name, said in {
            "nonsense": "sent 'nonsense', which is no event",
            "unknown": "websocket.unheard",
            "both": "either text or bytes",
            "number": "text of websocket.send is a str",
            "after_close": "websocket.send after websocket.close",
        }.items():
            assert said in str(self.raised_by(Connected(Failing).say, name).value)

    def test_returns_early(self):
        async def leave(scope, receive, send):
            await receive()
            await send({"type": "websocket.accept"})

        from channels import route

        with apply_routes([route("websocket.connect", leave), route("websocket.receive", leave)]):
            connected = Connected(leave)
            caught = self.raised_by(connected.say, "anybody?")
        assert "has ended, and cannot take 'websocket.receive'" in str(caught.value)

    def test_returns_without_an_answer(self):
        async def leave(scope, receive, send):
            await receive()

        from channels import route

        with apply_routes([route("websocket.connect", leave)]):
            caught = self.raised_by(Connected, leave)
        assert "returned without accepting or closing" in str(caught.value)

    def test_does_not_end_after_disconnect(self):
        async def stay(scope, receive, send):
            await receive()
            await send({"type": "websocket.accept"})
            while True:
                await receive()

        from channels import route

        names = ("websocket.connect", "websocket.disconnect")
        with apply_routes([route(name, stay) for name in names]):
            connected = Connected(stay)
            caught = self.raised_by(connected.client.send_and_consume, "websocket.disconnect")
        assert "did not end after 'websocket.disconnect'" in str(caught.value)
        assert "in stay" in str(caught.value)


class Busy(AsyncWebsocketConsumer):
    async def receive(self, text_data=None, bytes_data=None):
        while True:
            await asyncio.sleep(0)


def get_stuck(case):
    with apply_routes([Busy.as_route(path="/")]):
        Connected(Busy).say("go")


@pytest.mark.django_db(transaction=True)
class TestBound:
    def test_setting(self):
        with override_settings(CHANNELTEST={"STAGE_BOUND": 0.1}):
            assert "did not come to rest within 0.1 s" in run_one(ChannelTestCase, get_stuck)

    def test_attribute(self):
        class Hasty(ChannelTestCase):
            stage_bound = 0.2

        with override_settings(CHANNELTEST={"STAGE_BOUND": 0.1}):
            assert "within 0.2 s" in run_one(Hasty, get_stuck)

    @pytest.mark.parametrize("bound", [0, -1, "10", None, True])
    def test_nonsense(self, bound):
        with override_settings(CHANNELTEST={"STAGE_BOUND": bound}):
            assert "is a positive number of seconds" in run_one(ChannelTestCase, get_stuck)

    def test_the_test_can_go_on(self):
        def go_on(case):
            with pytest.raises(AssertionError, match="in receive"):
                get_stuck(case)
            assert ask(answering(doubled), "a") == "aa"

        class Hasty(ChannelTestCase):
            stage_bound = 0.5

        assert run_one(Hasty, go_on) == "ok"
