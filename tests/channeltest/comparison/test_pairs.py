"""Generated pairs of consumers: equal by construction, or with one mutation in what they do."""

from __future__ import annotations

import json
import unittest

import pytest
from asgiref.sync import async_to_sync
from channels import Channel, Group, route
from channels.generic.http import AsyncHttpConsumer
from channels.generic.websocket import WebsocketConsumer as ModernConsumer
from channels.generic.websockets import WebsocketConsumer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channeltest import ChannelTestCase, Client, WSClient, parity

pytestmark = pytest.mark.django_db(transaction=True)

TEXTS = st.text("abcXYZ019", min_size=1, max_size=5)
GROUPS = st.sampled_from(["g1", "g2"])

# What a consumer does in answer to one frame, and what it may do instead.
ACTIONS = st.one_of(
    st.tuples(st.just("text"), TEXTS),
    st.tuples(st.just("json"), st.dictionaries(TEXTS, st.integers() | TEXTS, max_size=3)),
    st.tuples(st.just("bytes"), TEXTS.map(str.encode)),
    st.tuples(st.just("channel"), TEXTS),
    st.tuples(st.just("group"), TEXTS),
    st.tuples(st.just("join"), GROUPS),
    st.tuples(st.just("leave"), GROUPS),
    st.tuples(st.just("raise"), TEXTS),
    st.tuples(st.just("close"), st.sampled_from([1000, 4000, 4001])),
)
PROGRAMS = st.lists(st.lists(ACTIONS, max_size=3), min_size=1, max_size=4)


def old(program):
    """The program as a consumer of Channels 1."""

    class Program(WebsocketConsumer):
        def receive(self, text=None, bytes=None, **kwargs):
            for kind, value in program[int(text)]:
                if kind == "text":
                    self.send(text=value)
                elif kind == "json":
                    self.send(text=json.dumps(value))
                elif kind == "bytes":
                    self.send(bytes=value)
                elif kind == "channel":
                    Channel("results").send({"v": value}, immediately=True)
                elif kind == "group":
                    Group("others").send({"v": value}, immediately=True)
                elif kind == "join":
                    Group(value).add(self.message.reply_channel)
                elif kind == "leave":
                    Group(value).discard(self.message.reply_channel)
                elif kind == "close":
                    self.close(value)
                    return
                else:
                    raise ValueError(value)

    return [Program.as_route()]


def new(program):
    """The program as a consumer of Channels 4, with other spellings of the same."""

    class Program(ModernConsumer):
        def receive(self, text_data=None, bytes_data=None):
            layer = self.channel_layer
            for kind, value in program[int(text_data)]:
                if kind == "text":
                    self.send(text_data=value)
                elif kind == "json":
                    keys = sorted(value, reverse=True)
                    text = json.dumps({key: value[key] for key in keys}, separators=(",", ":"))
                    self.send(text_data=text)
                elif kind == "bytes":
                    self.send(bytes_data=value)
                elif kind == "channel":
                    async_to_sync(layer.send)("results", {"type": "result", "v": value})
                elif kind == "group":
                    async_to_sync(layer.group_send)("others", {"type": "other", "v": value})
                elif kind == "join":
                    async_to_sync(layer.group_add)(value, self.channel_name)
                elif kind == "leave":
                    async_to_sync(layer.group_discard)(value, self.channel_name)
                elif kind == "close":
                    self.close(value)
                    return
                else:
                    raise ValueError(value)

    return [Program.as_route()]


def report(one, other, test):
    """What parity says of a test under two routings."""

    class Case(ChannelTestCase):
        @parity(one, other)
        def test(self):
            test()

    result = unittest.TestResult()
    Case("test")(result)
    assert not result.errors, result.errors
    return "".join(text for _, text in result.failures)


def frames(steps):
    """Return a test that sends every step's number as a frame, until one raises or closes."""

    def test():
        client = WSClient()
        client.send_and_consume("websocket.connect")
        for step in range(steps):
            try:
                client.send_and_consume("websocket.receive", text=str(step))
            except ValueError:
                return
            received = iter(lambda: client.get_next_message(client.reply_channel), None)
            if any("close" in message.content for message in list(received)):
                return

    return test


def effect(program):
    """What can be seen of a program: its actions to its end, and its groups."""
    seen, joined = [], set()
    for step in program:
        before, sends = set(joined), {}
        for kind, value in step:
            if kind == "join":
                joined.add(value)
            elif kind == "leave":
                joined.discard(value)
            elif kind in ("raise", "close"):
                seen.append((sends, joined != before and sorted(joined), (kind, value)))
                return seen
            else:
                place = "client" if kind in ("text", "json", "bytes") else kind
                sends.setdefault(place, []).append(_canonical(kind, value))
        seen.append((sends, joined != before and sorted(joined), None))
    return seen


def _canonical(kind, value):
    if kind == "json":
        return "text", json.dumps(value, sort_keys=True)
    return kind, value


EXAMPLES = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


@EXAMPLES
@given(PROGRAMS)
def test_equal_programs_are_no_alarm(program):
    assert report(old(program), new(program), frames(len(program))) == ""


@EXAMPLES
@given(PROGRAMS, st.data())
def test_one_mutation_is_an_alarm(program, data):
    step = data.draw(st.integers(0, len(program) - 1), label="step")
    place = data.draw(st.integers(0, len(program[step])), label="place")
    changed = [list(actions) for actions in program]
    changed[step][place : place + data.draw(st.integers(0, 1))] = [data.draw(ACTIONS)]
    text = report(old(program), new(changed), frames(len(program)))
    assert bool(text) is (effect(program) != effect(changed))


RESPONSES = {
    "status": st.sampled_from([200, 201, 404]),
    "headers": st.lists(st.tuples(st.sampled_from([b"X-A", b"x-b"]), TEXTS.map(str.encode))),
    "body": TEXTS.map(str.encode) | st.dictionaries(TEXTS, TEXTS),
}


def old_response(response):
    """The response of a consumer of Channels 1."""
    body = response["body"]

    def answer(message):
        message.reply_channel.send({
            "status": response["status"],
            "headers": response["headers"],
            "content": json.dumps(body).encode() if isinstance(body, dict) else body,
        })  # fmt: skip

    return [route("http.request", answer)]


def new_response(response):
    """The response of a consumer of Channels 4, with other spellings of the same."""
    body = response["body"]
    spelled = json.dumps(body, indent=1).encode() if isinstance(body, dict) else body
    headers = [(name.upper(), value) for name, value in reversed(response["headers"])]

    class Answer(AsyncHttpConsumer):
        async def handle(self, body):
            await self.send_response(response["status"], spelled, headers=headers)

    return [Answer.as_route()]


def request():
    """Make one request."""
    Client().send_and_consume("http.request", {"path": "/", "method": "GET"})


def canonical_response(response):
    headers = sorted((name.lower(), value) for name, value in response["headers"])
    return {**response, "headers": headers}


@EXAMPLES
@given(st.fixed_dictionaries(RESPONSES))
def test_equal_responses_are_no_alarm(response):
    assert report(old_response(response), new_response(response), request) == ""


@EXAMPLES
@given(st.fixed_dictionaries(RESPONSES), st.data())
def test_one_mutation_of_a_response_is_an_alarm(response, data):
    key = data.draw(st.sampled_from(sorted(RESPONSES)), label="key")
    changed = {**response, key: data.draw(RESPONSES[key], label="changed")}
    text = report(old_response(response), new_response(changed), request)
    assert bool(text) is (canonical_response(response) != canonical_response(changed))
