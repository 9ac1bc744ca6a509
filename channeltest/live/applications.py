"""The ASGI applications that live servers serve."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from channels import DEFAULT_CHANNEL_LAYER
from channels.routing import get_default_application
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler

from ..compat.serving.project import get_asgi_application
from ..compat.staticfiles import StaticFilesConsumer

Application = Callable[[Any, Any, Any], Awaitable[None]]


def has_routing() -> bool:
    """Whether the settings are those of a Channels 1 project: the default layer has routes."""
    layers = getattr(settings, "CHANNEL_LAYERS", {})
    return "ROUTING" in layers.get(DEFAULT_CHANNEL_LAYER, {})


def interface_application(serve_static: bool) -> Any:
    """Return what serves the routing of the default layer; workers run elsewhere.

    Args:
        serve_static: Whether it serves static files, if the app is installed: workers do not,
            where a route of the project takes all requests.
    """
    application: Any = get_asgi_application(workers=0)
    return ASGIStaticFilesHandler(application) if _serves(serve_static) else application


def default_application(static_wrapper: Any = ASGIStaticFilesHandler) -> Any:
    """Return the application of ``ASGI_APPLICATION``.

    Args:
        static_wrapper: Called with it to have static files served; ``None`` for none.

    Raises:
        ImproperlyConfigured: The setting is missing, or leads nowhere.
    """
    application = get_default_application()
    return application if static_wrapper is None else static_wrapper(application)


def add_default_routes(layer: Any, serve_static: bool) -> None:
    """Add the routes that a running project needs behind a layer's own.

    Args:
        layer: The layer, in its wrapper.
        serve_static: Whether they serve static files, if the app is installed.
    """
    consumer = StaticFilesConsumer() if _serves(serve_static) else None
    layer.router.check_default(http_consumer=consumer)


def _serves(static: bool) -> bool:
    return static and apps.is_installed("django.contrib.staticfiles")


def with_fresh_caches(application: Application) -> Application:
    """Return an application before which what Django caches of the database is forgotten.

    Between two tests the database is flushed in the test's process, which clears the caches
    there. A process that serves several tests has caches of its own.
    """

    async def fresh(scope: Any, receive: Any, send: Any) -> None:
        for label, model in (("contenttypes", "ContentType"), ("sites", "Site")):
            if apps.is_installed(f"django.contrib.{label}"):
                manager: Any = apps.get_model(label, model).objects
                manager.clear_cache()
        await application(scope, receive, send)

    return fresh
