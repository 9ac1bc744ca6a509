"""Clients of Redis servers. Needs the optional redis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, TimeoutError
from redis.retry import Retry
from redis.sentinel import Sentinel


def client_of(server: Mapping[str, Any]) -> Any:
    """Return a client of the server that channels_redis' dict describes."""
    # A connection that a restarted server left behind is replaced, at once and once; a server
    # that is down is reported at once.
    options = {"retry": Retry(NoBackoff(), 1), **server}
    address = options.pop("address", None)
    if address is not None:
        return Redis.from_url(address, **options)
    service = options.pop("master_name", None)
    if service is not None:
        sentinels, its_options = options.pop("sentinels"), options.pop("sentinel_kwargs", None)
        sentinel = Sentinel(sentinels, sentinel_kwargs=its_options)
        return sentinel.master_for(service, **options)
    return Redis(connection_pool=ConnectionPool(**options))


def sentinel_services(
    sentinels: Iterable[tuple[str, int]], options: Mapping[str, Any]
) -> list[str]:
    """Ask for the names of the services that a Sentinel cluster monitors.

    Args:
        sentinels: ``(host, port)`` of each; the first that answers is used.
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
