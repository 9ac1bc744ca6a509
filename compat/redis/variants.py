"""The other layers of asgi_redis: behind Redis Sentinel, and with a local side."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from .layer import RedisChannelLayer


class RedisSentinelChannelLayer(RedisChannelLayer):
    """A layer on the Redis servers that a Sentinel cluster watches.

    Args:
        hosts: The sentinels: ``(host, port)`` pairs.
        services: Names of the watched services to use; by default all, asked for when the layer
            is first used.
        sentinel_refresh_interval: Without effect: a sentinel is asked for every new connection.
        connection_kwargs: As for `RedisChannelLayer`; the ``socket_…`` ones are also the
            sentinels'.
        **options: As for `RedisChannelLayer`.

    Raises:
        ValueError: ``hosts`` or ``services`` is not as above, or as for `RedisChannelLayer`.

    Source: asgi_redis 1.4.3.
    """

    def __init__(
        self,
        expiry: float = 60,
        hosts: Iterable[Any] | None = None,
        *args: Any,
        services: Iterable[str] | None = None,
        sentinel_refresh_interval: float = 0,
        **options: Any,
    ) -> None:
        self._given_services = _service_names(services)
        super().__init__(expiry, hosts or [("localhost", 26379)], *args, **options)

    @cached_property
    def services(self) -> list[str]:
        """The names of the services, one for each shard."""
        return self._given_services or self._ask_for_services()

    @property
    def hosts(self) -> list[dict[str, Any]]:
        """The services, as channels_redis takes them; asks the sentinels if none were named."""
        sentinels = {"sentinels": self._addresses, "sentinel_kwargs": self._sentinel_options}
        return [
            self._with_options({**sentinels, "master_name": service}) for service in self.services
        ]

    @property
    def _addresses(self) -> list[tuple[str, int]]:
        return [(sentinel["host"], sentinel["port"]) for sentinel in self._servers]

    @property
    def _sentinel_options(self) -> dict[str, Any]:
        options = self._connection_options.items()
        return {key: value for key, value in options if key.startswith("socket_")}

    def _read_hosts(self, hosts: Iterable[Any] | None) -> list[dict[str, Any]]:
        servers = super()._read_hosts(hosts)
        if any("host" not in server for server in servers):
            raise ValueError(
                "Sentinel Redis host entries must be specified as tuples, not strings."
            )
        return servers

    def _ask_for_services(self) -> list[str]:
        from .shards import watched_services  # optional, as in the base class

        return watched_services(self._addresses, self._sentinel_options)


class RedisLocalChannelLayer(RedisChannelLayer):
    """A layer whose messages to workers stayed on their machine in asgi_redis.

    That took ``asgi_ipc``, which is no more: here they cross Redis like all others, and a
    worker on any machine may take them.

    Source: asgi_redis 1.4.3.
    """


def _service_names(services: Iterable[str] | None) -> list[str]:
    if isinstance(services, str):
        raise ValueError("Sentinel service types must be specified as an iterable list of strings")
    names = list(services or ())
    if not all(isinstance(name, str) for name in names):
        raise ValueError("Sentinel service types must be specified as strings.")
    return names
