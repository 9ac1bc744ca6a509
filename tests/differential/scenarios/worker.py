"""``Worker`` and ``WorkerGroup``."""

from unittest import mock

from channels import Channel, Group, channel_layers, route
from channels.exceptions import (
    ChannelSocketException,
    ConsumeLater,
    DenyConnection,
    WebsocketCloseException,
)
from channels.message import pending_message_store
from channels.signals import consumer_finished, consumer_started, worker_ready
from channels.test import apply_routes
from channels.worker import Worker, WorkerGroup

from tests.differential.recorder import scenario


class PatchedWorker(Worker):
    """A worker that takes a given number of turns."""

    turns = 0

    @property
    def termed(self):
        self.turns -= 1
        return self.turns < 0

    @termed.setter
    def termed(self, value):
        pass


def work(turns, **kwargs):
    worker = PatchedWorker(channel_layers["default"], signal_handlers=False, **kwargs)
    worker.turns = turns
    with mock.patch("time.sleep"):
        worker.run()
    return worker


def forward(message, **kwargs):
    Channel("out").send({"value": message["value"], "kwargs": kwargs})


@scenario
def runs_consumers(t):
    with apply_routes([route("in", forward, path=r"^/(?P<room>\w+)")]):
        Channel("in").send({"value": 1, "path": "/a"})
        Channel("in").send({"value": 2, "path": "/b"})
        work(2)
        t.messages("out")


@scenario
def constructor(t):
    worker = Worker(channel_layers["default"])
    for name in [
        "callback",
        "message_retries",
        "signal_handlers",
        "only_channels",
        "exclude_channels",
        "termed",
        "in_job",
    ]:
        t.note(name, getattr(worker, name))
    t.note("layer", worker.channel_layer is channel_layers["default"])
    worker = Worker(channel_layers["default"], "callback", 3, False, ["only"], ["exclude"])
    t.note(
        "positional",
        [worker.callback, worker.message_retries, worker.only_channels, worker.exclude_channels],
    )


@scenario
def channel_filters(t):
    channels = ["a", "b", "http.request", "websocket.connect", "websocket.receive"]

    def filtered(**kwargs):
        return list(Worker(channel_layers["default"], **kwargs).apply_channel_filters(channels))

    t.note("none", filtered())
    t.note("only", filtered(only_channels=["websocket.*", "a"]))
    t.note("exclude", filtered(exclude_channels=["websocket.*", "a"]))
    t.note("both", filtered(only_channels=["websocket.*"], exclude_channels=["*.receive"]))
    t.note("case", filtered(only_channels=["A"]))


@scenario
def only_channels_are_read(t):
    with apply_routes([route("in", forward), route("other", forward)]):
        Channel("in").send({"value": 1})
        Channel("other").send({"value": 2})
        work(2, only_channels=["in"])
        t.messages("out")
        t.messages("other")


@scenario
def callback(t):
    seen = []
    with apply_routes([route("in", forward)]):
        Channel("in").send({"value": 1})
        work(1, callback=lambda channel, message: seen.append([channel, message]))
    t.note("seen", seen)


@scenario
def logs(t):
    def failing(message):
        raise ValueError("a failing consumer")

    with apply_routes(
        [route("in", forward), route("in2", failing), route("filtered", forward, path="^/x")]
    ):
        Channel("in").send({"value": 1, "reply_channel": "r"})
        with t.logs("django.channels"):
            work(1, only_channels=["in"])
        Channel("in2").send({"value": 1})
        with t.logs("django.channels"):
            work(1, only_channels=["in2"])
        Channel("filtered").send({"value": 1})
        with t.logs("django.channels"):
            work(1, only_channels=["filtered"])


@scenario
def errors_do_not_stop_it(t):
    def failing(message):
        Channel("out").send({"before": True})
        raise ValueError("a failing consumer")

    with apply_routes([route("in", failing)]):
        Channel("in").send({"n": 1})
        Channel("in").send({"n": 2})
        with t.logs("django.channels"):
            work(2)
    t.messages("out")
    t.note("active", pending_message_store.active)


@scenario
def consume_later_requeues(t):
    seen = []

    def later(message):
        seen.append([message.get("__retries__"), getattr(message, "__doomed__", False)])
        raise ConsumeLater()

    with apply_routes([route("in", later)]):
        Channel("in").send({"value": 1})
        work(1)
        t.messages("in")
        Channel("in").send({"value": 1})
        with t.logs("django.channels"):
            work(14)
        t.messages("in")
    t.note("seen", seen)


@scenario
def consume_later_retries_of_ones_own(t):
    def later(message):
        raise ConsumeLater()

    with apply_routes([route("in", later)]):
        Channel("in").send({"value": 1})
        with t.logs("django.channels"):
            work(5, message_retries=2)
        t.messages("in")


@scenario
def consume_later_onto_a_full_channel(t):
    def later(message):
        for number in range(10):
            Channel("in").send({"filler": number}, immediately=True)
        raise ConsumeLater()

    with apply_routes([route("in", later)]):
        Channel("in").send({"value": 1})
        work(1)
        t.messages("in")


@scenario
def deny_connection(t):
    def deny(message):
        raise DenyConnection()

    with apply_routes([route("websocket.connect", deny), route("websocket.receive", deny)]):
        Channel("websocket.connect").send({"reply_channel": "r", "path": "/"})
        work(1, only_channels=["websocket.connect"])
        t.messages("r")
        Channel("websocket.receive").send({"reply_channel": "r", "path": "/"})
        t.raises("elsewhere", work, 1, only_channels=["websocket.receive"])
        t.messages("r")


@scenario
def socket_exceptions_run(t):
    class Goodbye(ChannelSocketException):
        def run(self, message):
            message.reply_channel.send({"goodbye": True})

    def leave(message):
        raise Goodbye()

    def close(message):
        raise WebsocketCloseException(4000)

    with apply_routes([route("in", leave), route("ws", close)]):
        Channel("in").send({"reply_channel": "r"})
        work(1, only_channels=["in"])
        t.messages("r")
        Channel("ws").send({"reply_channel": "websocket.send!r"})
        work(1, only_channels=["ws"])
        t.messages("websocket.send!")
        Channel("ws").send({"reply_channel": "r"})
        t.raises("no websocket", work, 1, only_channels=["ws"])


@scenario
def signals(t):
    seen = []

    def started(sender, **kwargs):
        seen.append(["started", issubclass(sender, Worker), sorted(set(kwargs) - {"signal"})])

    def finished(sender, **kwargs):
        seen.append(["finished", issubclass(sender, Worker), sorted(set(kwargs) - {"signal"})])

    from django.db import close_old_connections

    consumer_finished.disconnect(close_old_connections)
    consumer_started.connect(started)
    consumer_finished.connect(finished)
    try:
        with apply_routes([route("in", lambda message: seen.append("consumer"))]):
            Channel("in").send({"value": 1})
            work(2)
    finally:
        consumer_started.disconnect(started)
        consumer_finished.disconnect(finished)
        consumer_finished.connect(close_old_connections)
    t.note("seen", seen)


@scenario
def ready(t):
    seen = []

    def receiver(sender, **kwargs):
        seen.append(sender)

    worker_ready.connect(receiver)
    try:
        worker = Worker(channel_layers["default"], signal_handlers=False)
        worker.ready()
        t.note("sender", seen == [worker])
        group = WorkerGroup(channel_layers["default"], signal_handlers=False, n_threads=3)
        group.ready()
        t.note("group", [len(seen), seen[1] is group, seen[2:] == group.workers])
    finally:
        worker_ready.disconnect(receiver)


@scenario
def group_of_workers(t):
    group = WorkerGroup(channel_layers["default"], n_threads=3, only_channels=["a"])
    t.note("workers", len(group.workers))
    t.note(
        "handlers", [group.signal_handlers] + [worker.signal_handlers for worker in group.workers]
    )
    t.note("filters", [worker.only_channels for worker in group.workers])
    t.note("subclass", issubclass(WorkerGroup, Worker))
    t.note("one thread", len(WorkerGroup(channel_layers["default"], n_threads=1).workers))


@scenario
def signal_handler(t):
    worker = Worker(channel_layers["default"])
    with t.logs("django.channels"):
        worker.in_job = True
        t.raises("busy", worker.sigterm_handler, 15, None)
        t.note("termed", worker.termed)
        worker.in_job = False
        try:
            worker.sigterm_handler(15, None)
        except SystemExit as error:
            t.note("idle", error.code)
        try:
            WorkerGroup(channel_layers["default"], n_threads=1).sigterm_handler(15, None)
        except SystemExit as error:
            t.note("group", error.code)


@scenario
def idle_turns_sleep(t):
    slept = []
    worker = PatchedWorker(channel_layers["default"], signal_handlers=False)
    worker.turns = 3
    with mock.patch("time.sleep", slept.append):
        worker.run()
    t.note("slept", slept)


@scenario
def pending_messages_of_groups(t):
    def consumer(message):
        Group("g").add("out")
        Group("g").send({"value": 1})

    with apply_routes([route("in", consumer)]):
        Channel("in").send({})
        work(1)
    t.messages("out")


@scenario
def message_attributes(t):
    seen = []

    def consumer(message):
        seen.append(
            [
                message.channel.name,
                str(message.reply_channel),
                message.channel_layer is channel_layers["default"],
            ]
        )

    with apply_routes([route("in", consumer)]):
        Channel("in").send({"reply_channel": "websocket.send!a"})
        work(1)
    t.note("seen", seen)
