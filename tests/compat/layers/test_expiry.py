"""What expires in a layer in memory."""

from __future__ import annotations

from collections import deque

import pytest
from channeltest.compat.layers.expiry import NEVER, drop_memberships, drop_messages


def queues(**times):
    return {name: deque((time, {}) for time in each) for name, each in times.items()}


class TestMessages:
    def test_the_next_expiry(self):
        assert drop_messages(queues(a=[5, 7], b=[6]), {}, now=1) == 5
        assert drop_messages({}, {}, now=1) == NEVER

    def test_the_old_are_dropped_and_the_young_stay(self):
        store = queues(a=[1, 2, 3], b=[1])
        assert drop_messages(store, {}, now=2) == 2
        assert store == queues(a=[2, 3])

    def test_a_queue_without_messages_goes(self):
        store = queues(a=[])
        drop_messages(store, {}, now=0)
        assert store == {}

    def test_a_channel_with_an_unread_message_leaves_its_groups(self):
        groups = {"g": {"a": 0.0, "b": 0.0}, "h": {"a": 0.0}}
        drop_messages(queues(a=[1, 9], b=[9]), groups, now=5)
        assert groups == {"g": {"b": 0.0}, "h": {}}


class TestMemberships:
    @pytest.mark.parametrize(("now", "left"), [(10, {"a", "b"}), (11, {"b"}), (13, set())])
    def test_the_old_leave(self, now, left):
        groups = {"g": {"a": 0.0, "b": 2.0}}
        drop_memberships(groups, now, lifetime=10)
        assert set(groups.get("g", ())) == left
        assert ("g" in groups) == bool(left)

    def test_the_next_expiry(self):
        assert drop_memberships({"g": {"a": 3.0}, "h": {"b": 2.0}}, 4, lifetime=10) == 12
        assert drop_memberships({}, 4, lifetime=10) == NEVER

    def test_a_group_without_members_goes(self):
        groups: dict[str, dict[str, float]] = {"g": {}}
        drop_memberships(groups, 0, lifetime=10)
        assert groups == {}
