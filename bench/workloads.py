"""The workloads, in the Channels 1 dialect only: one file for both stacks.

A workload prepares itself and returns the operation to repeat; each operation checks its own
outcome, so that neither stack can be fast by doing nothing. A suite is a whole test case class.
Import this after ``django.setup()``.
"""

from __future__ import annotations

import time
import unittest
from collections.abc import Callable, Sequence
from typing import Any

from channels import Group, include, route
from channels.auth import channel_session_user_from_http
from channels.binding.websockets import WebsocketBinding
from channels.generic.websockets import JsonWebsocketConsumer, WebsocketConsumer
from channels.message import Message
from channels.sessions import channel_session, enforce_ordering
from channels.test import ChannelTestCase, Client, WSClient, apply_routes
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore

from .models import Reading

WORKLOADS: dict[str, Callable[[], float]] = {}


def workload(name: str, *, count: int, routes: Sequence[Any] = ()) -> Callable[..., Any]:
    """Register a function that returns an operation; its figure is seconds per operation."""

    def register(prepare: Callable[[], Callable[[], None]]) -> Callable[[], Callable[[], None]]:
        class Case(ChannelTestCase):
            def runTest(self) -> None:
                operation = prepare()
                started = time.perf_counter()
                for _ in range(count):
                    operation()
                self.seconds = time.perf_counter() - started

        def measure() -> float:
            case = Case()
            with apply_routes(list(routes) or [route("bench.unused", square)]):
                succeed(unittest.TestSuite([case]))
            return case.seconds / count

        WORKLOADS[name] = measure
        return prepare

    return register


def suite(name: str, *, count: int) -> Callable[..., Any]:
    """Register a test body; its figure is seconds per test of a class of ``count`` such tests."""

    def register(body: Callable[[Any], None]) -> Callable[[Any], None]:
        WORKLOADS[name] = measure_suite(body, count, ChannelTestCase)
        return body

    return register


def measure_suite(body: Callable[[Any], None], count: int, base: Any) -> Callable[[], float]:
    """Return what measures the seconds per test of a class of ``count`` such tests."""
    methods = {f"test_{number:04}": body for number in range(count)}
    case = type("Case", (base,), dict(methods))

    def measure() -> float:
        tests = unittest.defaultTestLoader.loadTestsFromTestCase(case)
        with apply_routes([route("websocket.connect", accept)]):
            started = time.perf_counter()
            succeed(tests)
            return (time.perf_counter() - started) / count

    return measure


def succeed(tests: unittest.TestSuite) -> None:
    """Run the tests and raise the first failure's traceback, if any."""
    result = unittest.TestResult()
    tests.run(result)
    for _, traceback in result.errors + result.failures:
        raise RuntimeError(traceback)


def expect(got: Any, wanted: Any) -> None:
    if got != wanted:
        raise AssertionError(f"{got!r} != {wanted!r}")


# The consumers


def square(message: Any) -> None:
    message.reply_channel.send({"square": message["value"] ** 2})


def accept(message: Any, **kwargs: Any) -> None:
    message.reply_channel.send({"accept": True})


def echo(message: Any, **kwargs: Any) -> None:
    message.reply_channel.send({"text": message["text"]})


def ignore(message: Any, **kwargs: Any) -> None:
    pass


@channel_session
def accept_with_session(message: Any) -> None:
    message.channel_session["seen"] = True
    message.reply_channel.send({"accept": True})


@channel_session_user_from_http
def accept_with_user(message: Any) -> None:
    message.reply_channel.send({"accept": message.user.is_authenticated})


class Echo(WebsocketConsumer):
    def receive(self, text: Any = None, bytes: Any = None, **kwargs: Any) -> None:
        self.send(text=text, bytes=bytes)


class JsonEcho(JsonWebsocketConsumer):
    def receive(self, content: Any, **kwargs: Any) -> None:
        self.send(content)


class UserEcho(JsonWebsocketConsumer):
    http_user = True
    groups = ["bench-readers"]


class ReadingBinding(WebsocketBinding):
    model = Reading
    stream = "reading"
    fields = ["name", "value"]

    @classmethod
    def group_names(cls, instance: Any) -> Any:
        return ["reading-updates"]

    def has_permission(self, user: Any, action: Any, pk: Any) -> bool:
        return True


FUNCTION_ROUTES = [
    route("websocket.connect", accept),
    route("websocket.receive", echo),
    route("websocket.disconnect", ignore),
]


# The workloads


@workload("function consumer round trip", count=2000, routes=[route("bench.square", square)])
def function_round_trip() -> Callable[[], None]:
    client = Client()

    def operation() -> None:
        client.send_and_consume("bench.square", {"value": 7})
        expect(client.receive(), {"square": 49})

    return operation


@workload("websocket echo, function consumer", count=2000, routes=FUNCTION_ROUTES)
def function_echo() -> Callable[[], None]:
    return echo_over(WSClient(), "hello")


@workload("websocket echo, WebsocketConsumer", count=2000, routes=[Echo.as_route(path="^/echo/$")])
def class_echo() -> Callable[[], None]:
    return echo_over(WSClient(), "hello")


@workload(
    "websocket echo, JsonWebsocketConsumer", count=2000, routes=[JsonEcho.as_route(path="^/echo/$")]
)
def json_echo() -> Callable[[], None]:
    return echo_over(WSClient(), {"say": "hello", "to": ["a", "b"]})


@workload(
    "ordered echo, enforce_ordering",
    count=300,
    routes=[
        route("websocket.connect", enforce_ordering(accept)),
        route("websocket.receive", enforce_ordering(echo)),
    ],
)
def ordered_echo() -> Callable[[], None]:
    return echo_over(WSClient(ordered=True), "hello")


def echo_over(client: Any, content: Any) -> Callable[[], None]:
    client.send_and_consume("websocket.connect", path="/echo/")

    def operation() -> None:
        client.send_and_consume("websocket.receive", path="/echo/", text=content)
        expect(client.receive(json=not isinstance(content, str)), content)

    return operation


@workload("connect and disconnect, function consumers", count=300, routes=FUNCTION_ROUTES)
def function_connect() -> Callable[[], None]:
    return connect_and_disconnect


@workload("connect and disconnect, WebsocketConsumer", count=300, routes=[Echo.as_route()])
def class_connect() -> Callable[[], None]:
    return connect_and_disconnect


def connect_and_disconnect() -> None:
    client = WSClient()
    client.send_and_consume("websocket.connect", path="/echo/")
    client.send_and_consume("websocket.disconnect", path="/echo/")


@workload("connect, its query of the session alone (Django's)", count=300)
def session_query() -> Callable[[], None]:
    """What both stacks spend in Django on a connect: no change of ours makes it faster."""

    def operation() -> None:
        expect(list(SessionStore("no-such-session").keys()), [])

    return operation


@workload(
    "connect, channel_session",
    count=200,
    routes=[route("websocket.connect", accept_with_session)],
)
def session_connect() -> Callable[[], None]:
    def operation() -> None:
        WSClient().send_and_consume("websocket.connect")

    return operation


@workload(
    "connect, logged in, channel_session_user_from_http",
    count=100,
    routes=[route("websocket.connect", accept_with_user)],
)
def user_connect() -> Callable[[], None]:
    return connect_logged_in()


@workload("connect, logged in, http_user", count=100, routes=[UserEcho.as_route()])
def http_user_connect() -> Callable[[], None]:
    return connect_logged_in()


def connect_logged_in() -> Callable[[], None]:
    user = get_user_model().objects.create(username="bench")

    def operation() -> None:
        client = WSClient()
        client.force_login(user)
        client.send_and_consume("websocket.connect")

    return operation


@workload("group delivery to 100 clients", count=40)
def group_delivery() -> Callable[[], None]:
    clients = [WSClient() for _ in range(100)]
    for client in clients:
        client.join_group("bench")

    def operation() -> None:
        Group("bench").send({"text": "ok"}, immediately=True)
        for client in clients:
            expect(client.receive(json=False), "ok")

    return operation


@workload("binding save", count=300)
def binding_save() -> Callable[[], None]:
    reading = Reading.objects.create(name="bench")
    client = WSClient()
    client.join_group("reading-updates")

    def operation() -> None:
        reading.value += 1
        reading.save()
        expect(client.receive()["payload"]["data"], {"name": "bench", "value": reading.value})

    return operation


@workload(
    "match of 50 routes in nested includes",
    count=300,
    routes=[
        include(
            [
                include(
                    [
                        route("websocket.receive", echo, path=rf"^/page{page}/(?P<slug>[^/]+)/$")
                        for page in range(10)
                    ],
                    path=rf"^/chapter{chapter}",
                )
                for chapter in range(5)
            ],
            path=r"^/book",
        )
    ],
)
def nested_match() -> Callable[[], None]:
    layer = Client().channel_layer
    content = {"path": "/book/chapter4/page9/end/", "text": ""}

    def operation() -> None:
        message = Message(content, "websocket.receive", layer)
        expect(layer.router.match(message), (echo, {"slug": "end"}))

    return operation


@suite("ChannelTestCase test with one connect", count=1000)
def connecting_test(case: Any) -> None:
    WSClient().send_and_consume("websocket.connect")
