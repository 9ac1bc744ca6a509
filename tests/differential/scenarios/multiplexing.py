"""``WebsocketDemultiplexer`` and ``WebsocketMultiplexer``."""

from channels import Channel, Group
from channels.exceptions import SendNotAvailableOnDemultiplexer
from channels.generic.websockets import (
    JsonWebsocketConsumer,
    WebsocketConsumer,
    WebsocketDemultiplexer,
    WebsocketMultiplexer,
)
from channels.test import WSClient, apply_routes

from tests.differential.recorder import scenario


def make(strict=False):
    """A demultiplexer with two streams, fresh: dispatching replaces the consumers' send()."""

    class MyConsumer(JsonWebsocketConsumer):
        strict_ordering = strict

        def connect(self, message, multiplexer=None, **kwargs):
            multiplexer.send({"connected": multiplexer.stream})

        def receive(self, content, multiplexer=None, **kwargs):
            multiplexer.send({"echo": content, "kwargs": kwargs})

        def disconnect(self, message, multiplexer=None, **kwargs):
            multiplexer.send({"disconnected": multiplexer.stream})

    class Sending(JsonWebsocketConsumer):
        def connect(self, message, **kwargs):
            pass

        def receive(self, content, **kwargs):
            self.send(content)

    class Demultiplexer(WebsocketDemultiplexer):
        consumers = {"mystream": MyConsumer, "sending": Sending}

    return Demultiplexer


def frame(stream, payload):
    return {"stream": stream, "payload": payload}


@scenario
def connect_and_disconnect_reach_every_consumer(t):
    with apply_routes([make().as_route(path="/")]):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/")
        t.note("connected", client.receive())
        t.note("nothing more", client.receive())
        client.send_and_consume("websocket.disconnect", path="/")
        t.note("disconnected", client.receive())


@scenario
def frames_go_to_their_stream(t):
    with apply_routes([make().as_route(path=r"^/(?P<slug>\w+)$")]):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/a")
        client.receive()
        client.send_and_consume(
            "websocket.receive", path="/a", text=frame("mystream", {"test": "me"})
        )
        t.note("raw", client.receive(json=False))


@scenario
def consumers_may_not_send_on_the_demultiplexer(t):
    with apply_routes([make().as_route(path="/")]):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/")
        t.raises(
            "send",
            client.send_and_consume,
            "websocket.receive",
            path="/",
            text=frame("sending", {"a": 1}),
        )
    t.note("class", issubclass(SendNotAvailableOnDemultiplexer, Exception))


@scenario
def bad_frames(t):
    with apply_routes([make().as_route(path="/")]):
        client = WSClient()
        frames = [
            frame("unknown", {}),
            frame("mystream", "text"),
            frame("mystream", [1]),
            {"stream": "mystream"},
            {"payload": {}},
            [1, 2],
            "text",
        ]
        for text in frames:
            text = '"text"' if text == "text" else text
            t.raises(str(text), client.send_and_consume, "websocket.receive", path="/", text=text)
        t.raises("bytes", client.send_and_consume, "websocket.receive", {"bytes": b"x"}, path="/")


@scenario
def group_send_of_the_demultiplexer(t):
    t.raises("group_send", make().group_send, "group", "stream", {})
    t.raises("WebsocketDemultiplexer", WebsocketDemultiplexer.group_send, "group", "stream", {})


@scenario
def multiplexer_sends(t):
    multiplexer = WebsocketMultiplexer("stream", Channel("reply"))
    multiplexer.send({"a": 1})
    t.messages("reply")
    t.note("stream", multiplexer.stream)
    t.note("reply channel", multiplexer.reply_channel)


@scenario
def multiplexer_group_send(t):
    Group("g").add("member")
    WebsocketMultiplexer.group_send("g", "stream", {"a": 1})
    WebsocketMultiplexer.group_send("g", "stream", {"a": 1}, close=True)
    t.messages("member")


@scenario
def multiplexer_encode(t):
    import datetime
    import decimal

    payload = {"date": datetime.datetime(2017, 1, 2, 3, 4, 5), "decimal": decimal.Decimal("1.5")}
    t.note("encode", WebsocketMultiplexer.encode("stream", payload))
    t.note("encode_json", WebsocketMultiplexer.encode_json([1, "a"]))
    t.note("class attributes", [WebsocketMultiplexer.stream, WebsocketMultiplexer.reply_channel])


@scenario
def own_multiplexer_class(t):
    class Shouting(WebsocketMultiplexer):
        @classmethod
        def encode(cls, stream, payload):
            return {"text": "%s!" % stream}

    demultiplexer = make()
    demultiplexer.multiplexer_class = Shouting
    with apply_routes([demultiplexer.as_route(path="/")]):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/")
        t.note("connected", client.receive(json=False))


@scenario
def groups_of_the_demultiplexer(t):
    demultiplexer = make()
    demultiplexer.groups = ["everyone"]
    with apply_routes([demultiplexer.as_route(path="/")]):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/")
        t.group("everyone")
        client.send_and_consume("websocket.disconnect", path="/")
        t.group("everyone")


@scenario
def function_consumers_and_sessions(t):
    class Counting(JsonWebsocketConsumer):
        channel_session = True

        def connect(self, message, multiplexer=None, **kwargs):
            message.channel_session["n"] = 1

        def receive(self, content, multiplexer=None, **kwargs):
            self.message.channel_session["n"] += 1
            multiplexer.send({"n": self.message.channel_session["n"]})

    class Demultiplexer(WebsocketDemultiplexer):
        channel_session = True
        consumers = {"count": Counting}

    with apply_routes([Demultiplexer.as_route(path="/")]):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/")
        for _ in range(2):
            client.send_and_consume("websocket.receive", path="/", text=frame("count", {}))
        t.note("replies", [client.receive(), client.receive()])


@scenario
def function_as_a_stream(t):
    def stream(message, multiplexer=None, **kwargs):
        multiplexer.send({"channel": message.channel.name, "text": message.content.get("text")})

    class Demultiplexer(WebsocketDemultiplexer):
        consumers = {"function": stream}

    with apply_routes([Demultiplexer.as_route(path="/")]):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/")
        t.note("connect", client.receive())
        client.send_and_consume("websocket.receive", path="/", text=frame("function", {"a": 1}))
        t.note("receive", client.receive())


@scenario
def plain_websocket_stream(t):
    class Plain(WebsocketConsumer):
        def connect(self, message, multiplexer=None, **kwargs):
            pass

        def receive(self, text=None, multiplexer=None, **kwargs):
            multiplexer.send({"text": text})

    class Demultiplexer(WebsocketDemultiplexer):
        consumers = {"plain": Plain}

    with apply_routes([Demultiplexer.as_route(path="/")]):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/")
        client.send_and_consume("websocket.receive", path="/", text=frame("plain", {"a": 1}))
        t.note("receive", client.receive())


@scenario
def ordered(t):
    with apply_routes([make(strict=False).as_route(path="/", attrs={"strict_ordering": True})]):
        client = WSClient(ordered=True)
        client.send_and_consume("websocket.connect", path="/")
        client.receive()
        client.send_and_consume("websocket.receive", path="/", text=frame("mystream", {"n": 1}))
        t.note("receive", client.receive())


@scenario
def empty_demultiplexer(t):
    with apply_routes([WebsocketDemultiplexer.as_route(path="/")]):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/")
        t.note("nothing", client.receive())
        t.raises(
            "receive", client.send_and_consume, "websocket.receive", path="/", text=frame("any", {})
        )
