"""The other layers of asgi_redis: behind Redis Sentinel, and with a local side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..made_once import made_once
from .hosts import check_timeout, checked_hosts
from .layer import RedisChannelLayer


class RedisSentinelChannelLayer(RedisChannelLayer):
    """A layer on the Redis servers that a Sentinel cluster monitors.

    Args:
        hosts: The sentinels: ``(host, port)`` pairs.
        services: Names of the monitored services to use; by default all, asked for when the layer
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
        self._named_services = _service_names(services)
        super().__init__(expiry, hosts, *args, **options)

    def __str__(self) -> str:
        # Without asking for them: this is for logs, also when no sentinel answers.
        return f"{type(self).__name__}(services=={self._named_services})"

    @made_once
    def services(self) -> list[str]:
        """The names of the services, one for each shard; asks the sentinels if none were named."""
        from .clients import sentinel_services  # optional, as in the base class

        return self._named_services or sentinel_services(self._hosts, self._sentinel_options)

    @property
    def servers(self) -> list[dict[str, Any]]:
        """The services, as channels_redis takes them."""
        sentinels = {"sentinels": self._hosts, "sentinel_kwargs": self._sentinel_options}
        return [
            self._with_options({**sentinels, "master_name": service}) for service in self.services
        ]

    @property
    def hosts(self) -> list[Any]:
        """The sentinels: ``(host, port)`` pairs."""
        return self._hosts

    @property
    def _sentinel_options(self) -> dict[str, Any]:
        options = self._client_options.items()
        return {key: value for key, value in options if key.startswith("socket_")}

    def _checked_hosts(self, hosts: Iterable[Any] | None) -> list[Any]:
        checked = checked_hosts(hosts, ("localhost", 26379))
        if any(isinstance(entry, (str, Mapping)) for entry in checked):
            raise ValueError(
                "Sentinel Redis host entries must be specified as tuples, not strings."
            )
        check_timeout(self._with_options({}), self.blpop_timeout)
        return [(host, port) for host, port in checked]


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
