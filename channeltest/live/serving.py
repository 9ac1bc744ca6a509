"""What a live server serves, the socket it listens on, and the server of a child process."""

from __future__ import annotations

import importlib.util
import socket
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from channels import DEFAULT_CHANNEL_LAYER
from channels.routing import get_default_application
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler

from ..compat.applications.callables import AnyApplication, Receive, Scope, Send
from ..compat.asgi import ChannelLayerWrapper
from ..compat.serving.project import get_asgi_application
from ..compat.staticfiles import StaticFilesConsumer
from ..errors import LiveServerError

# Returns an application around another, which serves static files.
StaticWrapper = Callable[[Any], AnyApplication]


def has_routing() -> bool:
    """Whether the settings are those of a Channels 1 project: the default layer has routes."""
    layers = getattr(settings, "CHANNEL_LAYERS", {})
    return "ROUTING" in layers.get(DEFAULT_CHANNEL_LAYER, {})


def interface_application(serve_static: bool) -> AnyApplication:
    """Return what serves the routing of the default layer; workers run elsewhere.

    Args:
        serve_static: Whether it serves static files, if the app is installed: workers do not,
            where a route of the project takes all requests.
    """
    application: Any = get_asgi_application(workers=0)
    return ASGIStaticFilesHandler(application) if _serves(serve_static) else application


def default_application(
    static_wrapper: StaticWrapper | None = ASGIStaticFilesHandler,
) -> AnyApplication:
    """Return the application of ``ASGI_APPLICATION``.

    Args:
        static_wrapper: Called with it to have static files served; ``None`` for none. It is not
            called in a project that has none: without the app and without a ``STATIC_URL``.

    Raises:
        ImproperlyConfigured: The setting is missing, or leads nowhere.
    """
    application = get_default_application()
    has_files = apps.is_installed("django.contrib.staticfiles") or settings.STATIC_URL
    return static_wrapper(application) if static_wrapper and has_files else application


def add_default_routes(layer: ChannelLayerWrapper, serve_static: bool) -> None:
    """Add the routes that a running project needs behind a layer's own.

    Args:
        layer: The layer, in its wrapper.
        serve_static: Whether they serve static files, if the app is installed.
    """
    consumer = StaticFilesConsumer() if _serves(serve_static) else None
    layer.router.check_default(http_consumer=consumer)


def _serves(static: bool) -> bool:
    return static and apps.is_installed("django.contrib.staticfiles")


def with_fresh_caches(application: AnyApplication) -> AnyApplication:
    """Return an application before which what Django caches of the database is forgotten.

    Between two tests the database is flushed in the test's process, which clears the caches
    there. A process that serves several tests has caches of its own.
    """

    async def fresh(scope: Scope, receive: Receive, send: Send) -> None:
        for label, model in (("contenttypes", "ContentType"), ("sites", "Site")):
            if apps.is_installed(f"django.contrib.{label}"):
                manager: Any = apps.get_model(label, model).objects
                manager.clear_cache()
        await application(scope, receive, send)

    return fresh


def listen(host: str, port: int) -> socket.socket:
    """Listen for TCP connections.

    Args:
        host: A name or an address of this machine.
        port: The port; 0 for a free one.

    Raises:
        LiveServerError: It cannot be done, for example because another program has the port.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        # IPv4 first, as Daphne and Django do.
        family, address = min((each[0], each[4]) for each in found)
        return socket.create_server(address[:2], family=family, backlog=1024)
    except OSError as error:
        raise LiveServerError(
            f"a live server cannot listen on port {port} of {host!r}: {error}. With port = 0 on "
            "the test case it takes a free one; its host is a name or an address of this machine"
        ) from error


def serve(
    application: AnyApplication,
    listening: socket.socket,
    started: Callable[[], object],
    **options: Any,
) -> None:
    """Serve with Daphne, or with uvicorn where Daphne is not installed, until the process ends.

    Args:
        application: The ASGI application.
        listening: The socket to take connections from.
        started: Called once when they are taken.
        options: What Daphne's server takes beside.

    Raises:
        LiveServerError: Neither is installed.
    """
    if importlib.util.find_spec("daphne") is not None:
        _serve_with_daphne(application, listening, started, options)
    elif importlib.util.find_spec("uvicorn") is not None:
        # Here, because uvicorn is optional.
        from .uvicorn_server import serve_with_uvicorn

        serve_with_uvicorn(application, listening, started)
    else:
        raise LiveServerError(
            "a live server needs Daphne or uvicorn, and neither is installed: "
            "pip install channeltest[live]"
        )


# Most of what `daphne.server` imports: all but the reactor, which no two processes may share.
_PARTS_OF_DAPHNE = (
    "daphne.http_protocol",
    "daphne.ws_protocol",
    "twisted.internet.asyncioreactor",
)


def preload_daphne() -> None:
    """Import what Daphne needs, once for all processes that are forked from this one.

    A server process does little else at its start. Where Daphne is not installed nothing happens.
    """
    with suppress(ImportError), warnings.catch_warnings():
        # They are not the test's.
        warnings.simplefilter("ignore")
        for name in _PARTS_OF_DAPHNE:
            importlib.import_module(name)


# Seconds that an application has to answer the handshake of a websocket. Daphne's own default is
# five, of which the first consumer of a new process may need most for what it imports.
_HANDSHAKE = 30


def _serve_with_daphne(
    application: AnyApplication,
    listening: socket.socket,
    started: Callable[[], object],
    options: dict[str, Any],
) -> None:
    # A reactor that was made before a fork shares its selector with the parent's. Daphne's server
    # makes one when it is imported and there is none.
    for name in ("twisted.internet.reactor", "daphne.server"):
        sys.modules.pop(name, None)
    # Optional, and not to be imported where no server runs: that installs the reactor.
    from daphne.server import Server

    arguments = {"websocket_handshake_timeout": _HANDSHAKE, **options}
    Server(
        application,
        endpoints=[f"fd:fileno={listening.fileno()}"],
        signal_handlers=False,
        ready_callable=started,
        **arguments,
    ).run()
