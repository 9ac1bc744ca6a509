"""Applications that stand in a list of Channels 1 routes by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from channels.routing import URLRouter
from django.urls import URLPattern, URLResolver

from .callables import is_application
from .lookup import channels_of, is_consumer
from .target import Application

if TYPE_CHECKING:
    from ..message import Message


def stands_alone(entry: object) -> bool:
    """Whether something in a list of routes is a modern application, or a ``path()`` of one."""
    return isinstance(entry, URLPattern | URLResolver) or is_application(entry)


class ApplicationRoute:
    """An application that stands in a list of routes by itself.

    It is asked for what it serves: the patterns of a `URLRouter`, the protocols of a
    `ProtocolTypeRouter`, the channels of a `ChannelNameRouter`, also behind middleware. So
    routes behind it get what it does not serve: the first match wins.

    Args:
        application: The application, or a ``path()`` or ``re_path()`` of one.

    Attributes:
        consumer: The application.

    Raises:
        ImproperlyConfigured: It is an ``include()`` of Django's.
        TypeError: A ``path()`` leads to something that is no application.
    """

    def __init__(self, application: Any) -> None:
        is_bare = None
        if isinstance(application, URLPattern | URLResolver):
            is_bare = is_consumer(application.callback)
            application = URLRouter([_checked(application)])
        self.consumer = application
        self._target = Application(application, is_bare)
        # Asked for with every message.
        self._channel_names = set(channels_of(application))

    def match(self, message: Message) -> tuple[Any, dict[str, Any]] | None:
        """Return ``(application, {})`` if the application serves the message, else ``None``."""
        if message.channel.name not in self.channel_names():
            return None
        target = self._target.serving(message)
        return None if target is None else (target, {})

    def channel_names(self) -> set[str]:
        """The channels of Channels 1 that the application can serve."""
        return self._channel_names

    def __str__(self) -> str:
        return f"{'/'.join(sorted(self.channel_names()))} -> {self.consumer!r:.80}"


def _checked(pattern: Any) -> Any:
    callback = pattern.callback
    if callback is not None and not is_application(callback):
        raise TypeError(
            f"{pattern!r:.80} leads to {callback!r:.80}, which is no ASGI application: a consumer "
            "of Channels 1 takes route() or as_route(), a modern consumer class its as_asgi()"
        )
    return pattern
