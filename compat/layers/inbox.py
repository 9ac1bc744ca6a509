"""`Inbox`: where a consumer of Channels 4 receives that has the name of its client's channel."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Inbox:
    """Where a modern consumer receives whose channel has the name of its client's reply channel.

    Args:
        channel: The channel on which it really receives.

    Attributes:
        channel: The same.
        groups: The groups that the consumer joined, and not only its client.
    """

    channel: str
    groups: set[str] = field(default_factory=set)
