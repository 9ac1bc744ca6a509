"""`asgi.nesting`: what routers and middleware pass a connection on to."""

from __future__ import annotations

import pytest
from channels.auth import AuthMiddlewareStack
from channels.consumer import AsyncConsumer, SyncConsumer
from channels.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path

from channeltest.asgi.nesting import consumer_class_in, is_bare


class Consumer(AsyncConsumer):
    pass


class Sync(SyncConsumer):
    pass


class Wrapper:
    def __init__(self, app):
        self.app = app


async def function(scope, receive, send):
    pass


WRAPPERS = [
    lambda inner: inner,
    lambda inner: URLRouter([path("a/", function), path("b/", inner)]),
    lambda inner: ProtocolTypeRouter({"http": function, "websocket": inner}),
    lambda inner: ChannelNameRouter({"name": inner}),
    AuthMiddlewareStack,
    AllowedHostsOriginValidator,
    Wrapper,
    lambda inner: Wrapper(
        AuthMiddlewareStack(URLRouter([path("a/", URLRouter([path("b/", inner)]))]))
    ),
]


@pytest.mark.parametrize("consumer", [Consumer, Sync])
@pytest.mark.parametrize("wrap", WRAPPERS)
def test_classes(wrap, consumer):
    assert consumer_class_in(wrap(consumer)) is consumer


@pytest.mark.parametrize("wrap", WRAPPERS)
def test_methods_without_parentheses(wrap):
    assert consumer_class_in(wrap(Consumer.as_asgi)) is Consumer


@pytest.mark.parametrize("wrap", WRAPPERS)
def test_applications(wrap):
    assert consumer_class_in(wrap(Consumer.as_asgi())) is None
    assert consumer_class_in(wrap(function)) is None
    assert consumer_class_in(wrap(Wrapper)) is None


def test_an_application_inside_itself():
    wrapper = Wrapper(None)
    wrapper.app = lambda *_: None
    wrapper.app.inner = wrapper.app
    assert consumer_class_in(wrapper) is None


BARE = Consumer.as_asgi()


@pytest.mark.parametrize(
    ("application", "bare"),
    [
        (BARE, True),
        (URLRouter([path("a/", BARE), path("b/", BARE)]), True),
        (URLRouter([path("a/", BARE), path("b/", AuthMiddlewareStack(BARE))]), False),
        (ProtocolTypeRouter({"websocket": BARE, "http": function}), True),
        (ProtocolTypeRouter({"http": BARE}), False),
        (AllowedHostsOriginValidator(BARE), True),
        (AllowedHostsOriginValidator(AuthMiddlewareStack(BARE)), False),
        (function, False),
    ],
)
def test_bare(application, bare):
    assert is_bare(application, "websocket") is bare
