"""Channels 1's channel layer on Redis, in the keys and bytes of today's channels_redis."""

from __future__ import annotations

import random
import secrets
import string
import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..base_layer import BaseChannelLayer
from .batches import send_together
from .statistics import Statistics

if TYPE_CHECKING:
    from .shards import Shard, Shards

Message = dict[str, Any]
Received = tuple[str, Message] | tuple[None, None]

# Where a message names the process-local channels that it is for.
_LOCAL_NAMES = "__asgi_channel__"


class RedisChannelLayer(Statistics, BaseChannelLayer):
    """A channel layer on one or more Redis servers (5.0 or newer; several need 6.0).

    Consumers of Channels 4 on `channels_redis <https://github.com/django/channels_redis>`_ with
    the same servers and prefix meet those of Channels 1 here, on the same channels and in the
    same groups. Nothing connects to a server before the layer is used; a server that cannot be
    reached is a ``redis.exceptions.ConnectionError`` from the call that needed it.

    Args:
        expiry: Seconds a message is kept.
        hosts: The servers: ``(host, port)`` pairs, ``redis://`` URLs, or the dicts that
            channels_redis takes. With several, groups and the channels of one reader are spread
            over them by their names.
        prefix: What all keys begin with.
        group_expiry: Seconds a channel stays in a group.
        capacity: Messages that a channel holds before it is full.
        channel_capacity: Capacities of their own for channels, by glob or compiled pattern.
        symmetric_encryption_keys: Secrets; messages are encrypted with the first and decrypted
            with any. Needs ``cryptography``.
        stats_prefix: What the keys of the statistics begin with.
        connection_kwargs: Options of the Redis clients: ``socket_timeout`` (seconds, 5 or more),
            ``socket_connect_timeout``, ``socket_keepalive``, ``password`` and so on.
        random_prefix_length: Random bytes before each message; as in channels_redis.
        serializer_format: What messages are packed with; as in channels_redis.

    Attributes:
        blpop_timeout: Seconds a blocking `receive` waits.
        hosts: The servers, as channels_redis takes them (list of dicts).

    Raises:
        ImportError: channels_redis is not installed.
        ValueError: ``hosts`` or ``symmetric_encryption_keys`` is no list, ``socket_timeout`` is
            too short, or ``cryptography`` is not installed.

    Source: asgi_redis 1.4.3; the layout in Redis is that of channels_redis 4.
    """

    extensions = ["groups", "flush", "statistics"]

    blpop_timeout = 5

    def __init__(
        self,
        expiry: float = 60,
        hosts: Iterable[Any] | None = None,
        prefix: str = "asgi:",
        group_expiry: float = 86400,
        capacity: int = 100,
        channel_capacity: Mapping[Any, int] | None = None,
        symmetric_encryption_keys: Iterable[str | bytes] | None = None,
        stats_prefix: str = "asgi-meta:",
        connection_kwargs: Mapping[str, Any] | None = None,
        *,
        random_prefix_length: int = 12,
        serializer_format: str = "msgpack",
    ) -> None:
        super().__init__(
            expiry=expiry,
            group_expiry=group_expiry,
            capacity=capacity,
            channel_capacity=channel_capacity,
        )
        if not isinstance(prefix, str):
            raise AssertionError("Prefix must be unicode")
        self.prefix = prefix
        self.stats_prefix = stats_prefix
        self._connection_options = dict(connection_kwargs or {})
        self._servers = self._read_hosts(hosts)
        self._wire_options: dict[str, Any] = {
            "symmetric_encryption_keys": symmetric_encryption_keys,
            "random_prefix_length": random_prefix_length,
        }
        self._serializer_format = serializer_format
        try:
            # Here, because Redis' clients are optional: settings may name a layer not used.
            from . import shards
        except ImportError as error:
            raise ImportError(
                f"{type(self).__name__} needs channels_redis ({error}): "
                "pip install channeltest[live]"
            ) from error
        self._serializer = shards.serializer(serializer_format, expiry=expiry, **self._wire_options)
        self._addressed: dict[str, deque[tuple[deque[str], bytes]]] = {}
        self._addressed_lock = threading.Lock()

    def __str__(self) -> str:
        return f"{type(self).__name__}(prefix={self.prefix!r})"

    @property
    def hosts(self) -> list[dict[str, Any]]:
        """The servers, as channels_redis takes them."""
        return self._servers

    @cached_property
    def _shards(self) -> Shards:
        from .shards import Shards  # optional, as above

        return Shards(self.modern(), self.prefix)

    @property
    def unreachable(self) -> tuple[type[Exception], ...]:
        """What is raised when a server cannot be reached."""
        from .shards import UNREACHABLE  # optional, as above

        return UNREACHABLE

    def wake_readers(self) -> None:
        """Have every blocking `receive` of this process return now; no message is lost by it."""
        for shard in self._shards:
            shard.wake()

    def modern(self) -> Any:
        """Return Channels 4's side of this layer: a new ``channels_redis.core.RedisChannelLayer``.

        It has the same servers, prefix, numbers and keys.
        """
        from .modern import ModernRedisChannelLayer  # imports channels_redis, which is optional

        return ModernRedisChannelLayer(
            hosts=self.hosts,
            prefix=self.prefix,
            expiry=self.expiry,
            group_expiry=self.group_expiry,
            capacity=self.capacity,
            channel_capacity=dict(self.channel_capacity),
            serializer_format=self._serializer_format,
            **self._wire_options,
        )

    # Sending

    def send(self, channel: str, message: Message) -> None:
        """Put ``message`` on ``channel``.

        Raises:
            AssertionError: ``message`` is no dict, or has the reserved key.
            TypeError: The name is not valid, or the message cannot be packed.
            ChannelFull: The channel holds as many messages as it may.
            redis.exceptions.ConnectionError: The server cannot be reached.
        """
        shard, name, content = self.addressed_to(channel, message)
        if shard.put([(name, content)], self):
            raise self.ChannelFull(name)

    def send_group(self, group: str, message: Message) -> None:
        """Put ``message`` on every channel of ``group`` that is not full.

        The process-local channels of one process share one message, as with channels_redis.

        Raises:
            AssertionError: ``message`` is no dict, or has the reserved key.
            TypeError: The name is not valid, or the message cannot be packed.
            redis.exceptions.ConnectionError: A server cannot be reached.
        """
        self.verify_send_group(group, message)
        plain = self._pack(message)
        readers: dict[str, list[str]] = {}
        for channel in self.group_channels(group):
            readers.setdefault(self.non_local_name(channel), []).append(channel)
        for shard, names in self._shards.split(readers).items():
            local = {
                name: self._pack({**message, _LOCAL_NAMES: readers[name]})
                for name in names
                if "!" in name
            }
            shard.put([(name, local.get(name, plain)) for name in names], self)

    def send_together(self, messages: Sequence[tuple[str, Message]]) -> list[Exception | None]:
        """Send messages in one round trip; those on one channel keep their order.

        Args:
            messages: Pairs of channel and message.

        Returns:
            For each message what `send` would raise, or ``None``.

        Raises:
            redis.exceptions.ConnectionError: A server cannot be reached; some may have been sent.
        """
        return send_together(self, messages)

    def addressed_to(self, channel: str, message: Message) -> tuple[Shard, str, bytes]:
        """Return where a message for ``channel`` goes, under which name, and what it is there.

        Raises:
            AssertionError: As `send`.
            TypeError: As `send`.
        """
        self.verify_send(channel, message)
        name = self.non_local_name(channel)
        if "!" in channel:
            message = {**message, _LOCAL_NAMES: channel}
        shard = self._shards.of(name) if self._has_one_reader(name) else self._shards.any()
        return shard, name, self._pack(message)

    def verify_send(self, channel: str, message: Message) -> None:
        """Raise what `send` would raise of the name or the dict, without sending."""
        self._check_message(message)
        self.valid_channel_name(channel)

    def verify_send_group(self, group: str, message: Message) -> None:
        """Raise what `send_group` would raise of the name or the dict, without sending."""
        self._check_message(message)
        self.valid_group_name(group)

    def _check_message(self, message: object) -> None:
        if not isinstance(message, dict):
            raise AssertionError("message is not a dict")
        if _LOCAL_NAMES in message:
            raise AssertionError(
                f"The key {_LOCAL_NAMES!r} is the channel layer's own; take it out of the message"
            )

    def _pack(self, message: Message) -> bytes:
        try:
            packed: bytes = self._serializer.serialize(message)
        except TypeError as error:
            raise TypeError(
                f"{error}. Send what JSON has, bytes or None: a primary key, say, and let the "
                "consumer load the object"
            ) from error
        return packed

    # Receiving

    def receive(self, channels: Iterable[str], block: bool = False) -> Received:
        """Take the next message off one of ``channels``.

        Args:
            channels: Names, process-local ones up to their ``!``; of several with messages a
                random one is served.
            block: Whether to wait for a message, `blpop_timeout` seconds at most.

        Returns:
            ``(channel, message)``, or ``(None, None)`` when there is none.

        Raises:
            TypeError: A name is not valid.
            redis.exceptions.ConnectionError: A server cannot be reached.
        """
        names = list(channels)
        for name in names:
            self.valid_channel_name(name, receive=True)
        if not names:
            return None, None
        for name in names:
            addressed = self._next_addressed(name)
            if addressed is not None:
                return addressed
        random.shuffle(names)
        found = self._shards.take(self._places(names), self.expiry)
        if found is None and block:
            found = self._shards.wait(self._places(names), self._patience)
        return (None, None) if found is None else self._open(*found)

    def receive_waiting(self, name: str) -> list[tuple[str, Message]]:
        """Take what waits on a process-local channel; waits as `receive` does for the first.

        Args:
            name: The channel's name up to its ``!``. It must not be read by `receive` as well.

        Returns:
            Pairs of full channel name and message, the oldest first; none when none came.

        Raises:
            TypeError: The name is not valid.
            redis.exceptions.ConnectionError: The server cannot be reached.
        """
        self.valid_channel_name(name, receive=True)
        shard = self._shards.of(name)
        contents = shard.take_together(name, self.expiry)
        if not contents:
            found = shard.wait([name], self._patience)
            contents = [] if found is None else [found[1]]
        return [received for content in contents for received in self._for_all(name, content)]

    def _for_all(self, name: str, content: bytes) -> list[tuple[str, Message]]:
        channels = self._serializer.deserialize(content).get(_LOCAL_NAMES, name)
        if isinstance(channels, str):
            channels = [channels]
        return [(channel, self._unpacked(content)) for channel in channels]

    def _places(self, names: list[str]) -> dict[str, bool]:
        return {name: self._has_one_reader(name) for name in names}

    @cached_property
    def _patience(self) -> float:
        """Seconds to wait for a message: the client must not give up before the server does."""
        timeouts: list[float] = [host["socket_timeout"] or 60 for host in self.hosts]
        return min(self.blpop_timeout, min(timeouts) - 1)

    def _open(self, name: str, content: bytes) -> Received:
        message = self._serializer.deserialize(content)
        channel = message.pop(_LOCAL_NAMES, name)
        if isinstance(channel, str):
            return channel, message
        # From a group: one message for several channels of this process.
        first, *others = channel
        if others:
            with self._addressed_lock:
                waiting = self._addressed.setdefault(name, deque())
                waiting.append((deque(others), content))
        return first, message

    def _next_addressed(self, name: str) -> tuple[str, Message] | None:
        """Take a message that came for several channels, for the next of them."""
        with self._addressed_lock:
            waiting = self._addressed.get(name)
            if not waiting:
                return None
            channels, content = waiting[0]
            channel = channels.popleft()
            if not channels:
                waiting.popleft()
            if not waiting:
                del self._addressed[name]
        return channel, self._unpacked(content)

    def _unpacked(self, content: bytes) -> Message:
        # For each channel anew, so that no two consumers share a mutable object.
        message: Message = self._serializer.deserialize(content)
        message.pop(_LOCAL_NAMES, None)
        return message

    def new_channel(self, pattern: str) -> str:
        """Return ``pattern`` with twelve letters more, a name that holds no message.

        Raises:
            AssertionError: ``pattern`` is no text, or does not end with ``?``.
        """
        if not isinstance(pattern, str):
            raise AssertionError(f"New channel pattern must be text, not {pattern!r:.80}")
        if not pattern.endswith("?"):
            raise AssertionError("New channel pattern must end with ?")
        while True:
            name = pattern + "".join(secrets.choice(string.ascii_letters) for _ in range(12))
            if not self._shards.of(name).client.exists(self.prefix + name):
                return name

    def _has_one_reader(self, name: str) -> bool:
        return "!" in name or "?" in name

    # Groups

    def group_add(self, group: str, channel: str) -> None:
        """Add ``channel`` to ``group``, or renew its membership.

        Raises:
            TypeError: One of the names is not valid.
        """
        self.valid_group_name(group)
        self.valid_channel_name(channel)
        key = self._group_key(group)
        with self._shards.of(group).client.pipeline(transaction=False) as pipeline:
            pipeline.zadd(key, {channel: time.time()})
            # All members of now will have expired by then.
            pipeline.pexpire(key, int(self.group_expiry * 1000))
            pipeline.execute()

    def group_discard(self, group: str, channel: str) -> None:
        """Take ``channel`` out of ``group``; no error if it is not in it.

        Raises:
            TypeError: One of the names is not valid.
        """
        self.valid_group_name(group)
        self.valid_channel_name(channel)
        self._shards.of(group).client.zrem(self._group_key(group), channel)

    def group_channels(self, group: str) -> list[str]:
        """Return the channels in ``group``, those added or renewed first in front."""
        key = self._group_key(group)
        with self._shards.of(group).client.pipeline(transaction=False) as pipeline:
            pipeline.zremrangebyscore(key, "-inf", time.time() - self.group_expiry)
            pipeline.zrange(key, 0, -1)
            members = pipeline.execute()[1]
        return [member.decode() for member in members]

    def _group_key(self, group: str) -> str:
        return f"{self.prefix}:group:{group}"

    def flush(self) -> None:
        """Forget every message, group and statistic: every key with one of the prefixes."""
        with self._addressed_lock:
            self._addressed.clear()
        for shard in self._shards:
            shard.delete(self.prefix, self.stats_prefix)

    # Configuration

    def _read_hosts(self, hosts: Iterable[Any] | None) -> list[dict[str, Any]]:
        """Return ``hosts`` as channels_redis takes them, with the clients' options."""
        if isinstance(hosts, (str, bytes)):
            raise ValueError("ASGI Redis hosts must be specified as an iterable list of hosts.")
        return [self._with_options(_host(entry)) for entry in hosts or [("localhost", 6379)]]

    def _with_options(self, host: dict[str, Any]) -> dict[str, Any]:
        # Said even where it is None: redis-py's own default would end idle waits with an error.
        options = {"socket_timeout": None, **self._connection_options, **host}
        timeout = options["socket_timeout"]
        if timeout is not None and timeout < self.blpop_timeout:
            raise ValueError(f"The socket timeout must be at least {self.blpop_timeout} seconds")
        return options


def _host(entry: Any) -> dict[str, Any]:
    """Return one of ``hosts`` as a dict."""
    if isinstance(entry, Mapping):
        return dict(entry)
    if isinstance(entry, str):
        return {"address": entry}
    host, port = entry
    return {"host": host, "port": port}
