"""The ``statistics`` extension of Channels 1's layer on Redis."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ..made_once import made_once

if TYPE_CHECKING:
    from .shards import Shards


class Statistics:
    """Counts of what the senders of Channels 1 sent; consumers on channels_redis do not count.

    Attributes:
        STAT_MESSAGES_COUNT: Key of the number of messages sent.
        STAT_MESSAGES_PENDING: Key of the number of messages that wait.
        STAT_MESSAGES_MAX_AGE: Key of the age of the oldest one, in seconds.
        STAT_CHANNEL_FULL: Key of the number of messages refused with ``ChannelFull``.
        global_stats_key: Stands for all channels in the names of keys.
        global_statistics_expiry: Seconds that the counts of all channels outlive the last message.
        channel_statistics_expiry: Seconds that those of one channel outlive its last message.

    Source: asgi_redis 1.4.3.
    """

    STAT_MESSAGES_COUNT = "messages_count"
    STAT_MESSAGES_PENDING = "messages_pending"
    STAT_MESSAGES_MAX_AGE = "messages_max_age"
    STAT_CHANNEL_FULL = "channel_full_count"

    # No channel can have this name.
    global_stats_key = "#global#"

    global_statistics_expiry = 86400
    channel_statistics_expiry = 3600

    stats_prefix: str

    @made_once
    def _shards(self) -> Shards:
        """The layer's servers."""
        raise NotImplementedError

    def global_statistics(self) -> dict[str, int]:
        """Return the counts over all channels.

        Returns:
            ``messages_count``, the messages sent, and ``channel_full_count``, those refused
            with `ChannelFull`; both since a day without a message.
        """
        return self._counts(self.global_stats_key)

    def channel_statistics(self, channel: str) -> dict[str, int]:
        """Return the counts of ``channel``, and what waits on it now.

        Returns:
            As `global_statistics`, since an hour without a message, and ``messages_pending``,
            the messages that wait, and ``messages_max_age``, the age of the oldest in whole
            seconds.
        """
        now = oldest = time.time()
        pending = 0
        for shard in self._shards:
            count, sent = shard.waiting(channel)
            pending += count
            oldest = min(oldest, sent or now)
        return {
            **self._counts(channel),
            self.STAT_MESSAGES_PENDING: pending,
            self.STAT_MESSAGES_MAX_AGE: round(now - oldest),
        }

    def _counts(self, name: str) -> dict[str, int]:
        counts = {self.STAT_MESSAGES_COUNT: 0, self.STAT_CHANNEL_FULL: 0}
        for shard in self._shards:
            for count in counts:
                counts[count] += shard.count(f"{self.stats_prefix}{name}:{count}")
        return counts
