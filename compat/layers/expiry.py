"""Removes from a layer in memory what has expired."""

from __future__ import annotations

from collections import deque
from typing import Any

# Name of a channel to its messages, each with the time it expires, oldest first.
Queues = dict[str, deque[tuple[float, dict[str, Any]]]]
# Name of a group to its channels, each with the time it was added.
Groups = dict[str, dict[str, float]]

NEVER = float("inf")


def drop_messages(queues: Queues, groups: Groups, now: float) -> float:
    """Drop expired messages, and the queues that are then empty.

    A channel whose message has expired leaves all its groups: its reader is gone.

    Returns:
        When the next message expires, in seconds since the epoch.
    """
    unread = {name for name, queue in queues.items() if queue and queue[0][0] < now}
    for name in unread:
        kept = [entry for entry in queues[name] if entry[0] >= now]
        queues[name].clear()
        queues[name].extend(kept)
    for members in groups.values():
        for name in unread & members.keys():
            del members[name]
    for name in [name for name, queue in queues.items() if not queue]:
        del queues[name]
    return min((queue[0][0] for queue in queues.values()), default=NEVER)


def drop_memberships(groups: Groups, now: float, lifetime: float) -> float:
    """Drop channels that joined their group too long ago, and groups that are then empty.

    Args:
        groups: The groups.
        now: Seconds since the epoch.
        lifetime: Seconds a channel stays in a group.

    Returns:
        When the next membership expires, in seconds since the epoch.
    """
    for name, members in list(groups.items()):
        current = {each: added for each, added in members.items() if added + lifetime >= now}
        if not current:
            del groups[name]
        elif len(current) < len(members):
            groups[name] = current
    joined = (added for members in groups.values() for added in members.values())
    return min(joined, default=NEVER) + lifetime
