"""``enforce_ordering``."""

from channels import Channel, channel_layers, route
from channels.message import Message
from channels.sessions import (
    channel_session,
    enforce_ordering,
    requeue_messages,
    session_for_reply_channel,
    wait_channel_name,
)
from channels.test import HttpClient, WSClient, apply_routes

from tests.differential.recorder import scenario


def make(name="test", **content):
    return Message(content, name, channel_layers["default"])


def recording(seen):
    @enforce_ordering
    def consumer(message, **kwargs):
        seen.append(message["order"])

    return consumer


@scenario
def in_order(t):
    seen = []
    for order in range(3):
        recording(seen)(make(reply_channel="r", order=order))
    t.note("seen", seen)
    t.note("next", session_for_reply_channel("r")["__channels_next_order"])


@scenario
def out_of_order_waits(t):
    seen = []
    consumer = recording(seen)
    consumer(make(reply_channel="r", order=1, value="one"))
    t.note("seen", seen)
    wait = channel_layers["default"].receive(["__wait__.r"])
    t.note("waiting", wait)
    channel_layers["default"].send(*wait)
    consumer(make(reply_channel="r", order=0))
    t.note("seen", seen)
    message = t.case.get_next_message("test")
    t.note("requeued", message)
    consumer(message)
    t.note("seen", seen)


@scenario
def several_waiting_come_back_together(t):
    seen = []
    consumer = recording(seen)
    for order in [3, 1, 2]:
        consumer(make(reply_channel="r", order=order))
    consumer(make(reply_channel="r", order=0))
    t.note("seen", seen)
    for _ in range(20):
        message = t.case.get_next_message("test")
        if message is None:
            break
        consumer(message)
    t.note("seen", seen)


@scenario
def duplicates_and_old_orders(t):
    seen = []
    consumer = recording(seen)
    consumer(make(reply_channel="r", order=0))
    consumer(make(reply_channel="r", order=0))
    t.note("seen", seen)
    t.messages("__wait__.r")


@scenario
def order_as_text(t):
    seen = []
    consumer = recording(seen)
    consumer(make(reply_channel="r", order="0"))
    consumer(make(reply_channel="r", order="1"))
    t.note("seen", seen)
    t.raises_type("no number", consumer, make(reply_channel="r", order="x"))


@scenario
def needs_order_and_reply_channel(t):
    consumer = recording([])
    t.raises("no order", consumer, make(reply_channel="r"))
    t.raises("no reply channel", consumer, make(order=0))
    t.raises("no message", consumer, "text")


@scenario
def slight_is_gone(t):
    t.raises("slight", enforce_ordering, slight=True)
    t.raises("slight with a function", enforce_ordering, lambda message: None, slight=True)


@scenario
def with_and_without_parentheses(t):
    seen = []

    @enforce_ordering()
    def called(message):
        seen.append("called")

    @enforce_ordering(slight=False)
    def slight(message):
        seen.append("slight")

    called(make(reply_channel="a", order=0))
    slight(make(reply_channel="b", order=0))
    t.note("seen", seen)
    t.note("name", called.__name__)


@scenario
def return_value_is_dropped(t):
    @enforce_ordering
    def consumer(message):
        return "value"

    t.note("result", consumer(make(reply_channel="r", order=0)))


@scenario
def connections_are_apart(t):
    seen = []
    consumer = recording(seen)
    consumer(make(reply_channel="a", order=0))
    consumer(make(reply_channel="b", order=1))
    consumer(make(reply_channel="b", order=0))
    t.note("seen", seen)


@scenario
def error_does_not_advance(t):
    @enforce_ordering
    def failing(message):
        raise ValueError("no")

    t.raises("first", failing, make(reply_channel="r", order=0))
    t.note("next", session_for_reply_channel("r").get("__channels_next_order"))
    seen = []
    recording(seen)(make(reply_channel="r", order=0))
    t.note("seen", seen)


@scenario
def with_a_channel_session(t):
    @enforce_ordering
    @channel_session
    def consumer(message):
        orders = message.channel_session.get("orders", [])
        message.channel_session["orders"] = [*orders, message["order"]]

    for order in range(3):
        consumer(make(reply_channel="r", order=order))
    t.note("orders", session_for_reply_channel("r")["orders"])
    t.note("next", session_for_reply_channel("r")["__channels_next_order"])


@scenario
def channel_session_outside(t):
    seen = []

    @channel_session
    @enforce_ordering
    def consumer(message):
        message.channel_session["n"] = message.channel_session.get("n", 0) + 1
        seen.append(message.channel_session["n"])

    for order in range(3):
        consumer(make(reply_channel="r", order=order))
    t.note("seen", seen)


@scenario
def wait_channel_names(t):
    for name in ["plain", "process!local", "single?reader", "a!b"]:
        t.note(name, wait_channel_name(name))


@scenario
def full_wait_channel(t):
    consumer = recording([])
    for order in range(1, 11):
        consumer(make(reply_channel="r", order=order))
    t.raises("eleventh", consumer, make(reply_channel="r", order=11))


@scenario
def requeue_onto_a_full_channel(t):
    consumer = recording([])
    consumer(make(reply_channel="r", order=1))
    for number in range(10):
        Channel("test").send({"n": number})
    t.raises("requeue", consumer, make(reply_channel="r", order=0))


@scenario
def requeue_by_hand(t):
    Channel("__wait__.r").send({"original_channel": "back", "value": 1})
    Channel("__wait__.r").send({"original_channel": "there", "value": 2})
    requeue_messages(make(reply_channel="r"))
    t.messages("back")
    t.messages("there")
    t.messages("__wait__.r")


@scenario
def ordered_client(t):
    seen = []
    consumer = recording(seen)
    with apply_routes([route("websocket.receive", consumer, path="^/ws")]):
        client = HttpClient(ordered=True)
        for text in ["1", "2", "3"]:
            client.send_and_consume("websocket.receive", text=text, path="/ws")
        t.note("seen", seen)
        t.note("order", client.order)
        t.raises("own order", client.send, "websocket.receive", {"order": 5}, text="4", path="/ws")


@scenario
def manual_order_as_documented(t):
    seen = []

    @enforce_ordering
    def consumer(message):
        seen.append(message["text"])

    with apply_routes([route("websocket.receive", consumer)]):
        client = WSClient()
        client.send("websocket.receive", content={"order": 0}, text="1")
        client.send("websocket.receive", content={"order": 2}, text="2")
        client.send("websocket.receive", content={"order": 1}, text="3")
        for _ in range(4):
            client.consume("websocket.receive")
        t.note("seen", seen)
        t.raises("nothing left", client.consume, "websocket.receive")


@scenario
def same_wait_channel_for_both_names(t):
    seen = []
    consumer = recording(seen)
    consumer(make(reply_channel="websocket.send!abc", order=1))
    t.messages("__wait__.websocket.send?abc")
