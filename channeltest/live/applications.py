"""The ASGI applications that live servers serve."""

from __future__ import annotations

from typing import Any

from channels import DEFAULT_CHANNEL_LAYER
from channels.routing import get_default_application
from django.conf import settings
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler

from ..compat.serving.project import get_asgi_application


def has_routing() -> bool:
    """Whether the settings are those of a Channels 1 project: the default layer has routes."""
    layers = getattr(settings, "CHANNEL_LAYERS", {})
    return "ROUTING" in layers.get(DEFAULT_CHANNEL_LAYER, {})


def interface_application() -> Any:
    """Return what serves the routing of the default layer; workers run elsewhere."""
    return get_asgi_application(workers=0)


def default_application(static_wrapper: Any = ASGIStaticFilesHandler) -> Any:
    """Return the application of ``ASGI_APPLICATION``.

    Args:
        static_wrapper: Called with it to have static files served; ``None`` for none.

    Raises:
        ImproperlyConfigured: The setting is missing, or leads nowhere.
    """
    application = get_default_application()
    return application if static_wrapper is None else static_wrapper(application)
