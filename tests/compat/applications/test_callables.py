"""What counts as an ASGI application among routes, and how each kind is run."""

from __future__ import annotations

import asyncio
import functools
from unittest import mock

import pytest
from asgiref.compatibility import double_to_single_callable
from channels.auth import AuthMiddlewareStack
from channels.consumer import AsyncConsumer, SyncConsumer
from channels.middleware import BaseMiddleware
from channels.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from channeltest.compat.applications.callables import is_application, single_callable
from channeltest.compat.generic.websockets import WebsocketConsumer
from django.core.asgi import get_asgi_application


async def function(scope, receive, send):
    await send(scope["type"])


class Instances:
    async def __call__(self, scope, receive, send):
        await send(scope["type"])


class NotACoroutine:
    """As some middleware is written: it returns what its inner application does."""

    def __call__(self, scope, receive, send):
        return function(scope, receive, send)


class Awaitable:
    """As Starlette's endpoints are written."""

    def __init__(self, scope, receive, send):
        self.scope, self.send = scope, send

    def __await__(self):
        return self.send(self.scope["type"]).__await__()


class Double:
    """ASGI 2."""

    def __init__(self, scope):
        self.scope = scope

    async def __call__(self, receive, send):
        await send(self.scope["type"])


def double(scope):
    return functools.partial(function, scope)


def hinted(connection):
    return functools.partial(function, connection)


hinted._asgi_double_callable = True  # type: ignore[attr-defined]


class Modern(AsyncConsumer):
    async def websocket_connect(self, event):
        pass


def old(message, **kwargs):
    pass


class OldInstance:
    def __call__(self, message):
        pass


def named(thing):
    return getattr(thing, "__name__", type(thing).__name__)


RUNNABLE = [
    function,
    Instances(),
    Instances,
    NotACoroutine(),
    Awaitable,
    Double,
    double,
    hinted,
    functools.partial(function),
    Instances().__call__,
    double_to_single_callable(Double),
]


@pytest.mark.parametrize(
    "thing",
    [
        *RUNNABLE,
        Modern,
        Modern.as_asgi(),
        SyncConsumer,
        BaseMiddleware(function),
        AuthMiddlewareStack(function),
        URLRouter([]),
        ProtocolTypeRouter({}),
        ChannelNameRouter({}),
        get_asgi_application(),
    ],
    ids=named,
)
def test_applications(thing):
    assert is_application(thing)


@pytest.mark.parametrize(
    "thing",
    [old, OldInstance(), OldInstance, WebsocketConsumer, mock.Mock(), mock.AsyncMock(), print, 5],
    ids=named,
)
def test_what_is_none(thing):
    assert not is_application(thing)


@pytest.mark.parametrize("application", RUNNABLE, ids=named)
def test_every_kind_runs_as_asgi_3(application):
    sent: list[str] = []

    async def send(event):
        sent.append(event)

    asyncio.run(single_callable(application)({"type": "websocket"}, None, send))
    assert sent == ["websocket"]


def test_a_consumer_class_is_instantiated_for_each_scope():
    assert single_callable(Modern).consumer_class is Modern


async def with_message(message, **kwargs):
    pass


class AsyncInstance:
    async def __call__(self, message):
        pass


async def named_message(message, *args):
    pass


@pytest.mark.parametrize(
    "thing", [with_message, AsyncInstance(), AsyncInstance().__call__, named_message], ids=named
)
def test_an_async_consumer_of_channels_1_is_none(thing):
    assert not is_application(thing)
