"""The ``hosts`` of a layer on Redis, as Channels 1 shows them and as channels_redis takes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any


def checked_hosts(hosts: Iterable[Any] | None, default: tuple[str, int]) -> list[Any]:
    """Return ``hosts`` as a list.

    Args:
        hosts: The setting.
        default: The ``(host, port)`` where it is empty.

    Raises:
        ValueError: It is a single host and no list.
    """
    if isinstance(hosts, (str, bytes)):
        raise ValueError("ASGI Redis hosts must be specified as an iterable list of hosts.")
    return list(hosts or [default])


def shown_hosts(hosts: Iterable[Any]) -> list[Any]:
    """Return hosts as a layer of Channels 1 shows them: ``(host, port)`` pairs are URLs."""
    return [
        entry if isinstance(entry, (str, Mapping)) else f"redis://{entry[0]}:{int(entry[1])}/0"
        for entry in hosts
    ]


def without_passwords(hosts: Iterable[Any]) -> list[Any]:
    """Return shown hosts for a log."""
    return [
        re.sub(r"(?<=://)([^/:@]*:)?[^/@]*@", r"\1***@", entry)
        if isinstance(entry, str)
        else {key: "***" if "password" in key else value for key, value in entry.items()}
        for entry in hosts
    ]


def server_of(entry: Any) -> dict[str, Any]:
    """Return one of ``hosts`` as the dict that channels_redis takes."""
    if isinstance(entry, Mapping):
        return dict(entry)
    if isinstance(entry, str):
        return {"address": entry}
    host, port = entry
    return {"host": host, "port": port}


def with_options(server: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return a server with the options of its client.

    Args:
        server: The server; its own options take precedence.
        options: Options of redis-py's clients.
    """
    # Named even where it is None: redis-py's own default would end idle waits with an error.
    return {"socket_timeout": None, **options, **server}


def check_timeout(server: Mapping[str, Any], shortest: float) -> None:
    """Check that a client of a server waits as long as the server does.

    Args:
        server: A server with the options of its client.
        shortest: Seconds that its ``socket_timeout`` has to have at least.

    Raises:
        ValueError: It has less.
    """
    timeout = server["socket_timeout"]
    if timeout is not None and timeout < shortest:
        raise ValueError(f"The socket timeout must be at least {shortest} seconds")
