"""Live test cases that are made and run inside a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from django.conf import settings
from django.test import override_settings
from websockets.sync.client import ClientConnection, connect

from channeltest.live import ChannelLiveServerTestCase, ChannelsLiveServerTestCase

from ...processes import PATIENCE
from . import site

ROUTING = f"{site.__name__}.routing"
NOWHERE = {"hosts": [("127.0.0.1", 1)]}
IN_MEMORY = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}


def on_redis(redis: Any, **config: Any) -> dict[str, Any]:
    """``CHANNEL_LAYERS`` whose production layer cannot be reached."""
    layer = {
        "BACKEND": "asgi_redis.RedisChannelLayer",
        "CONFIG": NOWHERE,
        "TEST_CONFIG": {"hosts": [(redis.host, redis.port)]},
        "ROUTING": ROUTING,
    }
    return {"default": {**layer, **config}}


def unreachable() -> dict[str, Any]:
    """``CHANNEL_LAYERS`` whose layer cannot even be made, and has no ``TEST_CONFIG``."""
    return {"default": {"BACKEND": "no.such.Layer", "ROUTING": ROUTING}}


class _AnyDatabase:
    # Nothing here uses the database of its processes; in memory, they have an empty one.
    @classmethod
    def _is_in_memory_db(cls, connection: Any) -> bool:
        return False


class OldProcesses(_AnyDatabase, ChannelLiveServerTestCase):
    start_method = "fork"


class OldThreads(ChannelLiveServerTestCase):
    server = "thread"


class ModernProcesses(_AnyDatabase, ChannelsLiveServerTestCase):
    start_method = "fork"


class ModernThreads(ChannelsLiveServerTestCase):
    server = "thread"


def case(base: Any, layers: Any, /, overrides: Any = None, **attributes: Any) -> Any:
    """Make a test case class of the site; attributes may be its tests."""
    made = type("Live", (base,), {"__module__": __name__, **attributes})
    installed = [*settings.INSTALLED_APPS, "django.contrib.staticfiles"]
    values = {**site.SETTINGS, "INSTALLED_APPS": installed, **(overrides or {})}
    return override_settings(CHANNEL_LAYERS=layers, **values)(made)


@contextmanager
def websocket(live: Any, path: str = "/ws/") -> Iterator[ClientConnection]:
    """A websocket to what serves a test case, or to a URL."""
    url = live if isinstance(live, str) else live.live_server_ws_url
    # Without pings there is no thread of the client's that outlives it for a moment.
    options: Any = {"compression": None, "ping_interval": None, "open_timeout": PATIENCE}
    with connect(url + path, **options) as client:
        yield client


def ask(live: Any, text: str, path: str = "/ws/") -> Any:
    """What comes back for one frame, on a websocket of its own."""
    with websocket(live, path) as client:
        return reply(client, text)


def reply(client: ClientConnection, text: str) -> Any:
    client.send(text)
    return client.recv(timeout=PATIENCE)


def get(live: Any, path: str = "/") -> httpx.Response:
    url = live if isinstance(live, str) else live.live_server_url
    return httpx.get(url + path, timeout=PATIENCE)
