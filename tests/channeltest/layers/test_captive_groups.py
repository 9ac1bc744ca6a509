"""What a captive layer says of messages that are sent later, and what it delivers without limit."""

from __future__ import annotations

import warnings
from unittest import mock

import pytest
from channeltest.compat.layers.inbox import Inbox

from channeltest import CaptiveLayer, WireError, WireWarning
from channeltest.asgi.connection import Connection
from channeltest.record.entries import current, now, since

# msgpack makes a list of it.
INEXACT = {"v": (1, 2)}


def warned(call, *arguments):
    """How often a call warns of the wire."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call(*arguments)
    return [each.category for each in caught].count(WireWarning)


def with_member():
    layer = CaptiveLayer()
    layer.group_add("g", "c")
    return layer


@pytest.mark.parametrize(
    ("layer", "times"), [(CaptiveLayer(), 0), (with_member(), 1)], ids=["empty group", "member"]
)
def test_a_lenient_wire_warns_of_a_later_group_send_that_somebody_receives(layer, times):
    assert warned(layer.verify_send_group, "g", INEXACT) == times


@pytest.mark.parametrize("verify", [CaptiveLayer.verify_send_group, CaptiveLayer.send_group])
def test_a_strict_wire_refuses_a_send_to_an_empty_group(verify):
    with pytest.raises(WireError):
        verify(CaptiveLayer("strict"), "g", INEXACT)


def test_one_warning_for_a_message_that_is_sent_later():
    layer, message = CaptiveLayer(), {**INEXACT}
    assert warned(layer.verify_send, "c", message) == 1
    assert warned(layer.send, "c", message) == 0
    assert warned(layer.send, "c", {**INEXACT}) == 1


def test_an_exact_message_leaves_the_next_its_warning():
    layer, message = CaptiveLayer(), {"v": [1]}
    assert warned(layer.verify_send, "c", message) == 0
    message["v"] = (1, 2)
    assert warned(layer.send, "c", message) == 1


def test_a_client_receives_whatever_its_application_sends():
    layer = CaptiveLayer(capacity=2)
    for number in range(5):
        layer.deliver("c", {"n": number})
    assert [layer.receive_many(["c"])[1] for _ in range(5)] == [{"n": n} for n in range(5)]


class Joining:
    """Whoever joins a group: a consumer, whose connection is the current one, or a test."""

    def __init__(self, by_consumer):
        self._by_consumer = by_consumer

    def __enter__(self):
        self._token = current.set(mock.Mock(Connection)) if self._by_consumer else None

    def __exit__(self, *error):
        if self._token is not None:
            current.reset(self._token)


@pytest.mark.parametrize("by_consumer", [True, False])
def test_a_consumer_joins_for_itself_and_a_test_for_its_client(by_consumer):
    layer = CaptiveLayer()
    layer.inboxes["c"] = Inbox("specific.c!x")
    with Joining(by_consumer):
        layer.group_add("g", "c")
    assert layer.inboxes["c"].groups == ({"g"} if by_consumer else set())


def test_a_consumer_joins_with_a_channel_that_nobody_else_has():
    layer = CaptiveLayer()
    with Joining(by_consumer=True):
        layer.group_add("g", "other")
    layer.send_group("g", {"text": "ok"})
    assert layer.receive_many(["other"]) == ("other", {"text": "ok"})


def recorded(call, *arguments):
    """The kinds of entries that a call adds to the record."""
    mark = now()
    call(*arguments)
    return [entry[0] for entry in since(mark).entries]


@pytest.mark.parametrize(("is_silent", "kinds"), [(False, ["join", "leave"]), (True, [])])
def test_what_a_silent_connection_joins_and_leaves_is_not_recorded(is_silent, kinds):
    layer = CaptiveLayer()
    with Joining(by_consumer=True):
        current.get().is_silent = is_silent
        joined, left = recorded(layer.group_add, "g", "c"), recorded(layer.group_discard, "g", "c")
    assert [*joined, *left] == kinds


def test_what_a_test_joins_is_recorded():
    assert recorded(CaptiveLayer().group_add, "g", "c") == ["join"]
