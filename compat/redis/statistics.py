"""The ``statistics`` extension of Channels 1's layer on Redis."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .shards import Shards

# Names that no channel can have.
ALL_CHANNELS = "#global#"

SENT = "messages_count"
REFUSED = "channel_full_count"

# Seconds that the counts of a channel, and those of all, outlive the last message.
CHANNEL_SECONDS = 3600
GLOBAL_SECONDS = 86400


class Statistics:
    """Counts of what the senders of Channels 1 sent; consumers on channels_redis do not count.

    Source: asgi_redis 1.4.3.
    """

    prefix: str
    stats_prefix: str

    @cached_property
    def _shards(self) -> Shards:
        """The layer's servers."""
        raise NotImplementedError

    def global_statistics(self) -> dict[str, int]:
        """Return the counts over all channels.

        Returns:
            ``messages_count``, the messages sent, and ``channel_full_count``, those refused
            with `ChannelFull`; both since a day without a message.
        """
        return self._counts(ALL_CHANNELS)

    def channel_statistics(self, channel: str) -> dict[str, float]:
        """Return the counts of ``channel``, and what waits on it now.

        Returns:
            As `global_statistics`, since an hour without a message, and ``messages_pending``,
            the messages that wait, and ``messages_max_age``, the age of the oldest in seconds.
        """
        now = oldest = time.time()
        pending = 0
        for shard in self._shards:
            pending += shard.client.zcard(self.prefix + channel)
            for _, sent in shard.client.zrange(self.prefix + channel, 0, 0, withscores=True):
                oldest = min(oldest, sent)
        return {
            **self._counts(channel),
            "messages_pending": pending,
            "messages_max_age": now - oldest,
        }

    def _counts(self, name: str) -> dict[str, int]:
        counts = {SENT: 0, REFUSED: 0}
        for shard in self._shards:
            for count in counts:
                counts[count] += int(shard.client.get(f"{self.stats_prefix}{name}:{count}") or 0)
        return counts
