from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from unittest import mock

import pytest
from channeltest.compat.exceptions import (
    ConsumeLater,
    DenyConnection,
    WebsocketCloseException,
)
from channeltest.compat.message import Message
from channeltest.compat.pending import pending_message_store
from channeltest.compat.routing import route
from channeltest.compat.signals import consumer_finished, consumer_started, worker_ready
from channeltest.compat.worker import EventWorker, Worker, WorkerGroup

from ..processes import PATIENCE
from .conftest import Lines
from .looping import Loops
from .requesting import wrapped

# The signals around requests and consumers look after the database connections.
pytestmark = pytest.mark.django_db


class LoopingWorker(Loops, Worker):
    pass


@pytest.fixture
def layer() -> Any:
    return wrapped()


@pytest.fixture
def events() -> Iterator[list[Any]]:
    """The consumer signals sent, in order; tests add what else happens."""
    seen: list[Any] = []

    def started(sender: Any, **kwargs: Any) -> None:
        seen.append(("started", sender, kwargs["environ"]))

    def finished(sender: Any, **kwargs: Any) -> None:
        seen.append(("finished", sender))

    consumer_started.connect(started)
    consumer_finished.connect(finished)
    yield seen
    consumer_started.disconnect(started)
    consumer_finished.disconnect(finished)


def work(layer: Any, loops: int = 1, **kwargs: Any) -> None:
    worker = LoopingWorker(layer, signal_handlers=False, **kwargs)
    worker.termed = loops  # type: ignore[assignment]
    worker.run()


def handle(
    layer: Any, consumer: Any, content: Any = None, channel: str = "test", **kw: Any
) -> None:
    """Route ``channel`` to ``consumer``, send one message to it and let a worker loop once."""
    layer.router.add_route(route(channel, consumer))
    layer.send(channel, content or {})
    work(layer, **kw)


def raising(exception: Any) -> Callable[..., None]:
    def consumer(message: Message) -> None:
        raise exception

    return consumer


class TestRun:
    def test_consumer(self, layer: Any) -> None:
        consumer = mock.Mock()
        handle(layer, consumer, {"a": 1})
        [message] = consumer.call_args.args
        assert (message.content, message.channel.name) == ({"a": 1}, "test")
        assert message.channel_layer is layer

    def test_keyword_arguments_of_the_route(self, layer: Any) -> None:
        consumer = mock.Mock()
        layer.router.add_route(route("test", consumer, path="/(?P<room>[a-z]+)/"))
        layer.send("test", {"path": "/lobby/"})
        work(layer)
        assert consumer.call_args.kwargs == {"room": "lobby"}

    def test_one_message_for_each_look_at_termed(self, layer: Any) -> None:
        consumer = mock.Mock()
        layer.send("test", {})
        layer.send("test", {})
        handle(layer, consumer, loops=2)
        assert consumer.call_count == 2

    @pytest.mark.parametrize(
        "content",
        [
            {"path": 5},
            {"path": None},
            {"path": ["/"]},
            {"path": "/", "__retries__": "x"},
        ],
    )
    def test_a_forged_message(self, layer: Any, log: Lines, content: dict[str, Any]) -> None:
        """It is dropped, and the worker goes on."""
        later: list[dict[str, Any]] = []

        def consumer(message: Message) -> None:
            if "__retries__" in message:
                raise ConsumeLater
            later.append(message.content)

        layer.router.add_route(route("test", consumer, path=r"^/"))
        layer.send("test", content)
        layer.send("test", {"path": "/next/"})
        work(layer, loops=2)
        assert later == [{"path": "/next/"}]
        assert any("is dropped" in line or "Error processing" in line for line in log())

    def test_no_message(self, layer: Any) -> None:
        with mock.patch.object(layer.channel_layer, "receive_many", return_value=(None, None)) as m:
            work(layer, loops=2)
        assert m.call_args_list == [mock.call(set(), block=True)] * 2

    def test_in_job(self, layer: Any) -> None:
        seen = []
        layer.router.add_route(route("test", lambda message: seen.append(worker.in_job)))
        layer.send("test", {})
        worker = LoopingWorker(layer, signal_handlers=False)
        worker.termed = 1  # type: ignore[assignment]
        assert not worker.in_job
        worker.run()
        assert seen == [True]

    def test_signals(self, layer: Any, events: list[Any]) -> None:
        handle(layer, lambda message: events.append("consumer"))
        assert events == [
            ("started", LoopingWorker, {}),
            "consumer",
            ("finished", LoopingWorker),
        ]

    def test_held_back_messages_are_sent(self, layer: Any) -> None:
        handle(layer, lambda message: message.channel.send({"again": True}))
        assert layer.receive(["test"]) == ("test", {"again": True})

    def test_callback(self, layer: Any) -> None:
        order = mock.Mock()
        handle(layer, order.consumer, callback=order.callback)
        (name, args, _), consumer = order.mock_calls
        assert (name, args[0], args[1].content) == ("callback", "test", {})
        assert consumer[0] == "consumer"

    def test_log(self, layer: Any, log: Lines) -> None:
        layer.router.add_route(route("another", route))
        handle(layer, raising, {"reply_channel": "me"}, exclude_channels=["anot*"])
        assert log()[:3] == [
            "Listening on channels test",
            "Got message on test (reply me)",
            f"Dispatching message on test to {__name__}.raising",
        ]

    def test_no_route(self, layer: Any, log: Lines, events: list[Any]) -> None:
        layer.router.add_route(route("test", mock.Mock(), path="^/x"))
        layer.send("test", {"path": "/y"})
        work(layer)
        assert log()[-1] == "Could not find match for message on test! Check your routing."
        assert events == []

    @pytest.mark.parametrize("exception", [ValueError("bad"), SystemExit(1)])
    def test_consumer_that_raises(
        self,
        layer: Any,
        log: Lines,
        events: list[Any],
        caplog: pytest.LogCaptureFixture,
        exception: BaseException,
    ) -> None:
        consumer = raising(exception)
        handle(layer, consumer)
        name = f"{__name__}.consumer"
        assert log()[-1] == f"Error processing message with consumer {name}:"
        assert caplog.records[-1].exc_info[1] is exception  # type: ignore[index]
        assert events[-1] == ("finished", LoopingWorker)

    def test_messages_that_cannot_be_sent(self, layer: Any, log: Lines) -> None:
        """They cost the worker no more than its consumer's mistakes do."""

        def consumer(message: Message) -> None:
            message.channel.send({"n": 1})

        with mock.patch("channeltest.compat.channel.Channel.send", raises_when_sent):
            handle(layer, consumer)
        assert log()[-1] == f"Error sending the messages of consumer {__name__}.consumer:"

    def test_a_layer_out_of_reach(self, layer: Any, log: Lines) -> None:
        receive = mock.Mock(side_effect=[ConnectionError("down"), ("test", {}), (None, None)])
        layer.channel_layer.unreachable = (ConnectionError,)
        consumer = mock.Mock()
        layer.router.add_route(route("test", consumer))
        with mock.patch.object(layer.channel_layer, "receive_many", receive):
            work(layer, loops=2)
        consumer.assert_called_once()
        assert "The worker cannot reach the channel layer default" in log()[1]
        assert "The worker has reached" in log()[2]


def raises_when_sent(channel: Any, content: Any, immediately: bool = False) -> None:
    if immediately:
        raise RuntimeError("full")
    pending_message_store.append(channel, content)


class TestChannelFilters:
    @pytest.mark.parametrize(
        ("only", "exclude", "left"),
        [
            (None, None, ["yes.1", "no.1", "maybe.2"]),
            (["yes.*", "maybe.*"], None, ["yes.1", "maybe.2"]),
            (None, ["no.?"], ["yes.1", "maybe.2"]),
            (["*.1"], ["no.*"], ["yes.1"]),
            (["YES.*"], None, []),
        ],
    )
    def test_filters(self, only: Any, exclude: Any, left: list[str]) -> None:
        worker = Worker(None, only_channels=only, exclude_channels=exclude)
        assert worker.apply_channel_filters(["yes.1", "no.1", "maybe.2"]) == left

    def test_run_listens_on_what_is_left(self, layer: Any) -> None:
        consumer = mock.Mock()
        handle(layer, consumer, only_channels=["other"])
        consumer.assert_not_called()
        assert layer.receive(["test"]) == ("test", {})


class TestConsumeLater:
    def test_message_is_put_back(self, layer: Any) -> None:
        handle(layer, raising(ConsumeLater), {"a": 1})
        assert layer.receive(["test"]) == ("test", {"a": 1, "__retries__": 1})

    def test_as_often_as_allowed(self, layer: Any, log: Lines) -> None:
        consumer = mock.Mock(side_effect=ConsumeLater)
        handle(layer, consumer, {"a": 1}, loops=10, message_retries=3)
        assert consumer.call_count == 4
        assert (
            "Exceeded number of retries for message on channel test: "
            "{'a': 1, '__retries__': 4}" in log()
        )

    def test_last_try_is_doomed(self, layer: Any) -> None:
        doomed = []

        def consumer(message: Message) -> None:
            doomed.append(getattr(message, "__doomed__", False))
            raise ConsumeLater

        handle(layer, consumer, loops=3, message_retries=2)
        assert doomed == [False, False, True]

    def test_full_channel(self, layer: Any) -> None:
        layer.send = mock.Mock(side_effect=[None, layer.ChannelFull, None])
        layer.receive_many = mock.Mock(return_value=("test", {}))
        worker = mock.patch.object(Worker, "retry_interval", 0)
        with worker:
            handle(layer, raising(ConsumeLater))
        assert layer.send.call_args_list[1:] == [mock.call("test", {"__retries__": 1})] * 2

    def test_channel_that_stays_full(self, layer: Any) -> None:
        layer.router.add_route(route("test", raising(ConsumeLater)))
        layer.send = mock.Mock(side_effect=layer.ChannelFull)
        layer.receive_many = mock.Mock(return_value=("test", {}))
        with mock.patch.object(Worker, "retry_interval", 0):
            work(layer)
        assert layer.send.call_count == 10


class TestDenyConnection:
    def test_connection_is_closed(self, layer: Any) -> None:
        content = {"reply_channel": "websocket.send!x"}
        handle(layer, raising(DenyConnection), content, channel="websocket.connect")
        assert layer.receive(["websocket.send!"]) == ("websocket.send!x", {"close": True})

    def test_elsewhere(self, layer: Any, events: list[Any], caplog: Any) -> None:
        """The worker goes on: one wrong consumer is not to end it for all others."""
        with caplog.at_level("ERROR", "django.channels"):
            handle(layer, raising(DenyConnection))
        assert "You cannot DenyConnection from a non-websocket.connect handler." in caplog.text
        assert events[-1] == ("finished", LoopingWorker)

    @pytest.mark.parametrize("exception", [DenyConnection, WebsocketCloseException(4001)])
    def test_no_reply_channel(self, layer: Any, caplog: Any, exception: Any) -> None:
        with caplog.at_level("ERROR", "django.channels"):
            handle(layer, raising(exception), channel="websocket.connect")
        assert "Error processing message with consumer" in caplog.text

    def test_channel_socket_exception(self, layer: Any) -> None:
        content = {"reply_channel": "websocket.send!x"}
        handle(layer, raising(WebsocketCloseException(4001)), content)
        assert layer.receive(["websocket.send!"]) == ("websocket.send!x", {"close": 4001})


class TestSignals:
    def test_ready(self) -> None:
        with mock.patch.object(worker_ready, "send") as send:
            worker = Worker(None)
            worker.ready()
        send.assert_called_once_with(sender=worker)

    def test_handlers(self, layer: Any) -> None:
        with mock.patch("signal.signal") as install:
            worker = LoopingWorker(layer)
            worker.run()
        assert install.call_args_list == [
            mock.call(signal.SIGTERM, worker.sigterm_handler),
            mock.call(signal.SIGINT, worker.sigterm_handler),
        ]

    def test_while_idle(self, log: Lines) -> None:
        worker = Worker(None)
        with pytest.raises(SystemExit) as caught:
            worker.sigterm_handler(signal.SIGTERM, None)
        assert (caught.value.code, worker.termed) == (0, True)
        assert log() == ["Shutdown signal received while idle, terminating immediately"]

    def test_while_idle_on_a_layer_that_can_be_woken(self, log: Lines) -> None:
        """Its `receive` may have taken a message already: that one is handled, then it ends."""
        woken = threading.Event()
        layer = mock.Mock(unreachable=(ConnectionError,))
        layer.wake_readers.side_effect = woken.set
        worker = Worker(layer)
        worker.sigterm_handler(signal.SIGTERM, None)
        assert woken.wait(PATIENCE)
        assert worker.termed

    def test_while_busy(self, log: Lines) -> None:
        worker = Worker(None)
        worker.in_job = True
        worker.sigterm_handler(signal.SIGTERM, None)
        assert worker.termed
        assert log() == ["Shutdown signal received while busy, waiting for loop termination"]


class TestWorkerGroup:
    def test_workers(self, layer: Any) -> None:
        group = WorkerGroup(layer, message_retries=2, n_threads=4)
        assert [type(worker) for worker in group.workers] == [Worker] * 3
        assert {worker.message_retries for worker in [group, *group.workers]} == {2}
        assert [worker.signal_handlers for worker in [group, *group.workers]] == [True] + [
            False
        ] * 3

    def test_one_for_each_processor(self) -> None:
        with mock.patch("multiprocessing.cpu_count", return_value=3):
            assert len(WorkerGroup(None).workers) == 2

    def test_ready(self) -> None:
        with mock.patch.object(worker_ready, "send") as send:
            WorkerGroup(None, n_threads=4).ready()
        assert send.call_count == 4

    def test_sigterm(self, log: Lines) -> None:
        with pytest.raises(SystemExit) as caught:
            WorkerGroup(None, n_threads=1).sigterm_handler(signal.SIGTERM, None)
        assert caught.value.code == 0
        assert log() == ["Shutdown signal received by WorkerGroup, terminating immediately."]

    def test_run(self, layer: Any) -> None:
        names: list[str] = []
        together = threading.Barrier(2, timeout=PATIENCE)

        def consumer(message: Message) -> None:
            names.append(threading.current_thread().name)
            together.wait()
            for worker in [group, *group.workers]:
                worker.termed = True

        layer.router.add_route(route("test", consumer))
        layer.send("test", {})
        layer.send("test", {})
        group = WorkerGroup(layer, signal_handlers=False, n_threads=2)
        group.run()
        for thread in group.threads:
            thread.join()
        assert len(set(names)) == 2
        assert threading.current_thread().name in names


class EventLayer:
    """As much of a layer of Channels 4 as its worker uses."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self.messages = list(messages)

    async def receive(self, channel: str) -> dict[str, Any]:
        if not self.messages:
            raise EOFError(channel)
        await asyncio.sleep(0)
        return self.messages.pop(0)


class TestApplications:
    """What Channels 4 does with its worker works with this one."""

    @pytest.mark.parametrize(
        ("args", "kwargs"),
        [
            (("app", ["a"], "layer"), {}),
            (("app", ("a",), "layer", 5), {}),
            (("app", ["a"]), {"channel_layer": "layer"}),
            (("app",), {"channels": ["a"], "channel_layer": "layer"}),
            ((), {"application": "app", "channels": ["a"], "channel_layer": "layer"}),
        ],
    )
    def test_arguments(self, args: Any, kwargs: Any) -> None:
        worker = Worker(*args, **kwargs)
        assert isinstance(worker, EventWorker)
        assert (worker.application, worker.channel_layer) == ("app", "layer")
        assert list(worker.channels) == ["a"]
        assert worker.max_applications == (args[3] if len(args) == 4 else 1000)

    def test_no_layer(self) -> None:
        with pytest.raises(ValueError, match="Channel layer is not valid"):
            Worker("app", ["a"], None)  # type: ignore[call-overload]

    def test_missing_argument(self) -> None:
        with pytest.raises(TypeError, match="channel_layer"):
            Worker(application="app", channels=["a"])  # type: ignore[call-overload]

    @pytest.mark.parametrize("args", [("layer",), ("layer", None), ("layer", print, 3, False)])
    def test_arguments_of_channels_1(self, args: Any) -> None:
        worker = Worker(*args)
        assert (worker.channel_layer, worker.termed) == ("layer", False)

    def test_run(self) -> None:
        got = []

        async def application(scope: Any, receive: Any, send: Any) -> None:
            got.append((scope, await receive()))

        # A worker of Channels 4 runs on the thread's loop, and leaves it open.
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        with closing(loop), pytest.raises(EOFError, match="jobs"):
            Worker(application, ["jobs"], EventLayer({"type": "work"})).run()
        asyncio.set_event_loop(None)
        assert got == [({"type": "channel", "channel": "jobs"}, {"type": "work"})]
