"""The options of a layer on Redis, and what is made of them: servers, clients, bytes."""

from __future__ import annotations

import random
import secrets
import string
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..base_layer import BaseChannelLayer
from ..made_once import made_once
from .hosts import (
    check_timeout,
    checked_hosts,
    server_of,
    shown_hosts,
    with_options,
    without_passwords,
)
from .statistics import Statistics

if TYPE_CHECKING:
    from .shards import Shards

Message = dict[str, Any]


class RedisConfiguration(Statistics, BaseChannelLayer):
    """What a layer on Redis is made of; see `RedisChannelLayer` for the arguments.

    `connection`, `consistent_hash`, `random_index`, `serialize`, `deserialize`, `crypter`,
    `make_fernet`, `ring_size` and `client_prefix` are for subclasses, which asgi_redis had.

    Source: asgi_redis 1.4.3.
    """

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
        # For subclasses that make names of their own.
        self.client_prefix = "".join(secrets.choice(string.ascii_letters) for _ in range(8))
        self._client_options = dict(connection_kwargs or {})
        self._hosts = self._checked_hosts(hosts)
        self._encryption_keys = symmetric_encryption_keys
        self._random_prefix_length = random_prefix_length
        self._serializer_format = serializer_format
        try:
            # Here, because Redis' clients are optional: settings may name a layer not used.
            from .encoding import Encoding
        except ImportError as error:
            raise ImportError(
                f"{type(self).__name__} needs channels_redis ({error}): "
                "pip install channeltest[live]. A test needs neither that nor a Redis when it has "
                "a captive layer: ChannelTestCase, pytest's channels marker, or "
                "channeltest.captive_layers()"
            ) from error
        self._encoding = Encoding(
            serializer_format, symmetric_encryption_keys, expiry, random_prefix_length
        )
        self.crypter = self._encoding.crypter
        self.make_fernet = self._encoding.make_fernet

    def __str__(self) -> str:
        return f"{type(self).__name__}(hosts={without_passwords(self.hosts)})"

    @property
    def hosts(self) -> list[Any]:
        """The servers, as asgi_redis had them."""
        return shown_hosts(self._hosts)

    @property
    def servers(self) -> list[dict[str, Any]]:
        """The servers, as channels_redis takes them."""
        return [self._with_options(server_of(entry)) for entry in self._hosts]

    @property
    def ring_size(self) -> int:
        """The number of servers."""
        return len(self._shards)

    @made_once
    def _shards(self) -> Shards:
        from .shards import Shards  # optional, as above

        return Shards(self.modern(), self.prefix)

    @property
    def unreachable(self) -> tuple[type[Exception], ...]:
        """What is raised when a server cannot be reached, or cannot serve now."""
        from .unavailable import UNREACHABLE  # optional, as above

        return UNREACHABLE

    def modern(self) -> Any:
        """Return Channels 4's side of this layer: a new ``channels_redis.core.RedisChannelLayer``.

        It has the same servers, prefix, numbers and keys.
        """
        from .asynchronous import ModernRedisLayer  # imports channels_redis, as above

        return ModernRedisLayer(
            hosts=self.servers,
            prefix=self.prefix,
            expiry=self.expiry,
            group_expiry=self.group_expiry,
            capacity=self.capacity,
            channel_capacity=dict(self.channel_capacity),
            serializer_format=self._serializer_format,
            symmetric_encryption_keys=self._encryption_keys,
            random_prefix_length=self._random_prefix_length,
        )

    def connection(self, index: int | None) -> Any:
        """Return the client (``redis.Redis``) of a server.

        Args:
            index: Its index in `hosts`; ``None`` for any.

        Raises:
            ValueError: There is no such index.
        """
        if index is None:
            index = self.random_index()
        if not 0 <= index < self.ring_size:
            raise ValueError(f"There are only {self.ring_size} hosts - you asked for {index}!")
        return self._shards[index].client

    def consistent_hash(self, value: str | bytes) -> int:
        """Return the index of the server of a group, or of a channel that has one reader."""
        return self._shards.index_of(value.decode() if isinstance(value, bytes) else value)

    def random_index(self) -> int:
        """Return the index of any server."""
        return random.randrange(self.ring_size)

    def serialize(self, message: Message) -> bytes:
        """Return ``message`` as bytes.

        Raises:
            TypeError: It has a value that the serializer cannot carry.
        """
        return self._encoding.serialize(message)

    def deserialize(self, message: bytes) -> Any:
        """Return the message that `serialize` made bytes of."""
        return self._encoding.deserialize(message)

    def _unpack(self, member: bytes) -> Any:
        """Return the message of a member of a sorted set."""
        return self.deserialize(self._encoding.data(member))

    def _pack(self, message: Message) -> bytes:
        try:
            return self._encoding.member(self.serialize(message))
        except TypeError as error:
            raise TypeError(
                f"{error}. Send what JSON has, bytes or None: a primary key, say, and let the "
                "consumer load the object"
            ) from error

    def wait_seconds(self) -> float:
        """Return how long a blocking call may wait at the server, in seconds."""
        # The client must not give up before the server does.
        return min(self.blpop_timeout, self._shortest_timeout - 1)

    @cached_property
    def _shortest_timeout(self) -> float:
        return min(server["socket_timeout"] or 60 for server in self.servers)

    def _checked_hosts(self, hosts: Iterable[Any] | None) -> list[Any]:
        checked = checked_hosts(hosts, ("localhost", 6379))
        for entry in checked:
            # What cannot be used is an error now, and not when the layer is first used.
            check_timeout(self._with_options(server_of(entry)), self.blpop_timeout)
        return checked

    def _with_options(self, server: dict[str, Any]) -> dict[str, Any]:
        return with_options(server, self._client_options)
