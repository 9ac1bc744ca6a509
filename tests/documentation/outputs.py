"""The programs whose output the pages show, by the names in the pages' ``.. printed by`` comments.

Each function runs a test, or calls what the page is about, and returns what a reader would see.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import re
import tempfile
import threading
import unittest
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from channels import Channel, Group
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.generic.websocket import JsonWebsocketConsumer as ModernJsonWebsocketConsumer
from channels.generic.websockets import JsonWebsocketConsumer
from channels.test import ChannelTestCase, WSClient, apply_routes

import channeltest
from channeltest import WebsocketTestCase, cli
from channeltest.record.events import Event

Body = Callable[[Any], Any]


def report(test: Body, case: type[unittest.TestCase] = ChannelTestCase) -> str:
    """Run a test that fails; returns its exception and what stands below it, without the stack.

    Names and files are those of the pages' project.
    """
    result = unittest.TestResult()
    made = type("RoomTests", (case,), {"test": test})
    unittest.defaultTestLoader.loadTestsFromTestCase(made)(result)
    [(_, text)] = result.failures + result.errors
    # A frame of the stack is a line and, below it, lines with a deeper indentation.
    text = re.sub(r"\A(Traceback .*\n)?(  File .*\n(    .*\n)*)*", "", text)
    for ours, theirs in ((__file__, "rooms/consumers.py"), (__name__, "rooms.consumers")):
        text = text.replace(ours, theirs)
    return re.sub(r"\w+\.<locals>\.(?=Room)", "", text)


def join(path: str = "/rooms/") -> WSClient:
    """A client that is connected."""
    client = WSClient()
    client.send_and_consume("websocket.connect", path=path)
    return client


# The record


def forgotten_group() -> str:
    """A ported consumer that forgot its group."""
    return forgotten_group_and_events()[0]


def forgotten_group_and_events() -> tuple[str, list[Event]]:
    """The same, with the events of the test."""
    events = []

    class RoomConsumer(ModernJsonWebsocketConsumer):
        def receive_json(self, content: Any) -> None:
            self.send_json(content)

    @apply_routes([RoomConsumer.as_route(path=r"^/rooms/$")])
    def test(case: Any) -> None:
        client = join()
        Group("rooms").send({"text": "all"}, immediately=True)
        received = client.receive(json=False)
        events.extend(channeltest.trace().events)
        case.assertEqual(received, "all")

    return report(test), events


class Room(JsonWebsocketConsumer):
    """A consumer of Channels 1 that answers on a channel, too."""

    groups = ["rooms"]

    def raw_receive(self, message: Any, **kwargs: Any) -> None:
        Group("rooms").send({"text": message["text"]})
        Channel("results").send({"n": 1})


Room.__name__ = "RoomConsumer"


def misspelt_channel() -> str:
    """A test that asks for another channel than the consumer sends to."""

    @apply_routes([Room.as_route(path=r"^/rooms/$")])
    def test(case: Any) -> None:
        ada, bob = join(), join()
        ada.send_and_consume("websocket.receive", text="hi", path="/rooms/")
        case.assertEqual([each.receive(json=False) for each in (ada, bob)], ["hi", "hi"])
        case.get_next_message("result", require=True)

    return report(test)


def diagram() -> str:
    """A record as a diagram."""
    shown = []

    class RoomConsumer(ModernJsonWebsocketConsumer):
        pass

    @apply_routes([RoomConsumer.as_route(path=r"^/rooms/$")])
    def test(case: Any) -> None:
        with channeltest.trace() as trace:
            join()
        shown.append(trace.as_mermaid())
        case.fail()

    report(test)
    return shown[0]


# Failures


def no_route() -> str:
    """A path that no route fits."""

    @apply_routes([Room.as_route(path=r"^/rooms/$")])
    def test(case: Any) -> None:
        join("/room/")

    return report(test)


def rejected() -> str:
    """A consumer that closes in the handshake."""

    class RoomConsumer(JsonWebsocketConsumer):
        def connect(self, message: Any, **kwargs: Any) -> None:
            self.close(4003)

    @apply_routes([RoomConsumer.as_route(path=r"^/rooms/$")])
    def test(case: Any) -> None:
        join()

    return report(test)


def crashed() -> str:
    """A ported consumer that raises."""

    class RoomConsumer(AsyncJsonWebsocketConsumer):
        async def receive_json(self, content: Any) -> None:
            await self.send_json({"said": content["text"]})

    @apply_routes([RoomConsumer.as_route(path=r"^/rooms/$")])
    def test(case: Any) -> None:
        client = join()
        client.send_and_consume("websocket.receive", text={"txt": "hi"}, path="/rooms/")

    return report(test)


def later() -> str:
    """A ported consumer whose answer comes later."""

    class RoomConsumer(AsyncJsonWebsocketConsumer):
        async def receive_json(self, content: Any) -> None:
            await asyncio.sleep(5)
            await self.send_json({"said": content["text"]})

    @apply_routes([RoomConsumer.as_route(path=r"^/rooms/$")])
    def test(case: Any) -> None:
        client = join()
        client.send_and_consume("websocket.receive", text={"text": "hi"}, path="/rooms/")
        case.assertEqual(client.receive(), {"said": "hi"})

    return report(test)


def stuck() -> str:
    """A ported consumer that never comes to rest."""

    class RoomConsumer(AsyncJsonWebsocketConsumer):
        async def receive_json(self, content: Any) -> None:
            while True:
                await asyncio.sleep(0)

    class ShortCase(ChannelTestCase):
        stage_bound = 1.0

    @apply_routes([RoomConsumer.as_route(path=r"^/rooms/$")])
    def test(case: Any) -> None:
        client = join()
        client.send_and_consume("websocket.receive", text={"text": "hi"}, path="/rooms/")

    return report(test, ShortCase)


def silent() -> str:
    """A consumer of today that does not answer."""

    class RoomConsumer(AsyncJsonWebsocketConsumer):
        pass

    async def test(case: Any) -> None:
        communicator = case.create_communicator(router=RoomConsumer.as_asgi(), ws_path="/rooms/")
        await communicator.connect()
        await communicator.send_json_to({"text": "hi"})
        await communicator.receive_json_from()

    return report(test, WebsocketTestCase)


def busy() -> str:
    """A consumer of today whose answer takes longer than the test waits."""
    done = threading.Event()

    class RoomConsumer(AsyncJsonWebsocketConsumer):
        async def receive_json(self, content: Any) -> None:
            await asyncio.to_thread(done.wait)

    async def test(case: Any) -> None:
        communicator = case.create_communicator(router=RoomConsumer.as_asgi(), ws_path="/rooms/")
        await communicator.connect()
        await communicator.send_json_to({"text": "hi"})
        try:
            await communicator.receive_json_from(timeout=0.1)
        finally:
            done.set()

    return report(test, WebsocketTestCase)


# The wire


def wire_warning() -> str:
    """A message with a value that no layer over a network can carry."""

    class User:
        def __repr__(self) -> str:
            return "<User: ada>"

    shown = []

    def test(case: Any) -> None:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            Channel("results").send({"user": User()}, immediately=True)
        shown.extend(str(each.message) for each in caught)
        case.fail()

    report(test)
    return shown[0]


def nothing_on_the_channel() -> str:
    """A message for a channel that is spelt in two ways."""

    def test(case: Any) -> None:
        Channel("results").send({"n": 1}, immediately=True)
        WSClient().consume("result")

    return report(test).partition("\nThe record")[0]


# Comparing and checking


def differing_close() -> str:
    """A port that closes with another code."""

    class Old(JsonWebsocketConsumer):
        def receive(self, content: Any, **kwargs: Any) -> None:
            self.close(4001)

    class Ported(AsyncJsonWebsocketConsumer):
        async def receive_json(self, content: Any) -> None:
            await self.close(4000)

    @channeltest.parity(
        old=[Old.as_route(path=r"^/rooms/$")], new=[Ported.as_route(path=r"^/rooms/$")]
    )
    def test(case: Any) -> None:
        client = join()
        client.send_and_consume("websocket.receive", path="/rooms/", text={"say": "bye"})

    return report(test)


CHAT = {
    "consumers.py": """\
from channels import Channel, Group
from channels.sessions import channel_session


@channel_session
def ws_connect(message):
    message.reply_channel.send({"accept": True})
    message.channel_session["frames"] = 0


def ws_receive(message):
    message.reply_channel.send({"text": message["text"]})


def announce(text):
    Group("chat").send({"text": text})


def remind(text):
    content = {"channel": "reminders", "content": {"text": text}, "delay": 60000}
    Channel("asgi.delay").send(content)
""",
    "routing.py": """\
from channels import route

from chat.consumers import ws_connect, ws_receive

channel_routing = [
    route("websocket.connect", ws_connect),
    route("websocket.receive", ws_receive),
]
""",
}


def findings() -> str:
    """What stands between a small project and today's Channels."""
    with tempfile.TemporaryDirectory() as project:
        Path(project, "chat").mkdir()
        for name, text in {"__init__.py": "", **CHAT}.items():
            Path(project, "chat", name).write_text(text)
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            cli.main(["check", project])
    return printed.getvalue().replace(f"{project}/", "")
