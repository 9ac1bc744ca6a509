"""The Redis servers behind a layer of Channels 1. Needs the optional redis and channels_redis."""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import msgpack
from channels_redis.serializers import registry
from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, ReadOnlyError, TimeoutError
from redis.retry import Retry
from redis.sentinel import Sentinel

from .scripts import PUT, TAKE, TAKE_TOGETHER
from .statistics import ALL_CHANNELS, CHANNEL_SECONDS, GLOBAL_SECONDS, REFUSED, SENT

if TYPE_CHECKING:
    from .layer import RedisChannelLayer

# One server's share of a wait for several, in seconds.
_TURN = 0.2

# Channels that one script call may fill, so that no big group keeps a server from others.
_MOST_AT_ONCE = 500

# Keys that one command deletes.
_DELETED_AT_ONCE = 1000

# Seconds that the call to wake up lasts: every reader of the process must hear it.
_WAKING = 10

# Messages that `Shard.take_together` takes at most.
_TAKEN_AT_ONCE = 100

# What says that a server is down, starting up, or not the master any more.
UNREACHABLE = (ConnectionError, TimeoutError, ReadOnlyError)

Found = tuple[str, bytes]


def serializer(format: str, **options: Any) -> Any:
    """Return channels_redis' serializer of messages.

    Args:
        format: ``"msgpack"``, or another that is registered.
        options: Its arguments.
    """
    made = registry.get_serializer(format, **options)
    if format == "msgpack":
        # Consumers of Channels 1 may send dicts with integer keys, which msgpack by itself
        # packs but does not unpack.
        made.from_bytes = partial(msgpack.unpackb, strict_map_key=False)
    return made


class Shard:
    """One Redis server.

    Args:
        client: A client of it, which connects when it is used.
        prefix: What the keys of channels begin with.
    """

    def __init__(self, client: Any, prefix: str) -> None:
        self.client = client
        self._prefix = prefix
        self._put = client.register_script(PUT)
        self._take = client.register_script(TAKE)
        self._take_together = client.register_script(TAKE_TOGETHER)
        # No channel of Channels 1 may have such a name.
        self._wake_key = f"{prefix}#wake#{uuid.uuid4().hex}"

    def put(self, contents: Sequence[Found], layer: RedisChannelLayer) -> list[int]:
        """Put packed messages on channels, in order.

        Args:
            contents: Pairs of channel name and packed message.
            layer: Has the numbers.

        Returns:
            The indexes of the messages that were refused, as their channels are full.
        """
        full: list[int] = []
        for start in range(0, len(contents), _MOST_AT_ONCE):
            some = contents[start : start + _MOST_AT_ONCE]
            args: list[Any] = [
                layer.expiry,
                layer.stats_prefix,
                *(ALL_CHANNELS, SENT, REFUSED, GLOBAL_SECONDS, CHANNEL_SECONDS),
            ]
            for name, content in some:
                args += [name, layer.get_capacity(name), content]
            refused = self._put(keys=[self._prefix + name for name, _ in some], args=args)
            full += [start + number - 1 for number in refused]
        return full

    def take(self, names: list[str], expiry: float) -> Found | None:
        """Take a message that has not expired off the first channel that has one."""
        return self._found(self._take(keys=self._keys(names), args=[expiry]))

    def take_together(self, name: str, expiry: float) -> list[bytes]:
        """Take the messages that have not expired off a channel, the oldest hundred of them."""
        key = self._prefix + name
        return list(self._take_together(keys=[key], args=[expiry, _TAKEN_AT_ONCE]))

    def wait(self, names: list[str], seconds: float) -> Found | None:
        """Wait for a message on one of some channels, or for `wake`, and take it."""
        keys = [*self._keys(names), self._wake_key]
        reply = self.client.bzpopmin(keys, timeout=seconds)
        if reply and reply[0].decode() == self._wake_key:
            # The other readers of this process are to hear it, too.
            self.wake()
            return None
        return self._found(reply)

    def wake(self) -> None:
        """Have every reader of this process return from `wait`."""
        with self.client.pipeline() as pipeline:
            pipeline.zadd(self._wake_key, {"": 0})
            pipeline.expire(self._wake_key, _WAKING)
            pipeline.execute()

    def delete(self, *prefixes: str) -> None:
        """Delete all keys that begin with one of ``prefixes``."""
        for prefix in prefixes:
            pattern = re.sub(r"([\\*?\[\]])", r"\\\1", prefix) + "*"
            keys = list(self.client.scan_iter(match=pattern, count=_DELETED_AT_ONCE))
            for start in range(0, len(keys), _DELETED_AT_ONCE):
                self.client.unlink(*keys[start : start + _DELETED_AT_ONCE])

    def _keys(self, names: Iterable[str]) -> list[str]:
        return [self._prefix + name for name in names]

    def _found(self, reply: Any) -> Found | None:
        if not reply:
            return None
        key, content = reply[:2]
        return key.decode()[len(self._prefix) :], content


class Shards:
    """The servers of a layer.

    Args:
        modern: channels_redis' layer, whose servers these are and which knows what is where.
        prefix: What the keys of channels begin with.
    """

    def __init__(self, modern: Any, prefix: str) -> None:
        self._index_of = modern.consistent_hash
        self._shards = [Shard(_client(host), prefix) for host in modern.hosts]

    def __iter__(self) -> Iterator[Shard]:
        return iter(self._shards)

    def of(self, name: str) -> Shard:
        """Return the server of a group, or of a channel that has one reader."""
        index: int = self._index_of(name)
        return self._shards[index]

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

    def wait(self, places: Mapping[str, bool], seconds: float) -> Found | None:
        """Wait for a message on one of some channels and take it.

        Args:
            places: As for `take`.
            seconds: How long, altogether.
        """
        parts = self._readable(places)
        # There is no waiting for two servers at once: they take turns.
        turn = seconds if len(parts) == 1 else _TURN
        for _ in range(max(1, round(seconds / turn / len(parts)))):
            for shard, names in parts:
                found = shard.wait(names, turn)
                if found is not None:
                    return found
        return None

    def _readable(self, places: Mapping[str, bool]) -> list[tuple[Shard, list[str]]]:
        parts: dict[Shard, list[str]] = {}
        for name, has_own in places.items():
            for shard in [self.of(name)] if has_own else self._shards:
                parts.setdefault(shard, []).append(name)
        return random.sample(list(parts.items()), len(parts))


def _client(host: Mapping[str, Any]) -> Any:
    """Return a client of the server that channels_redis' dict describes."""
    # A connection that a restarted server left behind is replaced, at once and once; a server
    # that is down is reported at once.
    options = {"retry": Retry(NoBackoff(), 1), **host}
    address = options.pop("address", None)
    if address is not None:
        return Redis.from_url(address, **options)
    service = options.pop("master_name", None)
    if service is not None:
        sentinels, its_options = options.pop("sentinels"), options.pop("sentinel_kwargs", None)
        sentinel = Sentinel(sentinels, sentinel_kwargs=its_options)
        return sentinel.master_for(service, **options)
    return Redis(connection_pool=ConnectionPool(**options))


def watched_services(sentinels: Iterable[tuple[str, int]], options: Mapping[str, Any]) -> list[str]:
    """Ask for the names of the services that a Sentinel cluster watches.

    Args:
        sentinels: ``(host, port)`` of each; the first that answers is believed.
        options: Options of the clients.

    Raises:
        redis.exceptions.ConnectionError: None of them answers.
    """
    failures = []
    for host, port in sentinels:
        try:
            with Redis(host, port, retry=Retry(NoBackoff(), 0), **options) as client:
                return sorted(client.sentinel_masters())
        except (ConnectionError, TimeoutError) as error:
            failures.append(str(error))
    raise ConnectionError(f"Could not get master info from sentinel: {'; '.join(failures)}")
