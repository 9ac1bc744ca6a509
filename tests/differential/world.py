"""The consumers, routes and binding that random programs run against, with 1.x names only."""

from __future__ import annotations

from typing import Any, Dict

from channels import include, route, route_class
from channels.auth import channel_session_user, channel_session_user_from_http
from channels.binding.websockets import WebsocketBinding
from channels.generic.websockets import (
    JsonWebsocketConsumer,
    WebsocketConsumer,
    WebsocketDemultiplexer,
)
from channels.sessions import (
    channel_and_http_session,
    channel_session,
    enforce_ordering,
    http_session,
)

from tests.differential.app.models import IntegerValue


def perform(message: Any, kwargs: Dict[str, Any]) -> Any:
    """Takes the steps that a message carries; ``programs.py`` puts the running program's here."""
    raise NotImplementedError


def plain(message, **kwargs):
    return perform(message, kwargs)


class Echo(WebsocketConsumer):
    groups = ["red"]

    def connect(self, message, **kwargs):
        super().connect(message, **kwargs)
        perform(message, kwargs)

    def receive(self, text=None, bytes=None, **kwargs):
        self.send(text=text, bytes=bytes)
        perform(self.message, kwargs)

    def disconnect(self, message, **kwargs):
        perform(message, kwargs)


class StrictEcho(Echo):
    strict_ordering = True


class SessionEcho(Echo):
    channel_session = True


class UserEcho(Echo):
    http_user = True


class BothEcho(Echo):
    http_user_and_session = True


class Json(JsonWebsocketConsumer):
    def connection_groups(self, **kwargs):
        return ["room-%s" % kwargs.get("room", "none")]

    def receive(self, content, **kwargs):
        self.send({"echo": content, "kwargs": sorted(kwargs)})
        perform(self.message, kwargs)


class Stream(JsonWebsocketConsumer):
    def connect(self, message, multiplexer=None, **kwargs):
        multiplexer.send({"connected": multiplexer.stream})

    def receive(self, content, multiplexer=None, **kwargs):
        multiplexer.send({"echo": content})
        perform(self.message, kwargs)


class ValueBinding(WebsocketBinding):
    model = IntegerValue
    stream = "values"
    fields = ["name", "value"]

    @classmethod
    def group_names(cls, instance):
        return ["values", "values-%s" % (instance.value % 2)]

    def has_permission(self, user, action, pk):
        return True


class Demultiplexer(WebsocketDemultiplexer):
    consumers = {"stream": Stream, "values": ValueBinding.consumer}
    groups = ["values"]


FUNCTIONS = {
    "plain": plain,
    "channel_session": channel_session(plain),
    "http_session": http_session(plain),
    "both_sessions": channel_and_http_session(plain),
    "user": channel_session_user(plain),
    "user_from_http": channel_session_user_from_http(plain),
    "ordered": enforce_ordering(plain),
    "ordered_session": enforce_ordering(channel_session(plain)),
}
CLASSES = {
    found.__name__: found
    for found in [Echo, StrictEcho, SessionEcho, UserEcho, BothEcho, Json, Demultiplexer]
}


def build(spec: dict[str, Any]) -> Any:
    """A route from its JSON: an include, a class on a path, or a function on a channel."""
    filters = {"path": spec["path"]} if spec.get("path") else {}
    if "include" in spec:
        return include([build(inner) for inner in spec["include"]], **filters)
    if spec["consumer"] in CLASSES:
        return route_class(CLASSES[spec["consumer"]], **filters)
    return route(spec["channel"], FUNCTIONS[spec["consumer"]], **filters)
