"""``BaseConsumer``, ``WebsocketConsumer``, ``JsonWebsocketConsumer``."""

import json

from channels import Group, channel_layers, route_class
from channels.generic import BaseConsumer
from channels.generic import base as generic_base
from channels.generic.websockets import JsonWebsocketConsumer, WebsocketConsumer
from channels.message import Message
from channels.sessions import session_for_reply_channel
from channels.test import Client, WSClient, apply_routes

from tests.differential.recorder import scenario


class Echo(WebsocketConsumer):
    def receive(self, text=None, bytes=None, **kwargs):
        self.send(text=text, bytes=bytes)


class Chat(WebsocketConsumer):
    groups = ["chat", "lobby"]

    def connect(self, message, **kwargs):
        super().connect(message, **kwargs)
        Group("chat").send({"text": "joined"})

    def disconnect(self, message, **kwargs):
        Group("chat").send({"text": "left"})


class JsonEcho(JsonWebsocketConsumer):
    def receive(self, content, **kwargs):
        self.send({"echo": content, "kwargs": kwargs})


@scenario
def base_consumer_dispatches_by_channel(t):
    class Consumer(BaseConsumer):
        method_mapping = {"test.one": "one", "test.two": "two"}

        def one(self, message, **kwargs):
            self.called = "one"

        def two(self, message, **kwargs):
            self.called = "two"
            self.value = message["value"]

    t.note("one class", BaseConsumer is generic_base.BaseConsumer)
    t.note("channels", Consumer.channel_names())
    with apply_routes([route_class(Consumer)]):
        client = Client()
        consumer = client.send_and_consume("test.two", {"value": 5})
        t.note("called", [consumer.called, consumer.value])
        t.note("message", sorted(consumer.message.keys()))
        t.note("kwargs", consumer.kwargs)
        t.note("one", client.send_and_consume("test.one").called)


@scenario
def base_consumer_defaults(t):
    t.note("mapping", BaseConsumer.method_mapping)
    t.note("channel_session", BaseConsumer.channel_session)
    t.note("channel_session_user", BaseConsumer.channel_session_user)
    t.note("channels", BaseConsumer.channel_names())


@scenario
def base_consumer_without_a_method(t):
    class Consumer(BaseConsumer):
        method_mapping = {"test": "missing"}

    message = Message({}, "test", channel_layers["default"])
    t.raises_type("missing method", Consumer, message)
    t.raises("other channel", Consumer, Message({}, "other", channel_layers["default"]))


@scenario
def base_consumer_channel_session(t):
    class Consumer(BaseConsumer):
        method_mapping = {"test": "count"}
        channel_session = True

        def count(self, message, **kwargs):
            message.channel_session["n"] = message.channel_session.get("n", 0) + 1
            self.n = message.channel_session["n"]

    with apply_routes([Consumer.as_route()]):
        client = Client()
        t.note("counts", [client.send_and_consume("test").n for _ in range(3)])
        t.note("another client", Client().send_and_consume("test").n)


@scenario
def base_consumer_channel_session_user(t):
    class Consumer(BaseConsumer):
        method_mapping = {"test": "method"}
        channel_session_user = True

        def method(self, message, **kwargs):
            self.user = message.user

    with apply_routes([Consumer.as_route()]):
        t.note("user", Client().send_and_consume("test").user)


@scenario
def as_route_with_attrs(t):
    class Consumer(BaseConsumer):
        method_mapping = {"test": "method"}
        name = "base"

        def method(self, message, **kwargs):
            message.reply_channel.send({"name": self.name, "kwargs": kwargs})

    with apply_routes(
        [Consumer.as_route(attrs={"name": "changed"}, path=r"^/(?P<x>\d)$"), Consumer.as_route()]
    ):
        client = Client()
        client.send_and_consume("test", {"path": "/1"})
        t.note("attrs", client.receive())
        client.send_and_consume("test", {"path": "/other"})
        t.note("base", client.receive())
    t.note("class", Consumer.name)
    changed = Consumer.as_route(attrs={"name": "changed"}).consumer
    t.note("subclass", [issubclass(changed, Consumer), changed.__name__])
    t.note("plain", Consumer.as_route().consumer is Consumer)


@scenario
def as_route_with_bad_attrs(t):
    t.raises("list", Echo.as_route, attrs=["name"])
    t.raises("empty", lambda: Echo.as_route(attrs={}).consumer.__name__)


@scenario
def as_route_is_a_route_class(t):
    from channels.routing import RouteClass

    found = Echo.as_route(path="^/chat")
    t.note("type", isinstance(found, RouteClass))
    t.note("channels", sorted(found.channels))
    t.note("str", str(found).split(" -> ")[1])


@scenario
def websocket_accepts_by_default(t):
    with apply_routes([Echo.as_route(path="/ws")]):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/ws", check_accept=False)
        t.note("accept", client.receive())
        t.note("nothing more", client.receive())


@scenario
def websocket_echoes_text_and_bytes(t):
    with apply_routes([Echo.as_route(path="/ws")]):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/ws")
        client.send_and_consume("websocket.receive", path="/ws", text="hello")
        t.note("text", client.receive(json=False))
        client.send_and_consume("websocket.receive", {"bytes": b"\x00"}, path="/ws")
        t.note("bytes", client.receive())
        t.raises("neither", client.send_and_consume, "websocket.receive", path="/ws")
        client.send_and_consume("websocket.receive", {"text": ""}, path="/ws")
        t.note("empty", client.receive(json=False))


@scenario
def websocket_groups(t):
    with apply_routes([Chat.as_route(path="/chat")]):
        one, two = WSClient(), WSClient()
        one.send_and_consume("websocket.connect", path="/chat", check_accept=False)
        t.group("chat")
        two.send_and_consume("websocket.connect", path="/chat", check_accept=False)
        t.note("one", [one.receive(json=False) for _ in range(4)])
        t.note("two", [two.receive(json=False) for _ in range(3)])
        two.send_and_consume("websocket.disconnect", path="/chat")
        t.note("one", one.receive(json=False))
        t.note("two", two.receive(json=False))
        t.group("chat")
        t.group("lobby")


@scenario
def websocket_connection_groups_from_kwargs(t):
    class Room(WebsocketConsumer):
        def connection_groups(self, room=None, **kwargs):
            return ["room-%s" % room]

    with apply_routes([Room.as_route(path=r"^/(?P<room>\w+)$")]):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/blue")
        t.group("room-blue")
        client.send_and_consume("websocket.disconnect", path="/blue")
        t.group("room-blue")


@scenario
def websocket_groups_on_another_layer(t):
    with apply_routes([Chat.as_route()]):
        client = WSClient()
        client.send("websocket.connect")
        content = client.get_next_message("websocket.connect").content
        Chat(Message(content, "websocket.connect", channel_layers["second"]))
    t.group("chat")
    t.group("chat", alias="second")


@scenario
def websocket_connect_receives_kwargs_and_path(t):
    seen = []

    class Room(WebsocketConsumer):
        def connect(self, message, **kwargs):
            seen.append([self.path, kwargs, message is self.message])
            message.reply_channel.send({"accept": True})

    with apply_routes([Room.as_route(path=r"^/(?P<room>\w+)$")]):
        consumer = WSClient().send_and_consume("websocket.connect", path="/blue")
    t.note("seen", seen)
    t.note("kwargs", consumer.kwargs)


@scenario
def websocket_send_needs_something(t):
    with apply_routes([Echo.as_route()]):
        client = WSClient()
        consumer = client.send_and_consume("websocket.connect")
        t.raises("send", consumer.send)
        t.raises("send close", consumer.send, close=True)
        t.raises("group_send", Echo.group_send, "group")


@scenario
def websocket_send_and_close(t):
    with apply_routes([Echo.as_route()]):
        client = WSClient()
        consumer = client.send_and_consume("websocket.connect")
        consumer.send(text="bye", close=True)
        consumer.send(text="bye", close=4001)
        consumer.send(bytes=b"bye")
        consumer.send(text="both", bytes=b"both")
        consumer.send(text="")
        consumer.close()
        consumer.close(status=4002)
        t.messages(client.reply_channel)


@scenario
def websocket_group_send(t):
    client = WSClient()
    client.join_group("g")
    Echo.group_send("g", text="text")
    Echo.group_send("g", bytes=b"bytes")
    Echo.group_send("g", text="bye", close=True)
    t.messages(client.reply_channel)


@scenario
def websocket_needs_a_path(t):
    message = Message({"reply_channel": "r"}, "websocket.connect", channel_layers["default"])
    t.raises("connect", Echo, message)


@scenario
def websocket_defaults(t):
    t.note("mapping", WebsocketConsumer.method_mapping)
    for name in [
        "http_user",
        "http_user_and_session",
        "strict_ordering",
        "groups",
        "channel_session",
    ]:
        t.note(name, getattr(WebsocketConsumer, name))


@scenario
def websocket_strict_ordering(t):
    class Ordered(Echo):
        strict_ordering = True

    with apply_routes([Ordered.as_route()]):
        client = WSClient(ordered=True)
        client.send_and_consume("websocket.connect")
        client.send("websocket.receive", text="one")
        client.send("websocket.receive", text="two")
        second = client.get_next_message("websocket.receive").content
        client.consume("websocket.receive")
        t.note("waiting", client.receive(json=False))
        client.channel_layer.send("websocket.receive", second)
        client.consume("websocket.receive")
        client.consume("websocket.receive")
        t.messages(client.reply_channel)


@scenario
def websocket_strict_ordering_without_an_order(t):
    class Ordered(Echo):
        strict_ordering = True

    with apply_routes([Ordered.as_route()]):
        t.raises("connect", WSClient().send_and_consume, "websocket.connect")


@scenario
def websocket_slight_ordering(t):
    class Slight(Echo):
        slight_ordering = True

    with apply_routes([Slight.as_route()]):
        t.raises("connect", WSClient(ordered=True).send_and_consume, "websocket.connect")


@scenario
def websocket_channel_session(t):
    class Counter(WebsocketConsumer):
        channel_session = True

        def connect(self, message, **kwargs):
            message.channel_session["n"] = 0
            message.reply_channel.send({"accept": True})

        def receive(self, text=None, bytes=None, **kwargs):
            self.message.channel_session["n"] += 1
            self.send(text=str(self.message.channel_session["n"]))

    with apply_routes([Counter.as_route()]):
        client = WSClient()
        client.send_and_consume("websocket.connect")
        for _ in range(3):
            client.send_and_consume("websocket.receive", text="x")
        t.note("replies", [client.receive(json=False) for _ in range(4)])
        t.note("session", dict(session_for_reply_channel(client.reply_channel).items()))


@scenario
def websocket_overridden_raw_methods(t):
    class Raw(WebsocketConsumer):
        def raw_connect(self, message, **kwargs):
            message.reply_channel.send({"accept": True, "raw": True})

        def raw_disconnect(self, message, **kwargs):
            message.reply_channel.send({"gone": True})

    with apply_routes([Raw.as_route()]):
        client = WSClient()
        client.send_and_consume("websocket.connect", check_accept=False)
        client.send_and_consume("websocket.disconnect")
        t.messages(client.reply_channel)


@scenario
def websocket_own_method_mapping(t):
    class More(WebsocketConsumer):
        method_mapping = dict(WebsocketConsumer.method_mapping, **{"chat.extra": "extra"})

        def extra(self, message, **kwargs):
            self.send(text="extra")

    with apply_routes([More.as_route()]):
        client = WSClient()
        client.send_and_consume("chat.extra", path="/")
        t.note("extra", client.receive(json=False))
        t.note("channels", More.channel_names())


@scenario
def consumer_as_a_plain_route(t):
    from channels import route

    with apply_routes(
        [route("websocket.receive", Echo), route("websocket.connect", Echo, path="^/(?P<a>x)$")]
    ):
        client = WSClient()
        t.note("kwargs", client.send_and_consume("websocket.connect", path="/x").kwargs)
        client.send_and_consume("websocket.receive", text="plain")
        t.note("echo", client.receive(json=False))


@scenario
def json_decodes_and_encodes(t):
    with apply_routes([JsonEcho.as_route(path=r"^/(?P<room>\w+)$")]):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/a")
        client.send_and_consume("websocket.receive", path="/a", text={"key": ["value", 1, None]})
        t.note("raw", client.receive(json=False))
        client.send_and_consume("websocket.receive", path="/a", text="[1, 2]")
        t.note("list", client.receive())


@scenario
def json_needs_text(t):
    with apply_routes([JsonEcho.as_route()]):
        client = WSClient()
        t.raises("bytes", client.send_and_consume, "websocket.receive", {"bytes": b"{}"})
        t.raises("nothing", client.send_and_consume, "websocket.receive")
        t.raises_type("bad json", lambda: client.send_and_consume("websocket.receive", text="{"))


@scenario
def json_send_and_close(t):
    with apply_routes([JsonEcho.as_route()]):
        client = WSClient()
        consumer = client.send_and_consume("websocket.connect")
        consumer.send({"a": 1}, close=True)
        consumer.send([1, 2])
        t.raises_type("not serialisable", consumer.send, {"a": object()})
        t.messages(client.reply_channel)


@scenario
def json_group_send(t):
    client = WSClient()
    client.join_group("g")
    JsonWebsocketConsumer.group_send("g", {"a": 1})
    JsonWebsocketConsumer.group_send("g", {"a": 1}, close=True)
    t.messages(client.reply_channel)


@scenario
def json_own_encoder(t):
    class Shout(JsonEcho):
        @classmethod
        def encode_json(cls, content):
            return json.dumps(content).upper()

        @classmethod
        def decode_json(cls, text):
            return {"decoded": text}

    with apply_routes([Shout.as_route()]):
        client = WSClient()
        client.send_and_consume("websocket.receive", text="abc")
        t.note("reply", client.receive(json=False))
        client.join_group("g")
        Shout.group_send("g", {"a": "b"})
        t.note("group", client.receive(json=False))


@scenario
def errors_drop_pending_messages_or_send_them(t):
    class Failing(Echo):
        def receive(self, text=None, bytes=None, **kwargs):
            self.send(text="before")
            raise ValueError("a consumer failed")

    with apply_routes([Failing.as_route()]):
        client = WSClient()
        t.raises("receive", client.send_and_consume, "websocket.receive", text="x")
        t.messages(client.reply_channel)


@scenario
def consumer_called_by_hand(t):
    message = Message(
        {"path": "/", "reply_channel": "r", "text": "hey"},
        "websocket.receive",
        channel_layers["default"],
    )
    consumer = Echo(message, extra=1)
    t.messages("r")
    t.note("kwargs", consumer.kwargs)


@scenario
def bare_instance(t):
    import unittest.mock

    with unittest.mock.patch.object(Echo, "__init__", return_value=None):
        consumer = Echo()
    consumer.message = unittest.mock.Mock()
    consumer.send(text="sent")
    t.note("calls", [list(call[0]) for call in consumer.message.reply_channel.send.call_args_list])
