"""A system check: layers of both versions on one Redis have one prefix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Warning

from .hosts import shown_hosts

# The default prefixes, by the packages of BACKEND.
_PREFIXES = {"asgi_redis": "asgi:", "channels_redis": "asgi"}


def check_prefixes(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn of an old and a modern layer that share a Redis and never meet.

    Args:
        app_configs: The apps that Django was asked to check; of no interest here.
        **kwargs: What else Django passes to checks.

    Returns:
        A warning ``channeltest.W003`` for each such pair, whose prefixes are the defaults.
    """
    layers = getattr(settings, "CHANNEL_LAYERS", {})
    found = [(alias, *_described(layer)) for alias, layer in layers.items()]
    return [
        Warning(
            f"The channel layers {old!r} and {modern!r} are on the same Redis, but never meet: "
            "asgi_redis begins its keys with 'asgi:', and channels_redis with 'asgi'.",
            hint='Give the modern one the prefix of the other: "CONFIG": {"prefix": "asgi:"}.',
            id="channeltest.W003",
        )
        for old, package, prefix, hosts in found
        for modern, other_package, other_prefix, other_hosts in found
        if (package, other_package) == ("asgi_redis", "channels_redis")
        and (prefix, other_prefix) == ("asgi:", "asgi")
        and hosts & other_hosts
    ]


def _described(layer: Mapping[str, Any]) -> tuple[str, str, set[tuple[str, str]]]:
    """Return the package of a layer, its prefix and its servers."""
    package = str(layer.get("BACKEND", "")).partition(".")[0]
    config = layer.get("CONFIG", {})
    hosts = config.get("hosts") or [("localhost", 6379)]
    if isinstance(hosts, (str, bytes)):
        hosts = []
    return package, config.get("prefix", _PREFIXES.get(package, "")), _servers(hosts)


def _servers(hosts: Any) -> set[tuple[str, str]]:
    """Return the address and the database of each server."""
    plain = [each.get("address", "") if isinstance(each, Mapping) else each for each in hosts]
    servers = set()
    for text in shown_hosts(plain):
        url = urlsplit(text)
        # Database 0 is what a URL without one means. That of a socket stands behind its path.
        number = parse_qs(url.query).get("db", [url.path.strip("/") or "0"])[0]
        if url.scheme == "unix":
            servers.add((url.path, number if "db=" in url.query else "0"))
        else:
            servers.add((f"{url.hostname}:{url.port or 6379}", number))
    return servers
