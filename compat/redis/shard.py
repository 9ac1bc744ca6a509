"""One Redis server of a layer of Channels 1. Needs the optional redis."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from redis.exceptions import ResponseError

from .commands import Commands, Script
from .errors import UnsupportedRedis
from .scripts import DELETE_OTHERS, PUT, TAKE, TAKE_TOGETHER, put_options
from .steps import Command, Steps, run
from .unavailable import unavailable_servers
from .waking import WakeKeys, Woken

if TYPE_CHECKING:
    from .layer import RedisChannelLayer

logger = logging.getLogger("django.channels")

# Channels that one script call may fill, so that no big group keeps a server from others.
_MOST_AT_ONCE = 500

# Keys that one command deletes.
_DELETED_AT_ONCE = 1000

# Messages that `Shard.take_together` takes at most.
_TAKEN_AT_ONCE = 100

# How often a command is run whose keys another program makes anew.
_MOST_OTHERS = 10

_PUT, _TAKE, _TAKE_TOGETHER = Script(PUT), Script(TAKE), Script(TAKE_TOGETHER)
_DELETE_OTHERS = Script(DELETE_OTHERS)
SCRIPTS = (_PUT, _TAKE, _TAKE_TOGETHER, _DELETE_OTHERS)

_T = TypeVar("_T")

# A channel's name and a member of its sorted set.
Found = tuple[str, bytes]


class Shard:
    """One Redis server.

    Its methods raise `Unavailable` while the server answers but cannot serve. A key of a channel
    or a group that is no sorted set (asgi_redis kept lists under the same names) is deleted, which
    is logged. What event loops do as well is a method that returns steps.

    Args:
        client: A client of it, which connects when it is used.
        prefix: What the keys of channels begin with.

    Attributes:
        client: The same.
    """

    def __init__(self, client: Any, prefix: str) -> None:
        self.client = client
        self._prefix = prefix
        self._commands = Commands(client, SCRIPTS)
        self._wake_keys = WakeKeys(client, prefix)
        self._waits_for_several = True

    def put(self, contents: Sequence[Found], layer: RedisChannelLayer) -> list[int]:
        """Put packed messages on channels, in order.

        Args:
            contents: Pairs of channel name and packed message.
            layer: Has the numbers.

        Returns:
            The indexes of the messages that were refused, as their channels are full.
        """
        return self.run(self.putting(contents, layer))

    def putting(self, contents: Sequence[Found], layer: RedisChannelLayer) -> Steps[list[int]]:
        """Return the steps of `put`."""
        full: list[int] = []
        for start in range(0, len(contents), _MOST_AT_ONCE):
            some = contents[start : start + _MOST_AT_ONCE]
            (refused,) = yield from self._on_sorted_sets(self._put_command(some, layer))
            full += [start + number - 1 for number in refused]
        return full

    def put_and_take(
        self, contents: Sequence[Found], layer: RedisChannelLayer, names: Iterable[str]
    ) -> tuple[list[int], Found | None]:
        """Do what `put` and `take` do, in one round trip where that can be.

        Returns:
            What `put` returns, and what `take` does.
        """
        take = _TAKE.call(self._keys(names), layer.expiry)
        if len(contents) > _MOST_AT_ONCE:
            return self.put(contents, layer), self._found(*self._on_server(take))
        replies = self._on_server(self._put_command(contents, layer), take)
        return [number - 1 for number in replies[0]], self._found(replies[1])

    def take(self, names: Iterable[str], expiry: float) -> Found | None:
        """Take a message that has not expired off the first channel that has one."""
        return self._found(*self._on_server(_TAKE.call(self._keys(names), expiry)))

    def take_together(self, name: str, seconds: float, expiry: float) -> list[bytes]:
        """Take the messages that have not expired off a channel, the oldest hundred of them.

        Args:
            name: The channel's name.
            seconds: How long to wait for a first one.
            expiry: Seconds a message is kept.

        Raises:
            Woken: `wake` was called meanwhile, or since this thread last waited.
        """
        return self.run(self.taking_together(name, seconds, expiry))

    def taking_together(self, name: str, seconds: float, expiry: float) -> Steps[list[bytes]]:
        """Return the steps of `take_together`."""
        keys = self._keys([name])
        if self._waits_for_several:
            try:
                return (yield from self._waiting_together(keys, seconds, expiry))
            except UnsupportedRedis:
                # A server before Redis 7.
                self._waits_for_several = False
        take = _TAKE_TOGETHER.call(keys, expiry, _TAKEN_AT_ONCE)
        (found,) = yield from self._on_sorted_sets(take)
        if found:
            return list(found)
        first = yield from self._waiting([name], seconds, expiry)
        return [] if first is None else [first[1]]

    def _waiting_together(
        self, keys: list[str], seconds: float, expiry: float
    ) -> Steps[list[bytes]]:
        with self._wake_keys.waiting() as wake_key:
            (reply,) = yield from self._on_sorted_sets(
                ("BZMPOP", seconds, 2, *keys, wake_key, "MIN", "COUNT", _TAKEN_AT_ONCE)
            )
            if reply and reply[0].decode() == wake_key:
                raise Woken
        members = [(member, float(score)) for member, score in reply[1]] if reply else []
        if not members:
            return []
        oldest = yield from self._oldest_kept(members[0][1], expiry)
        return [member for member, score in members if score >= oldest]

    def wait(self, names: Iterable[str], seconds: float, expiry: float) -> Found | None:
        """Take a message that has not expired off a channel that has one, or wait for one.

        Args:
            names: The channels' names; the first that has a message is served.
            seconds: How long to wait.
            expiry: Seconds a message is kept.

        Raises:
            Woken: `wake` was called meanwhile, or since this thread last waited.
        """
        return self.run(self._waiting(names, seconds, expiry))

    def _waiting(self, names: Iterable[str], seconds: float, expiry: float) -> Steps[Found | None]:
        keys = self._keys(names)
        with self._wake_keys.waiting() as wake_key:
            (reply,) = yield from self._on_sorted_sets(("BZPOPMIN", *keys, wake_key, seconds))
            if reply and reply[0].decode() == wake_key:
                raise Woken
        if reply:
            score = float(reply[2])
            oldest = yield from self._oldest_kept(score, expiry)
            if score < oldest:
                (reply,) = yield from self._on_sorted_sets(_TAKE.call(keys, expiry))
        return self._found(reply)

    def wake(self) -> None:
        """End every call of `wait` of this process, also of threads that are about to call it."""
        with unavailable_servers():
            self._wake_keys.wake()

    def exists(self, name: str) -> bool:
        """Whether a channel holds a message."""
        with unavailable_servers():
            return bool(self.client.exists(self._prefix + name))

    def waiting(self, name: str) -> tuple[int, float | None]:
        """Return how many messages a channel holds, and when the oldest was sent.

        The time is in seconds since the epoch, ``None`` without a message.
        """
        key = self._prefix + name
        commands = [("ZCARD", key), ("ZRANGE", key, 0, 0, "WITHSCORES")]
        count, oldest = self._on_server(*commands)
        if not oldest:
            return count, None
        # The third version of Redis's protocol has pairs.
        score = oldest[0][1] if isinstance(oldest[0], list) else oldest[1]
        return count, float(score)

    def count(self, key: str) -> int:
        """Return what a counter has counted."""
        with unavailable_servers():
            return int(self.client.get(key) or 0)

    def group_add(self, key: str, channel: str, expiry: float) -> None:
        """Add a channel to the group of a key, for ``expiry`` seconds."""
        # All members of now will have expired by then.
        lifetime = ("PEXPIRE", key, int(expiry * 1000))
        self._on_server(("ZADD", key, time.time(), channel), lifetime)

    def group_discard(self, key: str, channel: str) -> None:
        """Take a channel out of the group of a key."""
        self._on_server(("ZREM", key, channel))

    def group_channels(self, key: str, expiry: float) -> list[str]:
        """Return the channels in the group of a key that joined within ``expiry`` seconds."""
        expired = ("ZREMRANGEBYSCORE", key, "-inf", time.time() - expiry)
        members: list[bytes] = self._on_server(expired, ("ZRANGE", key, 0, -1))[1]
        return [member.decode(errors="replace") for member in members]

    def delete(self, *prefixes: str) -> None:
        """Delete all keys that begin with one of ``prefixes``."""
        with unavailable_servers():
            for prefix in prefixes:
                pattern = re.sub(r"([\\*?\[\]])", r"\\\1", prefix) + "*"
                keys = list(self.client.scan_iter(match=pattern, count=_DELETED_AT_ONCE))
                for start in range(0, len(keys), _DELETED_AT_ONCE):
                    self.client.unlink(*keys[start : start + _DELETED_AT_ONCE])

    def _oldest_kept(self, score: float, expiry: float) -> Steps[float]:
        """Return the score of a message that expires now; 0 when one of ``score`` is new."""
        if score > time.time() - expiry / 2:
            return 0.0
        # Perhaps too old, by the clock of the server, which may be another.
        ((seconds, microseconds),) = yield from self._on_sorted_sets(("TIME",))
        return float(seconds) + float(microseconds) / 1e6 - expiry

    def _on_sorted_sets(self, *commands: Command) -> Steps[list[Any]]:
        """Run commands in one round trip; again those whose keys were no sorted sets.

        Raises:
            ResponseError: The first error that is a reply, as that another program makes such
                keys faster than they are deleted.
        """
        with unavailable_servers():
            replies = yield commands
            for index, command in enumerate(commands):
                for _ in range(_MOST_OTHERS):
                    if not _is_of_other_kind(replies[index]):
                        break
                    yield from self._deleting_others(command)
                    (replies[index],) = yield [command]
                if isinstance(replies[index], ResponseError):
                    raise replies[index]
        return replies

    def _deleting_others(self, command: Command) -> Steps[None]:
        """Delete the keys of the layer that a command names and that are no sorted sets."""
        words = dict.fromkeys(word for word in command if isinstance(word, str))
        keys = [word for word in words if word.startswith(self._prefix)]
        (deleted,) = yield [_DELETE_OTHERS.call(keys)]
        if isinstance(deleted, ResponseError):
            raise deleted
        for key, kind in zip(deleted[::2], deleted[1::2], strict=True):
            logger.error(
                "The key %s on Redis is deleted with all that it holds: it is a %s, and the "
                "channels and groups of this layer are sorted sets. Another program writes with "
                "the same prefix, asgi_redis perhaps: let it end, or give it another prefix.",
                *(key.decode(errors="replace"), kind.decode()),
            )

    def _on_server(self, *commands: Command) -> list[Any]:
        return self.run(self._on_sorted_sets(*commands))

    def run(self, steps: Steps[_T]) -> _T:
        """Run steps in the calling thread, which waits for the server."""
        return run(steps, self._commands.run_together)

    def _put_command(self, contents: Sequence[Found], layer: RedisChannelLayer) -> Command:
        keys = self._keys(name for name, _ in contents)
        capacities = [layer.get_capacity(name) for name, _ in contents]
        options = put_options(layer, self._prefix, capacities)
        return _PUT.call(keys, options, *(content for _, content in contents))

    def _keys(self, names: Iterable[str]) -> list[str]:
        return [self._prefix + name for name in names]

    def _found(self, reply: Any) -> Found | None:
        if not reply:
            return None
        key, content = reply[:2]
        return key.decode()[len(self._prefix) :], content


def _is_of_other_kind(reply: Any) -> bool:
    return isinstance(reply, ResponseError) and "WRONGTYPE" in str(reply)
