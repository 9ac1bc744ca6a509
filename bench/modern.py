"""The second table: this harness beside ``channels.testing.WebsocketCommunicator``.

Both sides run in one process, on the same consumers. A measure prepares itself, repeats its
operation and returns seconds per operation; each operation checks its own outcome.
Import this after ``django.setup()``.
"""

from __future__ import annotations

import asyncio
import time
import unittest
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from channels import Group
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels.layers import InMemoryChannelLayer, channel_layers
from channels.test import ChannelTestCase, WSClient, apply_routes
from channels.testing import WebsocketCommunicator
from django.test import TestCase

from .workloads import expect, measure_suite, succeed

OPEN = (1, 10, 100, 1000)


@dataclass
class Pair:
    """One workload on both sides: seconds per operation, each time it is called.

    Attributes:
        original: With ``WebsocketCommunicator``, or with ``django.test.TestCase``.
        project: With ``WSClient``, or with ``ChannelTestCase``.
    """

    original: Callable[[], float]
    project: Callable[[], float]


class AsyncEcho(AsyncWebsocketConsumer):
    async def receive(self, text_data: str | None = None, bytes_data: Any = None) -> None:
        await self.send(text_data=text_data)


class SyncEcho(WebsocketConsumer):
    def receive(self, text_data: str | None = None, bytes_data: Any = None) -> None:
        self.send(text_data=text_data)


class Member(AsyncWebsocketConsumer):
    groups = ["bench"]

    async def bench_say(self, event: dict[str, Any]) -> None:
        await self.send(text_data=event["text"])


EVENT = {"type": "bench.say", "text": "ok"}


# Both sides, timed


def in_test(
    consumer: Any, count: int, prepare: Callable[[], Callable[[], None]]
) -> Callable[[], float]:
    """Measure an operation within a `ChannelTestCase` whose routes lead to ``consumer``."""

    class Case(ChannelTestCase):
        def runTest(self) -> None:
            operation = prepare()
            started = time.perf_counter()
            for _ in range(count):
                operation()
            self.seconds = time.perf_counter() - started

    def measure() -> float:
        case = Case()
        with apply_routes([consumer.as_route()]):
            succeed(unittest.TestSuite([case]))
        return case.seconds / count

    return measure


def in_loop(
    count: int, prepare: Callable[[], Awaitable[Callable[[], Awaitable[None]]]]
) -> Callable[[], float]:
    """Measure a coroutine in a loop of its own, on Channels' in-memory layer."""

    async def body() -> float:
        operation = await prepare()
        started = time.perf_counter()
        for _ in range(count):
            await operation()
        return (time.perf_counter() - started) / count

    def measure() -> float:
        kept = channel_layers.set("default", InMemoryChannelLayer(capacity=1000))
        try:
            return asyncio.run(body())
        finally:
            channel_layers.backends.pop("default")
            if kept is not None:
                channel_layers.set("default", kept)

    return measure


# What both sides do


def connected() -> WSClient:
    client = WSClient()
    client.send_and_consume("websocket.connect", path="/")
    return client


async def communicating(consumer: Any) -> WebsocketCommunicator:
    communicator = WebsocketCommunicator(consumer.as_asgi(), "/")
    expect(await communicator.connect(), (True, None))
    return communicator


def echo(consumer: Any, count: int, idle: int = 0) -> Pair:
    """One frame there and back, beside ``idle`` connections that say nothing."""

    def old() -> Callable[[], None]:
        others = [connected() for _ in range(idle)]
        client = connected()

        def operation() -> None:
            client.send_and_consume("websocket.receive", path="/", text="hello")
            expect(client.receive(json=False), "hello")

        operation.others = others  # type: ignore[attr-defined]
        return operation

    async def new() -> Callable[[], Awaitable[None]]:
        others = [await communicating(consumer) for _ in range(idle)]
        communicator = await communicating(consumer)

        async def operation() -> None:
            await communicator.send_to("hello")
            expect(await communicator.receive_from(), "hello")

        operation.others = others  # type: ignore[attr-defined]
        return operation

    return Pair(in_loop(count, new), in_test(consumer, count, old))


def connect(consumer: Any, count: int, idle: int = 0) -> Pair:
    """One connection opened and closed, beside ``idle`` others."""

    def old() -> Callable[[], None]:
        others = [connected() for _ in range(idle)]

        def operation() -> None:
            client = connected()
            client.send_and_consume("websocket.disconnect", path="/")

        operation.others = others  # type: ignore[attr-defined]
        return operation

    async def new() -> Callable[[], Awaitable[None]]:
        others = [await communicating(consumer) for _ in range(idle)]

        async def operation() -> None:
            communicator = await communicating(consumer)
            await communicator.disconnect()

        operation.others = others  # type: ignore[attr-defined]
        return operation

    return Pair(in_loop(count, new), in_test(consumer, count, old))


def group(count: int, members: int) -> Pair:
    """One message to a group, received by all its members."""

    def old() -> Callable[[], None]:
        clients = [connected() for _ in range(members)]

        def operation() -> None:
            Group("bench").send(EVENT, immediately=True)
            for client in clients:
                expect(client.receive(json=False), "ok")

        return operation

    async def new() -> Callable[[], Awaitable[None]]:
        communicators = [await communicating(Member) for _ in range(members)]

        async def operation() -> None:
            await channel_layers["default"].group_send("bench", EVENT)
            for communicator in communicators:
                expect(await communicator.receive_from(), "ok")

        return operation

    return Pair(in_loop(count, new), in_test(Member, count, old))


def nothing(count: int, original_count: int) -> Pair:
    """To know that nothing more comes."""

    def old() -> Callable[[], None]:
        client = connected()

        def operation() -> None:
            expect(client.receive(), None)

        return operation

    async def new() -> Callable[[], Awaitable[None]]:
        communicator = await communicating(AsyncEcho)

        async def operation() -> None:
            expect(await communicator.receive_nothing(), True)

        return operation

    return Pair(in_loop(original_count, new), in_test(AsyncEcho, count, old))


PAIRS = {
    "modern echo, async consumer": echo(AsyncEcho, 1000),
    "modern echo, sync consumer": echo(SyncEcho, 500),
    "modern connect and disconnect, async consumer": connect(AsyncEcho, 300),
    "modern connect and disconnect, sync consumer": connect(SyncEcho, 200),
    "modern group delivery to 100 connections": group(30, 100),
    "modern nothing more comes": nothing(1000, 3),
}

# How the cost of one operation grows with the connections that are open beside it.
GROWTH = {
    **{f"modern echo beside {n:,} open": echo(AsyncEcho, 500, n) for n in OPEN},
    **{f"modern connect beside {n:,} open": connect(AsyncEcho, 100, n) for n in OPEN},
}


def nothing_to_do(case: Any) -> None:
    pass


# What the harness adds to a test that does not use it.
EMPTY = {
    "empty test": Pair(
        measure_suite(nothing_to_do, 1000, TestCase),
        measure_suite(nothing_to_do, 1000, ChannelTestCase),
    ),
}
