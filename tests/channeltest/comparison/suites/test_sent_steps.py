from __future__ import annotations

import pytest

from channeltest.comparison.suites.sent_steps import in_sent_steps
from channeltest.record.events import Event
from channeltest.record.schema import Record


def steps(*events):
    return [each.step for each in in_sent_steps(Record("t", events)).events]


def group(step, *members, text="a"):
    return Event("group", "the test", "group g", "g", None, {"text": text}, members, step=step)


def sent(step, text="a"):
    target = "channel of client 1"
    return Event("send", "the test", target, "x", None, {"text": text}, step=step)


def taken(step, text="a", client="client 1"):
    source = f"channel of {client}"
    return Event("receive", source, "C", "x", "C", {"text": text}, modern=True, step=step)


def frame(step, client="client 1"):
    return Event("frame", "C", client, "x", "C", {"text": "f"}, modern=True, step=step)


def connect(step):
    return Event("consume", "client 1", "C", "x", "C", {}, modern=True, step=step)


@pytest.mark.parametrize("send", [sent(1), group(1, "channel of client 1")])
def test_what_is_taken_later(send):
    assert steps(send, group(2), taken(2), frame(2), frame(2)) == [1, 2, 1, 1, 1]


def test_messages_come_in_their_order():
    events = [sent(1), sent(2, "b"), sent(3), taken(3), frame(3), taken(3, "b"), frame(3)]
    assert steps(*events, taken(3), frame(3)) == [1, 2, 3, 1, 1, 2, 2, 3, 3]


def test_a_message_that_was_lost():
    assert steps(sent(1, "lost"), sent(2), group(3), taken(3), frame(3)) == [1, 2, 3, 2, 2]


def test_the_frames_of_another_client():
    events = [group(1, "channel of client 1"), group(2), taken(2), frame(2, "client 2"), frame(2)]
    assert steps(*events) == [1, 2, 1, 2, 1]


def test_what_follows_from_the_next_message_of_the_client():
    assert steps(sent(1), group(2), taken(2), connect(3), frame(3)) == [1, 2, 1, 3, 3]


def test_what_nobody_is_known_to_have_sent():
    assert steps(taken(2), frame(2)) == [2, 2]


def test_groups_that_a_handler_joins():
    join = Event("join", "C", "group g", "g", "C", None, ("client 1",), modern=True, step=2)
    assert steps(sent(1), group(2), taken(2), join) == [1, 2, 1, 1]
