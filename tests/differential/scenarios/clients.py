"""``Client``, ``HttpClient`` and ``WSClient``."""

import warnings

from channels import Channel, Group, channel_layers, route
from channels.message import Message
from channels.sessions import channel_session, http_session
from channels.test import Client, HttpClient, WSClient, apply_routes
from django.test.utils import override_settings

from tests.differential.recorder import scenario


def echo(message, **kwargs):
    message.reply_channel.send(
        {"echo": {k: v for k, v in message.items() if k != "reply_channel"}, "kwargs": kwargs}
    )
    return "returned"


def shout(message):
    message.reply_channel.send({"text": message["text"].upper()})


@scenario
def one_class_by_every_name(t):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import channels.test.http
        import channels.test.websocket
        import channels.tests

    t.note("HttpClient", HttpClient is WSClient)
    t.note("module", channels.test.http.HttpClient is WSClient)
    t.note("websocket", channels.test.websocket.WSClient is WSClient)
    t.note("channels.tests", channels.tests.HttpClient is WSClient)
    t.note("subclass", issubclass(WSClient, Client))


@scenario
def reply_channels(t):
    client, other = Client(), Client()
    t.note("reply channel", client.reply_channel)
    t.note("different", client.reply_channel != other.reply_channel)
    t.note("length", len(client.reply_channel))
    t.note("alias", client.alias)
    second = Client(alias="second")
    t.note("second", [second.reply_channel, second.alias])
    t.note("layer", second.channel_layer is channel_layers["second"])
    t.raises("unknown alias", lambda: Client(alias="missing").channel_layer)


@scenario
def send_and_consume(t):
    with apply_routes([route("test", echo)]):
        client = Client()
        t.note("result", client.send_and_consume("test", {"value": 1}))
        t.note("receive", client.receive())
        t.note("nothing more", client.receive())


@scenario
def send_then_consume(t):
    with apply_routes([route("test", echo)]):
        client = Client()
        client.send("test", {"value": 1})
        client.send("test")
        t.note("consume", client.consume("test"))
        t.note("receive", client.receive())
        client.consume("test")
        t.note("receive", client.receive())


@scenario
def content_is_copied(t):
    content = {"list": [1]}
    client = Client()
    client.send("test", content)
    t.note("content", content)
    message = client.get_next_message("test")
    t.note("sent", sorted(message.keys()))
    t.note("reply channel", message.reply_channel.name == client.reply_channel)


@scenario
def own_reply_channel_in_content(t):
    client = Client()
    client.send("test", {"reply_channel": "elsewhere"})
    t.note("message", client.get_next_message("test"))
    web = WSClient()
    web.send("test", {"reply_channel": "elsewhere", "path": "/own", "headers": []})
    t.note("message", web.get_next_message("test"))


@scenario
def no_message(t):
    with apply_routes([route("test", echo)]):
        for client in [Client(), WSClient()]:
            t.raises("fail", client.consume, "test")
            t.raises("no fail", client.consume, "test", fail_on_none=False)
            t.note("get_next_message", client.get_next_message("test"))
            t.note("receive", client.receive())


@scenario
def no_consumer(t):
    with apply_routes([route("test", echo)]):
        for client in [Client(), WSClient()]:
            t.raises("fail", client.send_and_consume, "other")
            t.raises("no fail", client.send_and_consume, "other", fail_on_none=False)
            t.messages("other")


@scenario
def consume_takes_anybodys_message(t):
    with apply_routes([route("test", echo)]):
        client = Client()
        Channel("test").send({"value": 1, "reply_channel": "elsewhere"})
        t.note("result", client.consume("test"))
        t.messages("elsewhere")
        Channel("test").send({"value": 1})
        t.raises_type("without a reply channel", client.consume, "test")


@scenario
def consuming_a_chain(t):
    def start(message):
        Channel("chain.next").send(
            {"n": message["n"] + 1, "reply_channel": message["reply_channel"]}
        )

    def following(message):
        message.reply_channel.send({"n": message["n"]})

    with apply_routes([route("chain.start", start), route("chain.next", following)]):
        client = Client()
        client.send_and_consume("chain.start", {"n": 1})
        t.note("nothing yet", client.receive())
        client.consume("chain.next")
        t.note("reply", client.receive())


@scenario
def sends_are_delayed_until_the_consumer_ends(t):
    seen = []

    def consumer(message):
        message.reply_channel.send({"n": 1})
        seen.append(channel_layers["default"].receive([message.reply_channel.name])[1])
        message.reply_channel.send({"n": 2}, immediately=True)
        seen.append(channel_layers["default"].receive([message.reply_channel.name])[1])

    with apply_routes([route("test", consumer)]):
        client = Client()
        client.send_and_consume("test")
        t.note("seen", seen)
        t.note("after", client.receive())


@scenario
def get_consumer_by_channel(t):
    with apply_routes([route("test", echo), route("filtered", echo, path="^/x")]):
        t.note("found", Client().get_consumer_by_channel("test").__name__)
        t.note("unknown", Client().get_consumer_by_channel("other"))
        t.note("filtered", Client().get_consumer_by_channel("filtered"))


@scenario
def join_group(t):
    client = Client()
    client.join_group("g")
    Group("g").send({"n": 1}, immediately=True)
    t.note("receive", client.receive())
    t.group("g")


@scenario
def join_group_uses_the_default_layer(t):
    client = Client(alias="second")
    client.join_group("g")
    t.group("g")
    t.group("g", alias="second")


@scenario
def another_alias(t):
    channel_layers["second"].send("test", {"n": 1})
    client = Client(alias="second")
    t.note("get_next_message", client.get_next_message("test"))
    client.send("test", {"n": 2})
    t.messages("test")
    t.note("message", client.get_next_message("test")["n"])


@scenario
def consumer_signals(t):
    from channels.signals import consumer_finished, consumer_started

    seen = []

    def started(sender, **kwargs):
        seen.append(["started", sender.__name__, sorted(set(kwargs) - {"signal"})])

    def finished(sender, **kwargs):
        seen.append(["finished", sender.__name__, sorted(set(kwargs) - {"signal"})])

    consumer_started.connect(started)
    consumer_finished.connect(finished)
    try:
        with apply_routes([route("test", lambda message: seen.append("consumer"))]):
            Client().send_and_consume("test")
            WSClient().send_and_consume("test")
    finally:
        consumer_started.disconnect(started)
        consumer_finished.disconnect(finished)
    t.note("seen", seen)


@scenario
def full_channel(t):
    client = Client()
    for _ in range(10):
        client.send("test")
    t.raises("eleventh", client.send, "test")
    t.raises("invalid name", client.send, "in valid")


@scenario
def websocket_content(t):
    client = WSClient()
    client.set_cookie("a", "1")
    client.send("websocket.connect", path="/chat/?a=1&b=2")
    t.note("connect", client.get_next_message("websocket.connect"))
    client.send("websocket.receive", text="hey", path="/chat/?a=1")
    t.note("receive", client.get_next_message("websocket.receive"))
    client.send("websocket.disconnect")
    t.note("disconnect", client.get_next_message("websocket.disconnect"))


@scenario
def query_strings(t):
    client = WSClient()
    client.send("websocket.connect", {"query_string": "own=1"}, path="/x?a=1")
    t.note("own wins", client.get_next_message("websocket.connect")["query_string"])
    client.send("websocket.connect", {"path": "/own"}, path="/x?a=1")
    message = client.get_next_message("websocket.connect")
    t.note("own path", [message["path"], message["query_string"]])


@scenario
def two_question_marks(t):
    t.raises_type("send", WSClient().send, "websocket.connect", path="/?a=1?b=2")


@scenario
def text_is_encoded(t):
    client = WSClient()
    for text in ["plain", {"a": [1, None]}, [1, 2], 5, True]:
        client.send("websocket.receive", text=text)
        t.note(str(text), client.get_next_message("websocket.receive")["text"])
    for text in [None, "", 0, {}]:
        client.send("websocket.receive", text=text)
        t.note("%r" % (text,), "text" in client.get_next_message("websocket.receive"))
    client.send("websocket.receive", {"text": {"in": "content"}})
    t.note("in content", client.get_next_message("websocket.receive")["text"])
    client.send("websocket.receive", {"text": "content"}, text="argument")
    t.note("both", client.get_next_message("websocket.receive")["text"])
    t.raises_type("not serialisable", client.send, "websocket.receive", text={"a": object()})


@scenario
def receive_decodes(t):
    client = WSClient()
    for content in [
        {"text": '{"a": 1}'},
        {"text": "3"},
        {"text": {"a": 1}},
        {"bytes": b"x"},
        {"text": ""},
        {},
    ]:
        channel_layers["default"].send(client.reply_channel, content)
        t.raises_type("receive %s" % sorted(content.items()), client.receive)
    for content in [{"text": '{"a": 1}'}, {"bytes": b"x"}, {"close": True}]:
        channel_layers["default"].send(client.reply_channel, content)
        t.note("raw", client.receive(json=False))
    channel_layers["default"].send(client.reply_channel, {"text": "not json"})
    t.raises_type("not json", client.receive)


@scenario
def plain_client_receives_content(t):
    client = Client()
    channel_layers["default"].send(client.reply_channel, {"text": '{"a": 1}'})
    t.note("receive", client.receive())


@scenario
def check_accept(t):
    def denying(message):
        message.reply_channel.send({"accept": False})

    def closing(message):
        message.reply_channel.send({"close": True})

    def silent(message):
        pass

    def accepting(message):
        message.reply_channel.send({"accept": True})
        message.reply_channel.send({"text": '"welcome"'})

    def texting(message):
        message.reply_channel.send({"text": "hello"})

    def more(message):
        message.reply_channel.send({"accept": True, "text": "hello"})

    for consumer in [denying, closing, silent, accepting, texting, more]:
        with apply_routes([route("websocket.connect", consumer)]):
            client = WSClient()
            t.raises("%s checked" % consumer.__name__, client.send_and_consume, "websocket.connect")
            t.note("left", client.receive())
            client = WSClient()
            client.send_and_consume("websocket.connect", check_accept=False)
            t.note("unchecked", client.receive(json=False))


@scenario
def check_accept_only_on_connect(t):
    with apply_routes(
        [route("websocket.receive", lambda message: message.reply_channel.send({"accept": False}))]
    ):
        client = WSClient()
        client.send_and_consume("websocket.receive", text="x")
        t.note("receive", client.receive())


@scenario
def check_accept_without_a_consumer(t):
    with apply_routes([route("other", echo)]):
        client = WSClient()
        t.raises("no fail", client.send_and_consume, "websocket.connect", fail_on_none=False)
        t.raises(
            "neither",
            client.send_and_consume,
            "websocket.connect",
            fail_on_none=False,
            check_accept=False,
        )


@scenario
def positional_arguments(t):
    with apply_routes([route("websocket.receive", echo)]):
        client = WSClient()
        client.send_and_consume("websocket.receive", {"a": 1}, "text", "/path", True, False)
        t.note("receive", client.receive()["echo"])
        plain = Client()
        plain.send_and_consume("websocket.receive", {"a": 1}, True)
        t.note("plain", plain.receive()["echo"])
        t.raises_type(
            "text on a plain client", plain.send_and_consume, "websocket.receive", text="x"
        )


@scenario
def cookies(t):
    client = WSClient()
    client.set_cookie("a", "1")
    client.set_cookie("b", "with space; and semicolon")
    t.note("cookies", client.get_cookies())
    t.note("header", client.headers["cookie"])
    client._session_cookie = False
    t.note("without the session", client.get_cookies())
    t.note("header", client.headers["cookie"])
    t.note("empty", WSClient().headers)


@scenario
def cookies_only_in_the_first_message(t):
    client = WSClient()
    client.set_cookie("a", "1")
    for _ in range(2):
        client.send("test")
        t.note("headers", client.get_next_message("test")["headers"])


@scenario
def headers(t):
    client = WSClient()
    client.set_header("host", b"example.com")
    client.set_header("x-list", ["a", "b"])
    t.note("headers", {key: value for key, value in client.headers.items() if key != "cookie"})
    t.raises("cookie", client.set_header, "cookie", b"a=1")
    t.raises("Cookie", client.set_header, "Cookie", b"a=1")
    headers = client.headers
    headers["x-list"].append("c")
    t.note("a copy", client.headers["x-list"])


@scenario
def headers_reach_the_request(t):
    from channels.handler import AsgiRequest

    def consumer(message):
        message["method"] = "GET"
        request = AsgiRequest(message)
        message.reply_channel.send(
            {
                "host": request.META["HTTP_HOST"],
                "cookies": request.COOKIES,
                "get": dict(request.GET),
            }
        )

    with apply_routes([route("websocket.connect", consumer)]):
        client = WSClient()
        client._session_cookie = False
        client.set_header("host", b"example.com")
        client.set_cookie("a", "1")
        client.send_and_consume("websocket.connect", path="/?q=1", check_accept=False)
        t.note("request", client.receive())


@scenario
def session(t):
    @http_session
    def consumer(message):
        message.reply_channel.send(
            {"rooms": message.http_session.get("rooms", []) if message.http_session else None}
        )

    with apply_routes([route("websocket.connect", consumer), route("websocket.receive", consumer)]):
        client = WSClient()
        client.session["rooms"] = ["test", 1]
        client.session.save(must_create=True)
        client.send_and_consume("websocket.connect", check_accept=False)
        t.note("connect", client.receive())
        client.send_and_consume("websocket.receive")
        t.note("receive", client.receive())
    t.note("same object", client.session is client.session)


@scenario
def session_is_the_channel_session(t):
    @channel_session
    def consumer(message):
        message.channel_session["n"] = 1

    with apply_routes([route("test", consumer)]):
        client = WSClient()
        client.send_and_consume("test")
        t.note("loaded before the consumer ran", client.session.get("n"))
        fresh = WSClient()
        fresh.reply_channel = client.reply_channel
        t.note("reloaded", fresh.session["n"])


@scenario
def session_needs_the_app(t):
    with override_settings(INSTALLED_APPS=["channels", "tests.differential.app"]):
        client = WSClient()
        t.raises_type("session", lambda: client.session)
        t.note("cookies", client.get_cookies())
        client.send("test", path="/")
        t.note("content", client.get_next_message("test"))


@scenario
def session_shared_between_clients(t):
    one, two = WSClient(), WSClient()
    one.session["a"] = 1
    one.session.save(must_create=True)
    two._session = one._session
    t.note("two", two.session["a"])
    t.note("same cookie", one.get_cookies() == two.get_cookies())


@scenario
def ordered(t):
    client = WSClient(ordered=True)
    for _ in range(3):
        client.send("test")
    t.note("orders", [client.get_next_message("test")["order"] for _ in range(3)])
    t.note("next", client.order)
    t.raises("own order", client.send, "test", {"order": 7})
    t.note("unordered", [WSClient().order, WSClient()._ordered])


@scenario
def constructor_arguments(t):
    client = WSClient(alias="second", ordered=True)
    t.note("alias", client.alias)
    t.raises_type("unknown", WSClient, other=True)
    t.raises_type("ordered on a plain client", Client, ordered=True)
    t.raises_type("positional", WSClient, "second")


@scenario
def subclasses(t):
    class AllAtOnce(WSClient):
        def receive_all(self):
            found = []
            while True:
                content = self.receive(json=False)
                if content is None:
                    return found
                found.append(content)

    with apply_routes([route("websocket.receive", shout)]):
        client = AllAtOnce()
        client.send_and_consume("websocket.receive", text="a")
        client.send_and_consume("websocket.receive", text="b")
        t.note("all", client.receive_all())


@scenario
def mutable_default_is_safe(t):
    client = WSClient(ordered=True)
    client.send("test", text="one")
    client.send("test")
    t.note("first", sorted(client.get_next_message("test").keys()))
    t.note("second", sorted(client.get_next_message("test").keys()))


@scenario
def returned_consumer_instance(t):
    from channels.generic.websockets import WebsocketConsumer

    class Counter(WebsocketConsumer):
        count = 0

        def receive(self, text=None, bytes=None, **kwargs):
            self.count += len(text)

    with apply_routes([Counter.as_route()]):
        consumer = WSClient().send_and_consume("websocket.receive", text="four")
        t.note("count", consumer.count)
        t.note("type", type(consumer).__name__)
        consumer.send(text="from the test")
        t.messages(consumer.message.reply_channel.name)


@scenario
def layer_state(t):
    client = Client()
    layer = client.channel_layer
    client.join_group("g")
    client.send("test")
    t.note("groups", {name: sorted(members) for name, members in layer._groups.items()})
    t.note("group_channels", sorted(layer.group_channels("g")))
    layer.flush()
    t.note("flushed", [layer.receive_many(["test"]), sorted(layer.group_channels("g"))])


@scenario
def message_of_the_next(t):
    client = Client()
    client.send("test", {"a": 1})
    message = client.get_next_message("test")
    t.note("type", isinstance(message, Message))
    t.note("layer", message.channel_layer is client.channel_layer)


@scenario
def content_that_is_no_dict(t):
    client, web = Client(), WSClient()
    for content in ["text", None, [1]]:
        t.raises_type("client %s" % type(content).__name__, client.send, "test", content)
        t.raises_type("web %s" % type(content).__name__, web.send, "test", content)
    t.messages("test")
