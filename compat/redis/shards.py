"""The Redis servers of a layer of Channels 1. Needs the optional redis and channels_redis."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .clients import client_of
from .shard import Found, Shard
from .waking import Woken

# One server's share of a wait for several, in seconds.
_TURN = 0.2


class Shards:
    """The servers of a layer.

    Args:
        modern: channels_redis' layer, whose servers these are and which knows what is where.
        prefix: What the keys of channels begin with.
    """

    def __init__(self, modern: Any, prefix: str) -> None:
        self._index_of = modern.consistent_hash
        self._shards = [Shard(client_of(server), prefix) for server in modern.hosts]

    def __iter__(self) -> Iterator[Shard]:
        return iter(self._shards)

    def __len__(self) -> int:
        return len(self._shards)

    def __getitem__(self, index: int) -> Shard:
        return self._shards[index]

    def index_of(self, name: str) -> int:
        """Return the index of the server of a group, or of a channel that has one reader."""
        index: int = self._index_of(name)
        return index

    def of(self, name: str) -> Shard:
        """Return the server of a group, or of a channel that has one reader."""
        return self._shards[self.index_of(name)]

    def any(self) -> Shard:
        """Return the server for the next message on a channel with many readers."""
        return random.choice(self._shards)

    def split(self, names: Iterable[str]) -> dict[Shard, list[str]]:
        """Return ``names`` by their servers."""
        parts: dict[Shard, list[str]] = {}
        for name in names:
            parts.setdefault(self.of(name), []).append(name)
        return parts

    def take(self, places: Mapping[str, bool], expiry: float) -> Found | None:
        """Take a message off one of some channels.

        Args:
            places: Name, and whether its messages are all on its own server.
            expiry: Seconds a message is kept.
        """
        for shard, names in self._readable(places):
            found = shard.take(names, expiry)
            if found is not None:
                return found
        return None

    def wait(self, places: Mapping[str, bool], seconds: float, expiry: float) -> Found | None:
        """Take a message off one of some channels, or wait for one, or for `Shard.wake`.

        Args:
            places: As for `take`.
            seconds: How long to wait, altogether.
            expiry: Seconds a message is kept.
        """
        parts = self._readable(places)
        if len(parts) > 1:
            found = self.take(places, expiry)
            if found is not None:
                return found
        # There is no waiting for two servers at once: they take turns.
        turn = seconds if len(parts) == 1 else _TURN
        try:
            for _ in range(max(1, round(seconds / turn / len(parts)))):
                for shard, names in parts:
                    found = shard.wait(names, turn, expiry)
                    if found is not None:
                        return found
        except Woken:
            # Messages come first.
            return self.take(places, expiry)
        return None

    def _readable(self, places: Mapping[str, bool]) -> list[tuple[Shard, list[str]]]:
        parts: dict[Shard, list[str]] = {}
        for name, has_own in places.items():
            for shard in [self.of(name)] if has_own else self._shards:
                parts.setdefault(shard, []).append(name)
        return random.sample(list(parts.items()), len(parts))
