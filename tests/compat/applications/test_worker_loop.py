"""Modern consumers of named channels, on a worker of Channels 1."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from asgiref.sync import sync_to_async
from channels.consumer import AsyncConsumer, SyncConsumer
from channels.exceptions import StopConsumer
from channels.routing import ChannelNameRouter, ProtocolTypeRouter
from channeltest.compat.applications import worker_loop
from channeltest.compat.applications.target import Application
from channeltest.compat.applications.worker_loop import WorkerLoop
from channeltest.compat.exceptions import ConsumeLater
from channeltest.compat.routing import Include, route
from channeltest.compat.worker import Worker

from ...processes import PATIENCE
from ..conftest import Lines
from ..inplace import in_place, modern_in_place
from ..looping import Loops

# Workers and consumers look after the connections to the database.
pytestmark = pytest.mark.django_db(transaction=True)

seen: list[Any] = []


@pytest.fixture(autouse=True)
def layer() -> Iterator[Any]:
    """The default layer, in memory, for old and modern consumers; and nothing `seen`."""
    seen.clear()
    with in_place() as layer, modern_in_place(layer.modern()):
        yield layer


@pytest.fixture
def applications() -> Iterator[WorkerLoop]:
    applications = WorkerLoop()
    yield applications
    applications.close()


class Remarks(SyncConsumer):
    count = 0

    def chat_remarks(self, event: dict[str, Any]) -> None:
        self.count += 1
        seen.append((self.count, event))


class Asynchronous(AsyncConsumer):
    async def chat_remarks(self, event: dict[str, Any]) -> None:
        seen.append((id(self), self.scope, event))

    async def chat_wrong(self, event: dict[str, Any]) -> None:
        raise ValueError("on purpose")

    async def chat_exit(self, event: dict[str, Any]) -> None:
        raise SystemExit(3)

    async def chat_stop(self, event: dict[str, Any]) -> None:
        raise StopConsumer

    async def chat_send(self, event: dict[str, Any]) -> None:
        await self.send({"type": "websocket.send", "text": "a"})


def run(applications: WorkerLoop, application: Any = Asynchronous, **content: Any) -> None:
    applications.run(targets(application), "chat.remarks", content)


_targets: dict[Any, Application] = {}


def targets(application: Any) -> Application:
    """The application as a route has it: the same each time."""
    return _targets.setdefault(application, Application(application))


class TestEvents:
    def test_scope_and_type(self, applications: WorkerLoop) -> None:
        run(applications, text="a")
        [(_, scope, event)] = seen
        assert scope == {"type": "channel", "channel": "chat.remarks"}
        assert event == {"type": "chat.remarks", "text": "a"}

    def test_one_instance_lives_on(self, applications: WorkerLoop) -> None:
        for text in "ab":
            run(applications, Remarks, text=text)
        assert [(count, event["text"]) for count, event in seen] == [(1, "a"), (2, "b")]

    def test_one_for_each_channel(self, applications: WorkerLoop) -> None:
        for channel in ("a", "b"):
            applications.run(targets(Remarks), channel, {"type": "chat.remarks"})
        assert [count for count, _ in seen] == [1, 1]

    def test_a_thread_of_their_own_for_synchronous_code(self) -> None:
        """So workers with several threads do several things at once."""
        meeting = threading.Barrier(2, timeout=PATIENCE)

        async def meet(scope: Any, receive: Any, send: Any) -> None:
            await receive()
            await sync_to_async(meeting.wait)()

        both = [WorkerLoop(), WorkerLoop()]
        threads = [threading.Thread(target=run, args=(each, meet)) for each in both]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not meeting.broken
        for each in both:
            each.close()


class TestEnds:
    @pytest.mark.parametrize(
        ("kind", "error"), [("wrong", ValueError), ("exit", SystemExit), ("send", RuntimeError)]
    )
    def test_what_it_raises(
        self, applications: WorkerLoop, kind: str, error: type[BaseException]
    ) -> None:
        """The next message makes a new instance."""
        run(applications)
        with pytest.raises(error):
            run(applications, type=f"chat.{kind}")
        run(applications)
        assert len({instance for instance, _, _ in seen}) == 2

    def test_it_stops(self, applications: WorkerLoop) -> None:
        run(applications, type="chat.stop")
        run(applications)
        assert len(seen) == 1

    def test_it_takes_no_message(self, applications: WorkerLoop) -> None:
        async def deaf(scope: Any, receive: Any, send: Any) -> None:
            seen.append(scope["channel"])

        run(applications, deaf)
        run(applications, deaf)
        assert seen == ["chat.remarks"] * 2

    def test_between_two_messages(self, applications: WorkerLoop, log: Lines) -> None:
        """The next message is not lost by it."""
        failing = threading.Event()

        class Failing(Asynchronous):
            async def chat_remarks(self, event: dict[str, Any]) -> None:
                await super().chat_remarks(event)
                if event["text"] == "a":
                    await self.channel_layer.send(self.channel_name, {"type": "chat.failing"})

            async def chat_failing(self, event: dict[str, Any]) -> None:
                failing.set()
                raise ValueError("between")

        run(applications, Failing, text="a")
        assert failing.wait(PATIENCE)
        run(applications, Failing, text="b")
        assert [event["text"] for _, _, event in seen] == ["a", "b"]
        assert "Failing between two messages on chat.remarks" in log()[0]

    def test_close(self, applications: WorkerLoop) -> None:
        class Waiting(AsyncConsumer):
            async def chat_remarks(self, event: dict[str, Any]) -> None:
                self.task = asyncio.ensure_future(self.wait())

            async def wait(self) -> None:
                try:
                    await asyncio.Event().wait()
                finally:
                    seen.append("cancelled")

        run(applications, Waiting)
        applications.close()
        assert seen == ["cancelled"]
        assert not [each for each in threading.enumerate() if "applications" in each.name]

    def test_one_that_does_not_end(self, log: Lines) -> None:
        blocked, released = threading.Event(), threading.Event()

        async def block(scope: Any, receive: Any, send: Any) -> None:
            try:
                await receive()
                await receive()
            finally:
                blocked.set()
                released.wait()

        applications = WorkerLoop()
        run(applications, block)
        [thread] = [each for each in threading.enumerate() if "applications" in each.name]
        with mock.patch.object(worker_loop, "_GRACE", 0.01):
            applications.close()
        released.set()
        thread.join()
        assert "do not end within 0.01 seconds" in log()[-1]
        assert "block" in log()[-1]


class LoopingWorker(Loops, Worker):
    pass


def work(layer: Any, entry: Any, **messages: Any) -> None:
    """Have a worker handle messages: their channels' names, with ``_`` for the dot."""
    layer.router.add_route(Include([entry]))
    for channel, content in messages.items():
        layer.send(channel.replace("_", "."), content)
    worker = LoopingWorker(layer, signal_handlers=False)
    worker.termed = len(messages)  # type: ignore[assignment]
    worker.run()


class TestInWorker:
    @pytest.mark.parametrize(
        "entry",
        [
            route("chat.remarks", Remarks),
            ChannelNameRouter({"chat.remarks": Remarks.as_asgi()}),
            ProtocolTypeRouter({"channel": ChannelNameRouter({"chat.remarks": Remarks.as_asgi()})}),
        ],
        ids=["route", "names", "protocols"],
    )
    def test_routes(self, layer: Any, entry: Any) -> None:
        work(layer, entry, chat_remarks={"text": "a"})
        assert seen == [(1, {"type": "chat.remarks", "text": "a"})]

    def test_errors_have_its_name(self, layer: Any, log: Lines) -> None:
        """And the worker goes on."""
        router = ChannelNameRouter({"a": Asynchronous.as_asgi(), "b": Asynchronous.as_asgi()})
        work(layer, router, a={"type": "chat.wrong"}, b={"type": "chat.remarks"})
        assert f"Error processing message with consumer {__name__}.Asynchronous:" in log()
        assert len(seen) == 1

    def test_consume_later(self, layer: Any) -> None:
        async def later(scope: Any, receive: Any, send: Any) -> None:
            event = await receive()
            seen.append(event.get("__retries__", 0))
            if len(seen) == 1:
                raise ConsumeLater

        layer.router.add_route(route("jobs", later))
        layer.send("jobs", {})
        worker = LoopingWorker(layer, signal_handlers=False)
        worker.termed = 2  # type: ignore[assignment]
        worker.run()
        assert seen == [0, 1]

    def test_websockets_are_not_its_business(self, layer: Any, log: Lines) -> None:
        work(layer, route("websocket.connect", Asynchronous), websocket_connect={"path": "/"})
        assert f"Error processing message with consumer {__name__}.Asynchronous:" in log()

    def test_nothing_is_logged_at_the_end(
        self, layer: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        work(layer, route("chat.remarks", Remarks), chat_remarks={})
        assert not [each for each in caplog.records if each.levelno > logging.INFO]
