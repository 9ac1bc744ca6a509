"""An ASGI application as the consumer that a route leads to."""

from __future__ import annotations

import pytest
from channels.consumer import AsyncConsumer
from channels.routing import URLRouter
from channeltest.compat.applications.target import Application
from channeltest.compat.routing import route

from ..routed import message


async def function(scope, receive, send):
    pass


class Modern(AsyncConsumer):
    async def websocket_connect(self, event):
        pass


class TestApplication:
    def test_bare_are_consumers_with_nothing_around_them(self):
        bare = [
            Application(each).is_bare
            for each in (Modern, Modern.as_asgi(), function, URLRouter([]))
        ]
        assert bare == [True, True, False, False]

    def test_the_consumer_is_the_class(self):
        assert Application(Modern.as_asgi(a=1)).consumer is Modern

    def test_a_worker_of_channels_1_refuses_it(self):
        consumer, kwargs = route("websocket.connect", Modern).match(message("websocket.connect"))
        with pytest.raises(
            TypeError, match=r"Modern.*is an ASGI application: serve it, or test it"
        ):
            consumer(message("websocket.connect"), **kwargs)
