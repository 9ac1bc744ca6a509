"""What goes between a communicator and its application."""

from __future__ import annotations

import asyncio
import threading
import unittest

import pytest
from channels import Group
from channels.layers import get_channel_layer

from channeltest import ApplicationCommunicator, ChannelTestCase, WebsocketCommunicator, trace

from .apps import Echo, SyncEcho, sends, stopwatch
from .test_lifetime import Grouped


class ConversationTests(ChannelTestCase):
    async def talk(self, consumer=Echo):
        async with WebsocketCommunicator(consumer.as_asgi(), "/ws/") as communicator:
            await communicator.send_to(text_data="hello")
            assert await communicator.receive_from() == "hello"

    async def test_is_written_down(self):
        for consumer in Echo, SyncEcho:
            with self.subTest(consumer), trace() as conversation:
                await self.talk(consumer)
            name = consumer.__name__
            assert [(e.source, e.target, e.channel) for e in conversation.events][::2] == [
                ("client", name, "websocket.connect"),
                ("client", name, "websocket.receive"),
                ("client", name, "websocket.disconnect"),
            ]
            said = [e.content for e in conversation.events if e.kind == "frame"]
            assert said[0]["type"] == "websocket.accept"
            assert said[1] == {"type": "websocket.send", "text": "hello"}

    async def test_is_drawn(self):
        with trace() as conversation:
            await self.talk()
        drawn = conversation.as_mermaid()
        assert "participant p0 as client" in drawn
        assert "p1-->>p0" in drawn

    async def test_errors(self):
        communicator = WebsocketCommunicator(Echo.as_asgi(), "/ws/")
        await communicator.connect()
        await communicator.send_to(text_data="crash")
        with pytest.raises(ValueError):
            await communicator.receive_from()
        assert "raised ValueError: crashed" in trace().as_text()

    async def test_names_two_clients(self):
        for _ in range(2):
            await self.talk()
        text = trace().as_text()
        assert "client 1 -> Echo  websocket.connect" in text
        assert "Echo -> client 2" in text

    async def test_names_two_clients_that_were_there_before(self):
        one, two = (WebsocketCommunicator(Echo.as_asgi(), "/ws/") for _ in range(2))
        with trace() as conversation:
            for communicator in (two, one):
                await communicator.connect()
        text = conversation.as_text()
        assert text.index("client 1 -> Echo") < text.index("client 2 -> Echo")
        assert "its client" not in text

    async def test_a_late_answer_shows_what_was_before_the_communicator(self):
        one = WebsocketCommunicator(Echo.as_asgi(), "/ws/")
        await one.connect()
        two = WebsocketCommunicator(Echo.as_asgi(), "/ws/")
        await two.connect()
        with pytest.raises(TimeoutError, match=r"client 1 -> Echo(?s:.*)client 2 -> Echo"):
            await two.receive_from()

    async def test_groups(self):
        async with WebsocketCommunicator(Grouped.as_asgi(), "/ws/") as communicator:
            Group("g").send({"text": "to the client"}, immediately=True)
            assert await communicator.receive_from() == "to the client"
            Group("g").send({"text": "of both", "bytes": b"other"}, immediately=True)
            assert await communicator.receive_from() == "of both"
            Group("g").send({"bytes": b"last", "close": 4001}, immediately=True)
            assert await communicator.receive_from() == b"last"
            assert (await communicator.receive_output())["code"] == 4001
            assert communicator.close_code == 4001
            Group("g").send({"close": True}, immediately=True)
            assert (await communicator.receive_output())["code"] == communicator.close_code == 1000
            assert isinstance(communicator.consumer, Grouped)

    async def test_an_event_of_its_own(self):
        class Handling(Grouped):
            async def chat_message(self, event):
                await self.send(event["body"])

        async with WebsocketCommunicator(Handling.as_asgi(), "/ws/") as communicator:
            message = {"type": "chat.message", "body": "hello"}
            await get_channel_layer().group_send("g", message)
            assert await communicator.receive_from() == "hello"

    async def test_what_is_no_event_is_shown_as_well(self):
        communicator = ApplicationCommunicator(sends("text", None), {"type": "lifespan"})
        await communicator.send_input(5)
        assert await communicator.receive_output() == "text"
        assert await communicator.receive_output() is None
        assert "sends -> client" not in trace().as_text()
        assert "client -> application" in trace().as_text()


class WaitTests(unittest.IsolatedAsyncioTestCase):
    """A wait is over at once, although a thread of the application goes on."""

    def setUp(self):
        self.released = threading.Event()

    async def test_when_an_event_is_sent(self):
        async def application(scope, receive, send):
            await send({"type": "first"})
            await asyncio.to_thread(self.released.wait)

        communicator = ApplicationCommunicator(application, {"type": "lifespan"})
        with stopwatch() as watch:
            await communicator.receive_output()
        self.released.set()
        assert watch.at_once
        await communicator.wait()

    async def test_when_the_application_ends(self):
        async def application(scope, receive, send):
            threading.Thread(target=self.released.wait).start()

        communicator = ApplicationCommunicator(application, {"type": "lifespan"})
        with stopwatch() as watch:
            await communicator.wait()
        self.released.set()
        assert watch.at_once


class Failing(ChannelTestCase):
    __test__ = False

    async def test(self):
        async with WebsocketCommunicator(Echo.as_asgi(), "/ws/") as communicator:
            await communicator.send_to(text_data="hello")
            assert await communicator.receive_from() == "goodbye"


@pytest.mark.django_db
def test_a_failing_test_shows_it():
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Failing).run(result)
    (_, shown), *_ = result.failures
    assert "Echo -> client  {'type': 'websocket.send', 'text': 'hello'}" in shown
