"""``allowed_hosts_only`` and the exceptions that consumers raise."""

from channels import channel_layers, route
from channels.exceptions import (
    ChannelSocketException,
    ConsumeLater,
    DenyConnection,
    RequestAborted,
    RequestTimeout,
    ResponseLater,
    SendNotAvailableOnDemultiplexer,
    WebsocketCloseException,
)
from channels.message import Message
from channels.security.websockets import (
    AllowedHostsOnlyOriginValidator,
    BaseOriginValidator,
    allowed_hosts_only,
)
from channels.sessions import channel_session
from channels.test import Client, WSClient, apply_routes
from django.test.utils import override_settings

from tests.differential.recorder import scenario


def make(headers, name="websocket.connect"):
    return Message(
        {"headers": headers, "reply_channel": "websocket.send!r"}, name, channel_layers["default"]
    )


@allowed_hosts_only
def consumer(message, **kwargs):
    return "connected"


def origin(value):
    return make([[b"host", b"x"], [b"origin", value]])


@scenario
def allowed_origins(t):
    for value in [
        b"http://example.com",
        b"https://example.com:8000",
        b"http://testserver",
        b"http://a.wild.org",
    ]:
        t.raises(value.decode(), consumer, origin(value))


@scenario
def denied_origins(t):
    for value in [
        b"http://evil.com",
        b"http://example.com.evil.com",
        b"",
        b"null",
        b"example.com",
        b"http://",
    ]:
        t.raises(value.decode(), consumer, origin(value))
    t.raises("non-ascii", consumer, origin(b"http://\xc3\xa4.com"))


@scenario
def missing_origin(t):
    t.raises("no header", consumer, make([[b"host", b"x"]]))
    t.raises("no headers", consumer, make([]))
    t.raises("empty header", consumer, make([[], [b"origin"]]))
    t.raises("no key", consumer, Message({}, "websocket.connect", channel_layers["default"]))


@scenario
def debug_allows_localhost(t):
    with override_settings(DEBUG=True, ALLOWED_HOSTS=[]):
        for value in [
            b"http://localhost:8000",
            b"http://127.0.0.1",
            b"http://[::1]:8000",
            b"http://example.com",
        ]:
            t.raises(value.decode(), consumer, origin(value))
    with override_settings(DEBUG=False, ALLOWED_HOSTS=[]):
        t.raises("without debug", consumer, origin(b"http://localhost"))


@scenario
def every_host(t):
    with override_settings(ALLOWED_HOSTS=["*"]):
        t.raises("any", consumer, origin(b"http://any.where"))


@scenario
def validators_of_ones_own(t):
    class Https(BaseOriginValidator):
        def validate_origin(self, message, origin):
            return origin.startswith("https://")

    @Https
    def secure(message, **kwargs):
        return kwargs

    t.raises("https", secure, origin(b"https://any.where"), room="blue")
    t.raises("http", secure, origin(b"http://any.where"))
    t.note("name", secure.__name__)
    t.note("function", secure.func.__name__)
    t.note("alias", allowed_hosts_only is AllowedHostsOnlyOriginValidator)


@scenario
def get_header(t):
    validator = BaseOriginValidator(lambda message: None)
    message = make([[b"a", b"1"], [], [b"b", b"2", b"3"]])
    t.note("a", validator.get_header(message, b"a"))
    t.note("b", validator.get_header(message, b"b"))
    t.raises("c", validator.get_header, message, b"c")


@scenario
def validate_origin_is_abstract(t):
    validator = BaseOriginValidator(lambda message: None)
    t.raises_type("validate_origin", validator.validate_origin, origin(b"http://example.com"), "x")


@scenario
def above_other_decorators(t):
    @allowed_hosts_only
    @channel_session
    def both(message):
        return message.channel_session is not None

    t.raises("allowed", both, origin(b"http://example.com"))
    t.raises("denied", both, origin(b"http://evil.com"))


@scenario
def client_with_an_origin(t):
    with apply_routes([route("websocket.connect", consumer)]):
        client = WSClient()
        t.raises("no origin", client.send_and_consume, "websocket.connect", check_accept=False)
        # A client's headers are a dict, which get_header() cannot search.
        client.set_header("origin", b"http://example.com")
        t.raises("dict headers", client.send_and_consume, "websocket.connect", check_accept=False)
        headers = [[b"origin", b"http://example.com"]]
        t.raises(
            "list",
            client.send_and_consume,
            "websocket.connect",
            {"headers": headers},
            check_accept=False,
        )


@scenario
def hierarchy(t):
    for exception in [
        ConsumeLater,
        ResponseLater,
        RequestTimeout,
        RequestAborted,
        DenyConnection,
        ChannelSocketException,
        WebsocketCloseException,
        SendNotAvailableOnDemultiplexer,
    ]:
        t.note(exception.__name__, issubclass(exception, ChannelSocketException))
        t.note(
            "%s text" % exception.__name__,
            str(exception("text")) if exception is not WebsocketCloseException else "",
        )
    t.note("module", DenyConnection)


@scenario
def socket_exception_must_run(t):
    t.raises("run", ChannelSocketException().run, make([]))


@scenario
def close_codes(t):
    for code in [None, 1000, 3000, 4999, 1001, 999, 5000]:
        t.raises("code %s" % code, lambda code=code: WebsocketCloseException(code)._code)
    t.raises_type("text", WebsocketCloseException, "1000")
    t.raises("float", WebsocketCloseException, 1.5)


@scenario
def close_exception_runs(t):
    message = Message(
        {"reply_channel": "websocket.send!r"}, "websocket.receive", channel_layers["default"]
    )
    WebsocketCloseException(4001).run(message)
    WebsocketCloseException().run(message)
    t.messages("websocket.send!")
    other = Message({"reply_channel": "http.response!r"}, "http.request", channel_layers["default"])
    t.raises("not a websocket", WebsocketCloseException(4001).run, other)


@scenario
def close_exception_in_a_consumer(t):
    def closing(message):
        raise WebsocketCloseException(4001)

    with apply_routes([route("websocket.receive", closing)]):
        client = WSClient()
        t.raises("reply channel of a client", client.send_and_consume, "websocket.receive")
        client = WSClient()
        client.reply_channel = "websocket.send!x"
        t.raises("of a websocket", client.send_and_consume, "websocket.receive")
        t.messages("websocket.send!")


@scenario
def own_socket_exception(t):
    class Goodbye(ChannelSocketException):
        def run(self, message):
            message.reply_channel.send({"goodbye": str(self)})

    def leaving(message):
        message.reply_channel.send({"before": True})
        raise Goodbye("now")

    with apply_routes([route("test", leaving)]):
        client = Client()
        t.raises("consume", client.send_and_consume, "test")
        t.note("replies", [client.receive(), client.receive(), client.receive()])


@scenario
def consumers_errors_reach_the_test(t):
    def raising(message):
        message.reply_channel.send({"before": True})
        raise {"deny": DenyConnection, "later": ConsumeLater, "value": ValueError}[message["what"]](
            "text"
        )

    with apply_routes([route("test", raising)]):
        client = Client()
        for what in ["deny", "later", "value"]:
            t.raises(what, client.send_and_consume, "test", {"what": what})
            t.messages(client.reply_channel)
