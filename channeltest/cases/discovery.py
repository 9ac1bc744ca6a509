"""Finds the application that a project serves its websockets with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from channels.routing import ProtocolTypeRouter, get_default_application
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.asgi import ASGIHandler

from ..asgi.nesting import WRAPPED


def websocket_application() -> Any:
    """Return what ``ASGI_APPLICATION`` serves websockets with.

    Of a ``ProtocolTypeRouter`` that is its ``"websocket"`` entry, with all the middleware and
    origin validators it is wrapped in. An application whose routing cannot be seen, or that has
    middleware around the router, is returned as it is: it routes for itself.

    Raises:
        ImproperlyConfigured: The setting is missing, cannot be imported, or names an application
            that serves no websockets.
    """
    named = getattr(settings, "ASGI_APPLICATION", None)
    if not named:
        raise ImproperlyConfigured(
            "the websocket application is looked for in ASGI_APPLICATION, which the settings do "
            "not have: set it to 'yourproject.asgi.application', or set 'router' on the test case"
        )
    outermost = get_default_application()
    for application in _layers(outermost):
        if isinstance(application, ProtocolTypeRouter):
            protocols = application.application_mapping
            if "websocket" not in protocols:
                raise ImproperlyConfigured(
                    f"ASGI_APPLICATION, {named!r}, has no 'websocket' in its ProtocolTypeRouter, "
                    f"only {', '.join(map(repr, protocols)) or 'nothing'}: add "
                    "'\"websocket\": URLRouter([…])' there, or set 'router' on the test case"
                )
            return protocols["websocket"] if application is outermost else outermost
        if isinstance(application, ASGIHandler):
            raise ImproperlyConfigured(
                f"ASGI_APPLICATION, {named!r}, is Django's own application, which serves HTTP "
                'only: put it under "http" in a ProtocolTypeRouter, and a URLRouter under '
                "\"websocket\", or set 'router' on the test case"
            )
    return outermost


def _layers(application: Any) -> Iterator[Any]:
    """The application and what it wraps, from the outside in."""
    seen: list[Any] = []
    while application is not None and not any(application is each for each in seen):
        yield application
        seen.append(application)
        found = (getattr(application, name, None) for name in WRAPPED)
        application = next((each for each in found if callable(each)), None)
