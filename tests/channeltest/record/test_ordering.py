from __future__ import annotations

import pytest
from channels import Group
from channels.routing import route
from channels.test import WSClient

from channeltest import apply_routes, captive_layers, trace
from channeltest.comparison.transcript import transcript
from channeltest.record.events import Event
from channeltest.record.ordering import ordered

STEP = Event("consume", "client", "f", "websocket.receive", "f", {}, step=1)


def frame(target, text, step=1):
    return Event("frame", "f", target, target, "f", {"text": text}, step=step)


def group(name, *members):
    return Event("group", "f", f"group {name}", name, "f", {"text": name}, members, step=1)


def order(*events):
    return [*ordered(events)]


def test_between_two_clients_there_is_no_order():
    one, other, later = frame("client 1", "a"), frame("client 2", "b"), frame("client 1", "c")
    assert order(STEP, other, one, later) == order(STEP, one, later, other)
    assert order(other, one, STEP) == [STEP, one, other]


def test_steps_come_in_their_order():
    late, early = frame("client 1", "a", 2), frame("client 2", "b", 1)
    assert order(late, early) == [early, late]


def test_a_group_concerns_its_members():
    one, other = frame("client 1", "a"), frame("client 2", "b")
    told = group("g", "client 1", "channel of client 2")
    assert order(STEP, told, one, other) == [STEP, other, told, one]
    assert order(STEP, one, told, other) == [STEP, one, other, told]


def test_groups_with_the_same_member():
    first, second = group("b", "client"), group("a", "client")
    assert order(STEP, first, second) == [STEP, first, second]
    assert order(STEP, second, first) == [STEP, second, first]


def answers_first(message):
    message.reply_channel.send({"text": "answer"})
    Group("g").send({"text": "broadcast"})


def answers_last(message):
    Group("g").send({"text": "broadcast"})
    message.reply_channel.send({"text": "answer"})


def lines(consumer):
    with captive_layers(), trace() as traced, apply_routes([route("websocket.receive", consumer)]):
        client = WSClient()
        client.join_group("g")
        client.send_and_consume("websocket.receive", text="x")
        assert client.receive(json=False)
    return [line.strip() for line in transcript(traced.as_record("t").ordered().events)]


@pytest.mark.django_db
def test_a_client_sees_which_came_first():
    answer, broadcast = "client <- text 'answer'", "client <- text 'broadcast'"
    found = lines(answers_first)
    assert found.index(answer) < found.index(broadcast)
    found = lines(answers_last)
    assert found.index(broadcast) < found.index(answer)
