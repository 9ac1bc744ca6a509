"""What classes like those of chanx broadcast."""

from __future__ import annotations

import pytest
from asgiref.sync import async_to_sync

from channeltest import capture_broadcast_events, capture_topic_broadcasts


@pytest.fixture
def consumer():
    class Base:
        delivered: list = []

        @classmethod
        async def broadcast_event(cls, event, groups=None):
            cls.delivered.append((cls, event, groups))

        @classmethod
        async def broadcast(cls, topic, event, *, seq=None):
            cls.delivered.append((cls, topic, event, seq))

    class Consumer(Base):
        delivered: list = []

    return Consumer


def test_events_are_captured_instead_of_delivered(consumer):
    with capture_broadcast_events(consumer) as events:
        async_to_sync(consumer.broadcast_event)("event", "group")
    assert [(each.event, each.groups) for each in events] == [("event", "group")]
    assert consumer.delivered == []


def test_events_are_captured_and_delivered(consumer):
    with capture_broadcast_events(consumer, suppress=False) as events:
        async_to_sync(consumer.broadcast_event)("event", groups=["a", "b"])
    assert [each.groups for each in events] == [["a", "b"]]
    assert consumer.delivered == [(consumer, "event", ["a", "b"])]


@pytest.mark.parametrize("options", [{}, {"suppress": True}, {"suppress": False}])
def test_topics(consumer, options):
    with capture_topic_broadcasts(topic_class=consumer, **options) as broadcasts:
        async_to_sync(consumer().broadcast)("topic", event="event", seq=1)
    assert [(each.topic, each.event, each.seq) for each in broadcasts] == [("topic", "event", 1)]
    assert consumer.delivered == (
        [] if options.get("suppress", True) else [(consumer, "topic", "event", 1)]
    )


@pytest.mark.parametrize(
    ("capture", "name"),
    [(capture_broadcast_events, "broadcast_event"), (capture_topic_broadcasts, "broadcast")],
)
def test_the_class_is_as_before(consumer, capture, name):
    with pytest.raises(KeyError), capture(consumer):
        assert name in vars(consumer)
        raise KeyError
    assert name not in vars(consumer)
