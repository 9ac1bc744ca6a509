"""Each line of docs/howto/parity.rst about what is compared, and what not, holds."""

from __future__ import annotations

import contextlib
import datetime
import itertools
import re
import unittest
import uuid
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from channels import Channel, Group, route
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter
from django.contrib.auth.models import Group as UserGroup
from django.contrib.auth.models import User
from django.core import mail
from django.dispatch import Signal

from channeltest import ChannelTestCase, WSClient, parity
from tests.values.models import IntegerValue, Tagged

from ..helpers import ROOT

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore::channeltest.WireWarning"),
]

left = Signal()

HEADERS = [(b"X-B", b"2"), (b"x-a", b"1")]


# Routes of Channels 1


def does(receive, connect=lambda message: message.reply_channel.send({"accept": True})):
    """Routes of functions that take a message."""
    return [route("websocket.connect", connect), route("websocket.receive", receive)]


def says(*contents):
    """Routes of a consumer that answers each frame with these messages."""

    def receive(message):
        for content in contents:
            message.reply_channel.send(content)

    return does(receive)


def sends(*contents, to=Channel, name="c"):
    """Routes of a consumer that sends these messages to a channel or a group."""

    def receive(message):
        for content in contents:
            to(name).send(content, immediately=True)

    return does(receive)


def calls(function):
    return does(lambda message: function())


def joins(*names):
    def receive(message):
        for name in names:
            Group(name).add(message.reply_channel)

    return does(receive)


def responds(**response):
    return [route("http.request", lambda message: message.reply_channel.send(response))]


# Applications of today


def answers(*events, connect=({"type": "websocket.accept"},)):
    """An application that answers the handshake, and each frame, with ASGI events."""

    async def application(scope, receive, send):
        while True:
            kind = (await receive())["type"]
            if kind == "websocket.disconnect":
                return
            for event in connect if kind == "websocket.connect" else events:
                await send(event)

    return application


def text(value):
    return {"type": "websocket.send", "text": value}


def streams(*parts):
    """An application that responds with a body in parts."""

    async def application(scope, receive, send):
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        for part in parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body"})

    return ProtocolTypeRouter({"http": application})


def chances(make):
    """Routes of a consumer that sends a value that is another one each time."""
    return calls(lambda: Channel("c").send({"v": make()}, immediately=True))


def clocks(name, template):
    """Routes of a consumer that responds with a header that has the time."""
    seconds = itertools.count(1)

    def respond(message):
        moment = f"Sat, 21 Nov 2026 17:58:{next(seconds):02} GMT"
        header = (name, template.format(moment).encode())
        message.reply_channel.send({**OK, "headers": [header]})

    return [route("http.request", respond)]


def denies(status=403, headers=(), body=b""):
    start = {"type": "websocket.http.response.start", "status": status, "headers": headers}
    return answers(connect=(start, {"type": "websocket.http.response.body", "body": body}))


def consumer(function, connect=None):
    """An application whose consumer awaits ``function(consumer)`` for each frame."""

    class Consumer(AsyncWebsocketConsumer):
        async def receive(self, text_data=None, bytes_data=None):
            await function(self)

        async def echoed(self, event):
            await self.send(event["text"])

    return Consumer.as_asgi()


def sends_today(*contents, to="send", name="c"):
    async def receive(consumer):
        for content in contents:
            await getattr(consumer.channel_layer, to)(name, {"type": "said", **content})

    return consumer(receive)


async def echoes_over_the_layer(consumer):
    await consumer.channel_layer.send(consumer.channel_name, {"type": "echoed", "text": "a"})


def same_dict(*numbers):
    """Routes of a consumer that sends one dict again and again."""

    def send():
        content = {}
        for number in numbers:
            content["n"] = number
            Channel("c").send(content, immediately=True)

    return calls(send)


def notes(value):
    return calls(lambda: left.send(sender=User, value=value))


def mails(body):
    return calls(lambda: mail.send_mail("s", body, "a@example.com", ["b@example.com"]))


def stores(value):
    return calls(lambda: IntegerValue.objects.create(name=value))


def registers(password):
    return calls(lambda: User.objects.create_user("ann", password=password))


def refers(first):
    """Routes of a consumer that stores references to rows whose keys were counted on."""

    def store():
        if first:
            User.objects.create_user("gone")
        user, group = User.objects.create_user("ann"), UserGroup.objects.create(name="g")
        user.groups.add(group)
        User.objects.filter(username="gone").delete()

    return calls(store)


def tags(name):
    return calls(lambda: Tagged.objects.create(name=name))


ONE_HOUR = datetime.timezone(datetime.timedelta(hours=1))


def in_zone(zone):
    return datetime.datetime(2026, 1, 1, tzinfo=zone)


class Thing:
    def __init__(self, value):
        self.value = value


def values(value):
    return sends({"v": value})


def raises(error):
    def fail():
        raise error

    return calls(fail)


def merged(*names):
    """Routes of a consumer that sends its message on to others, the last of which answers."""

    def hop(onward):
        return lambda message: Channel(onward).send({"reply_channel": message["reply_channel"]})

    channels = ["websocket.receive", *names]
    routes = [route(one, hop(other)) for one, other in zip(channels, names, strict=False)]
    last = route(channels[-1], lambda message: message.reply_channel.send({"text": "a"}))
    return [does(print)[0], *routes, last]


OK = {"status": 200, "headers": HEADERS, "content": b"x"}

# The beginning of a line: routes that are no difference, or the same beside a difference.
SAME, OTHER = "same", "other"

LINES = {
    "frames to each client": [
        (OTHER, says({"text": "a"}), answers(text("b"))),
        (OTHER, says({"bytes": b"a"}), answers(text("a"))),
        (OTHER, says({"text": "a"}, {"text": "b"}), answers(text("b"), text("a"))),
        (SAME, says({"text": "a"}, {"text": "b"}), answers(text("a"), text("b"))),
    ],
    "an empty frame of a modern consumer": [(OTHER, says(), answers(text("")))],
    "whether a client was accepted": [
        (OTHER, says(), answers(connect=({"type": "websocket.close"},))),
        (OTHER, says(), answers(connect=({"type": "websocket.accept", "subprotocol": "chat"},))),
        (
            OTHER,
            answers(connect=({"type": "websocket.accept", "subprotocol": "chat"},)),
            answers(connect=({"type": "websocket.accept"},)),
        ),
        (OTHER, says(), answers(connect=({"type": "websocket.accept", "headers": HEADERS},))),
    ],
    "the code and the reason of a close": [
        (OTHER, says({"close": 4000}), answers({"type": "websocket.close", "code": 4001})),
        (
            OTHER,
            says({"close": 4000}),
            answers({"type": "websocket.close", "code": 4000, "reason": "full"}),
        ),
        (SAME, says({"close": True}), answers({"type": "websocket.close", "code": 1000})),
    ],
    "the status, headers and body of an HTTP response": [
        (SAME, responds(**OK), responds(**OK)),
        (OTHER, responds(**OK), responds(**{**OK, "status": 201})),
        (OTHER, responds(**OK), responds(**{**OK, "headers": HEADERS[:1]})),
        (OTHER, responds(**OK), responds(**{**OK, "content": b"y"})),
    ],
    "the status, headers and body of a denial": [
        (SAME, denies(401, HEADERS, b"no"), denies(401, HEADERS[::-1], b"no")),
        (OTHER, denies(401), denies(403)),
        (OTHER, denies(headers=HEADERS), denies(headers=HEADERS[:1])),
        (OTHER, denies(body=b"no"), denies(body=b"not")),
        (OTHER, denies(), answers(connect=({"type": "websocket.close"},))),
    ],
    "sends to channels, in order": [
        (SAME, sends({"n": 1}), sends_today({"n": 1})),
        (OTHER, sends({"n": 1}), sends_today({"n": 2})),
        (OTHER, sends({"n": 1}, {"n": 2}), sends({"n": 2}, {"n": 1})),
    ],
    "sends to groups, in order": [
        (SAME, sends({"n": 1}, to=Group), sends_today({"n": 1}, to="group_send")),
        (OTHER, sends({"n": 1}, to=Group), sends_today({"n": 2}, to="group_send")),
        (OTHER, sends({"n": 1}, {"n": 2}, to=Group), sends({"n": 2}, {"n": 1}, to=Group)),
    ],
    "who is in each group after the step": [
        (OTHER, joins("g"), joins()),
        (OTHER, joins("g"), joins("h")),
    ],
    "exceptions, the type and the text": [
        (OTHER, raises(ValueError("a")), raises(ValueError("b"))),
        (OTHER, raises(ValueError("a")), raises(LookupError("a"))),
        (SAME, raises(ValueError("a")), raises(ValueError("a"))),
    ],
    "messages as their receiver got them": [
        (SAME, same_dict(1, 2), sends({"n": 1}, {"n": 2})),
        (OTHER, same_dict(1, 2), sends({"n": 2}, {"n": 2})),
    ],
    "values by value": [
        (OTHER, values(1), values(2)),
        (OTHER, values(b"a"), values(b"b")),
        (OTHER, values(Decimal("1.0")), values(Decimal("1.00"))),
        (OTHER, values(datetime.timedelta(1)), values(datetime.timedelta(2))),
        (OTHER, values({1, 2}), values({1, 3})),
        (SAME, values({1, 2}), values({2, 1})),
    ],
    "models by their label and primary key": [
        (SAME, values(User(pk=1)), values(User(pk=1, username="b"))),
        (OTHER, values(User(pk=1)), values(User(pk=2))),
        (OTHER, values(User(pk=1)), values(IntegerValue(pk=1))),
        (SAME, values(Thing("a")), values(Thing("a"))),
        (OTHER, values(Thing("a")), values(Thing("b"))),
    ],
    "a key that occurs twice": [
        (OTHER, says({"text": '{"a": 1, "a": 2}'}), answers(text('{"a": 2}')))
    ],
    '``"database"``': [(SAME, stores("a"), stores("a")), (OTHER, stores("a"), stores("b"))],
    '``"mail"``': [(SAME, mails("a"), mails("a")), (OTHER, mails("a"), mails("b"))],
    '``"signals"``': [(SAME, notes("a"), notes("a")), (OTHER, notes("a"), notes("b"))],
    "the spelling of JSON": [
        (SAME, says({"text": '{"a": 1, "b": 2}'}), answers(text('{"b":2,"a":1}'))),
        (
            SAME,
            says({"bytes": b'[1, "[2]"]'}),
            answers({"type": "websocket.send", "bytes": b' [1,"[2]"]'}),
        ),
        (SAME, says({"text": '["[1, 2]"]'}), answers(text('["[1,2]"]'))),
        (OTHER, says({"text": '{"a": 1}'}), answers(text('{"a": "1"}'))),
    ],
    "the order of headers": [
        (SAME, responds(**OK), responds(**{**OK, "headers": HEADERS[::-1]})),
        (SAME, sends({"a": 1, "b": (1, 2)}), sends_today({"b": [1, 2], "a": 1})),
    ],
    "the order between two clients": [
        (
            SAME,
            calls(lambda: (Channel("a").send({}), Channel("b").send({}))),
            calls(lambda: (Channel("b").send({}), Channel("a").send({}))),
        )
    ],
    "the parts in which the body of a response is sent": [
        (SAME, responds(**{**OK, "content": b"abc"}), streams(b"a", b"bc")),
        (SAME, streams(b'{"a": ', b"1}"), responds(**{**OK, "content": b'{"a":1}'})),
        (OTHER, streams(b"a", b"b"), streams(b"ab", b"c")),
    ],
    "the ``type`` of a modern consumer's message": [
        (SAME, sends({"n": 1}), sends_today({"n": 1})),
        (OTHER, sends({"n": 1, "type": "other"}), sends_today({"n": 1})),
    ],
    "what a modern consumer sends to itself": [
        (SAME, says({"text": "a"}), consumer(echoes_over_the_layer))
    ],
    "an empty frame of a consumer of Channels 1": [
        (SAME, says({"text": ""}, {"text": "a"}), answers(text("a"))),
        (SAME, says({"text": ""}), answers(text(""))),
    ],
    "a second acceptance": [(SAME, says({"accept": True}, {"text": "a"}), answers(text("a")))],
    "the groups of a client that was never accepted": [
        (
            SAME,
            does(print, lambda message: message.reply_channel.send({"close": True})),
            does(
                print,
                lambda message: (
                    Group("g").add(message.reply_channel),
                    message.reply_channel.send({"close": True}),
                ),
            ),
        )
    ],
    "the connect of a client that sends frames without one": [
        (SAME, says({"text": "a"}), answers(text("a")))
    ],
    "names that are random": [
        (
            SAME,
            does(lambda message: message.reply_channel.send({"text": message.reply_channel.name})),
            does(lambda message: message.reply_channel.send({"text": message.reply_channel.name})),
        ),
        (SAME, chances(uuid.uuid4), chances(uuid.uuid4)),
        (SAME, chances(lambda: uuid.uuid1().hex), chances(lambda: uuid.uuid1().hex)),
        (SAME, chances(lambda: repr(object())), chances(lambda: repr(object()))),
        (OTHER, values("0xff0000"), values("0x00ff00")),
        (OTHER, values(uuid.uuid5(uuid.NAMESPACE_DNS, "a")), values(uuid.UUID(int=1))),
    ],
    "the dates of the headers": [
        (SAME, clocks(b"Expires", "{}"), clocks(b"expires", "{}")),
        (SAME, clocks(b"Date", "{}"), clocks(b"Date", "{}")),
        (SAME, *[clocks(b"Set-Cookie", "a=1; expires={}; Path=/")] * 2),
        (OTHER, clocks(b"Set-Cookie", "a=1; expires={}"), clocks(b"Set-Cookie", "a=2; expires={}")),
        (OTHER, clocks(b"Last-Modified", "{}"), clocks(b"Last-Modified", "x{}")),
    ],
    "the name of a time zone": [
        (SAME, values(in_zone(ZoneInfo("Europe/Berlin"))), values(in_zone(ONE_HOUR))),
        (OTHER, values(in_zone(ZoneInfo("Europe/Berlin"))), values(in_zone(datetime.timezone.utc))),
    ],
    "in the database": [
        (SAME, registers("a"), registers("b")),
        (SAME, refers(first=False), refers(first=True)),
        (SAME, tags("a"), tags("a")),
        (OTHER, tags("a"), tags("b")),
    ],
    '``"frames"``': [(SAME, says({"text": "a"}), says({"text": "b"}))],
    '``"channels"``': [
        (SAME, sends({"n": 1}), sends({"n": 2})),
        (SAME, merged("chat.receive"), merged()),
        (SAME, merged("one", "two"), merged()),
    ],
    '``"groups"``': [(SAME, sends({"n": 1}, to=Group), sends({"n": 2}, to=Group))],
    '``"members"``': [(SAME, joins("g"), joins())],
    '``"exceptions"``': [(SAME, raises(ValueError("a")), raises(ValueError("b")))],
}

# What no test can show by a difference that is missing.
NOT_COMPARED = {
    "the time that something takes",
    "connections to databases and to Redis",
    "the subprotocol that the server of Channels 1 chose by itself",
    "return values and attributes of consumers",
}

# The section of the page, and the argument of `parity` that its lines are about.
COMPARE = ("database", "mail", "signals")
IGNORE = ("frames", "channels", "groups", "members", "exceptions")


def documented_lines():
    """The lines of the page that say what is compared, and what not."""
    page = (ROOT / "docs" / "howto" / "parity.rst").read_text()
    part = page[page.index("What is compared\n---") : page.index("What runs\n---")]
    return re.findall(r"^- (.*)$", part, re.M)


def test_each_line_has_a_case():
    begun = [*LINES, *NOT_COMPARED]
    lines = documented_lines()
    assert [line for line in lines if not any(line.startswith(each) for each in begun)] == []
    assert [each for each in begun if not any(line.startswith(each) for line in lines)] == []
    assert len(lines) == len(begun)


def options(line):
    """The arguments of `parity` that a line is about."""
    name = line.strip('`"')
    if name in COMPARE:
        return {"compare": [name]}
    if line == "in the database":
        return {"compare": ["database"]}
    return {"ignore": [name]} if name in IGNORE else {}


def talk(connects=True):
    """Connect, send a frame, and work off what the consumers have sent on."""
    client = WSClient()
    if connects:
        client.send_and_consume("websocket.connect", check_accept=False)
        message = client.get_next_message(client.reply_channel)
        if not (message and message.content.get("accept")):
            return
    with contextlib.suppress(ValueError, LookupError):
        client.send_and_consume("websocket.receive", {"text": "go"})
        for channel in ("chat.receive", "one", "two"):
            client.consume(channel, fail_on_none=False)


def request():
    WSClient().send_and_consume("http.request", {"path": "/", "method": "GET"})


def serves_http(routing):
    if isinstance(routing, list):
        return "http.request" in str(routing[0])
    return isinstance(routing, ProtocolTypeRouter)


def report(line, old, new):
    """What parity says of two routings."""

    class Case(ChannelTestCase):
        @parity(old, new, **options(line))
        def test(self):
            if serves_http(old):
                request()
            else:
                talk(connects="without one" not in line)

    result = unittest.TestResult()
    Case("test")(result)
    assert not result.errors, result.errors
    return "".join(text for _, text in result.failures)


@pytest.mark.parametrize(
    ("line", "verdict", "old", "new"),
    [(line, *case) for line, cases in LINES.items() for case in cases],
    ids=[line for line, cases in LINES.items() for _ in cases],
)
def test_a_line(line, verdict, old, new):
    text = report(line, old, new)
    assert bool(text) is (verdict is OTHER), text
    if verdict is OTHER:
        assert "The consumers do not say the same" in text
