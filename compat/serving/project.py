"""The whole of a Channels 1 project as one ASGI 3 application."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from channels import DEFAULT_CHANNEL_LAYER
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from ..applications.callables import Receive, Scope, Send
from ..asgi import ChannelLayerWrapper, channel_layers, set_up_django
from ..base_layer import BaseChannelLayer
from ..staticfiles import default_consumer
from .direct import modern_application
from .layer_application import LayerApplication
from .threads import WorkerThreads

# Threads that run consumers where no other process can.
_LOCAL_WORKERS = 4


class ProjectApplication:
    """Serves what the routing of a channel layer names, old and new.

    Each connection goes to the first route that matches it. A modern application is run here,
    a consumer of Channels 1 by a worker: over the layer, or in a thread of this process.

    Args:
        channel_layer: The layer, with its router.
        workers: Threads of this process that run consumers.
        ws_protocols: As for `LayerApplication`.
        http_timeout: As for `LayerApplication`.
        websocket_connect_timeout: As for `LayerApplication`.

    Attributes:
        channel_layer: The layer.
    """

    def __init__(
        self,
        channel_layer: ChannelLayerWrapper,
        workers: int,
        ws_protocols: Sequence[str],
        http_timeout: float | None,
        websocket_connect_timeout: float | None,
    ) -> None:
        self.channel_layer = channel_layer
        self._threads = WorkerThreads(channel_layer, workers)
        self._over_the_layer = LayerApplication(
            channel_layer, ws_protocols, http_timeout, websocket_connect_timeout
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, or the server's lifespan.

        Raises:
            ValueError: Its type is none of ``http``, ``websocket`` and ``lifespan``.
        """
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        self._threads.start_unless_stopped()
        modern = None
        if scope["type"] in ("http", "websocket"):
            modern = modern_application(self.channel_layer, scope)
        if modern is None:
            await self._over_the_layer(scope, receive, send)
        else:
            application, scope = modern
            await application(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._threads.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await asyncio.to_thread(self._threads.stop)
        await send({"type": "lifespan.shutdown.complete"})


def application_of(layer: BaseChannelLayer) -> ProjectApplication:
    """Return the application that serves the project of a layer that is in use.

    Args:
        layer: One of the layers of ``CHANNEL_LAYERS``, without its wrapper.

    Raises:
        ImproperlyConfigured: It is none of them, so that it has no routing.
    """
    for alias, wrapper in channel_layers.backends.items():
        if wrapper.channel_layer is layer:
            return get_asgi_application(alias)
    raise ImproperlyConfigured(
        f"{type(layer).__name__} serves no project: it is none of the layers of CHANNEL_LAYERS. In "
        "asgi.py, write application = channeltest.compat.serving.get_asgi_application()"
    )


def get_asgi_application(
    alias: str = DEFAULT_CHANNEL_LAYER,
    *,
    workers: int | None = None,
    http_timeout: float | None = 120,
    websocket_connect_timeout: float | None = 20,
) -> ProjectApplication:
    """Set Django up and return the application that serves a Channels 1 project.

    In the project's ``asgi.py``, for any server of ASGI 3::

        application = get_asgi_application()

    Args:
        alias: Which of ``CHANNEL_LAYERS`` to serve.
        workers: Threads of this process that run consumers; by default four where the layer
            is in memory, and none where ``manage.py runworker`` can.
        http_timeout: Seconds after which a request without a reply is answered with status 503;
            ``None`` for never.
        websocket_connect_timeout: Seconds after which a websocket that no worker has accepted
            is rejected; ``None`` for never.

    Returns:
        An ASGI 3 application for ``http``, ``websocket`` and ``lifespan``.

    Raises:
        KeyError: No layer has this alias.
        InvalidChannelLayerError: It has no ``ROUTING``, or its ``BACKEND`` is no layer.

    Source: the timeouts are those of Daphne 1.
    """
    set_up_django()
    layer = channel_layers[alias]
    if workers is None:
        workers = _LOCAL_WORKERS if layer.local_only() else 0
    if workers:
        layer.router.check_default(default_consumer())
    protocols = getattr(settings, "CHANNELS_WS_PROTOCOLS", None) or ()
    return ProjectApplication(layer, workers, protocols, http_timeout, websocket_connect_timeout)
