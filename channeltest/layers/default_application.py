"""`DefaultApplication`: the route of a layer without ``ROUTING``, to ``ASGI_APPLICATION``."""

from __future__ import annotations

from typing import Any

from channels.routing import get_default_application
from django.conf import settings

from ..compat.message import Message
from ..compat.routing import Match, Router


class DefaultApplication:
    """The route of a layer whose setting has no ``ROUTING``, as at the end of a port.

    The application is imported when the first message is matched: tests that apply routes of their
    own need no application.

    Args:
        alias: The layer's alias, for the description.
    """

    def __init__(self, alias: str) -> None:
        self._alias = alias
        self._application: Any = None
        self._routes: list[Any] = []

    def match(self, message: Message) -> Match | None:
        """Return what serves ``message``, or ``None`` if nothing does.

        Raises:
            ImproperlyConfigured: ``ASGI_APPLICATION`` cannot be imported.
        """
        if getattr(settings, "ASGI_APPLICATION", None) is None:
            return None
        application = get_default_application()
        if application is not self._application:
            self._application, self._routes = application, Router.resolve_routing(application)
        for route in self._routes:
            match: Match | None = route.match(message)
            if match is not None:
                return match
        return None

    def channel_names(self) -> set[str]:
        """Return no channels: the application, which has them, may not be imported yet."""
        return set()

    def __str__(self) -> str:
        named = getattr(settings, "ASGI_APPLICATION", None)
        if named is None:
            return (
                f"none: the layer {self._alias!r} has no ROUTING in CHANNEL_LAYERS, and the "
                "settings have no ASGI_APPLICATION. Set one of them, or apply routes with "
                "apply_routes()"
            )
        return f"ASGI_APPLICATION {named!r}"
