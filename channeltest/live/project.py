"""The project of the settings, served in threads for as long as a test wants."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from django.test.utils import modify_settings

from .applications import default_application, has_routing
from .layers import LayersInPlace, memory_layers
from .thread_site import ThreadSite, serve_channels

_HOST = "localhost"

# What Channels 1's development server had.
_WORKERS = 4


class LiveServer:
    """Where a project is served.

    Args:
        port: The server's TCP port, on this machine.

    Attributes:
        url: ``http://`` and host and port (str).
        ws_url: ``ws://`` and host and port (str).
    """

    def __init__(self, port: int) -> None:
        self.url = f"http://{_HOST}:{port}"
        self.ws_url = f"ws://{_HOST}:{port}"

    def __str__(self) -> str:
        return self.url


@contextlib.contextmanager
def served() -> Iterator[LiveServer]:
    """Serve the project until the block ends.

    Where the default channel layer has ``ROUTING``, that is served, with four workers on a layer
    in memory; else the application of ``ASGI_APPLICATION``. Static files are served.

    Raises:
        LiveServerError: As for `ThreadSite`.
    """
    layers = LayersInPlace(memory_layers())
    with modify_settings(ALLOWED_HOSTS={"append": _HOST}), contextlib.ExitStack() as stack:
        layers.enter()
        stack.callback(layers.leave)
        if has_routing():
            site = serve_channels(layers, _HOST, 0, _WORKERS, serve_static=True)
        else:
            site = ThreadSite(default_application(), _HOST)
        stack.callback(site.stop)
        yield LiveServer(site.port)
