"""Routes to consumer classes of both kinds, with attributes of their own."""

from __future__ import annotations

import pytest
from channels.consumer import AsyncConsumer
from channeltest.compat.generic.base import BaseConsumer
from channeltest.compat.generic.class_routes import as_route

from ..routed import message


class Old(BaseConsumer):
    method_mapping = {"c": "handle"}


class Modern(AsyncConsumer):
    async def websocket_connect(self, event):
        pass


@pytest.mark.parametrize("consumer", [Old, Modern])
class TestBoth:
    def test_the_class_itself(self, consumer):
        assert as_route(consumer).consumer is consumer

    def test_attributes_make_a_subclass(self, consumer):
        made = as_route(consumer, attrs={"groups": ["g"]}).consumer
        assert issubclass(made, consumer) and made is not consumer
        assert made.groups == ["g"] and not hasattr(consumer, "groups")
        assert (made.__name__, made.__module__) == (consumer.__name__, __name__)

    def test_attributes_that_are_no_dict(self, consumer):
        with pytest.raises(AssertionError, match="attrs must be a dict"):
            as_route(consumer, attrs=["groups"])

    def test_filters(self, consumer):
        assert as_route(consumer, path="^/a").filters["path"].pattern == "^/a"


def test_channels():
    assert as_route(Old).match(message("c")) == (Old, {})
    assert as_route(Modern).channel_names() >= {"websocket.connect", "websocket.receive"}
