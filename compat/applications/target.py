"""`Application`: an ASGI application as the consumer that a Channels 1 route leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .callables import AnyApplication, ASGI3Application, single_callable
from .lookup import channels_of, find, is_consumer, protocol_of

if TYPE_CHECKING:
    from ..message import Message


class Application:
    """A modern application as the consumer of a route.

    Args:
        application: The application, or a modern consumer class.
        is_bare: Whether nothing stands around a consumer, which then needs what middleware
            would have done; by default what the application itself shows.

    Attributes:
        application: The same.
        is_bare: The same.
        consumer: The consumer class that a message was found to go to, where that is known;
            else the innermost application.
        kwargs: What the application's own patterns found in the message's path (dict).
        path_remaining: What an `Include` left of the path (str), or ``None``.
    """

    def __init__(self, application: AnyApplication, is_bare: bool | None = None) -> None:
        self.application = application
        self.is_bare = is_consumer(application) if is_bare is None else is_bare
        self.consumer = getattr(application, "consumer_class", application)
        self.kwargs: dict[str, Any] = {}
        self.path_remaining: str | None = None
        # A consumer by itself serves its channels whatever the path.
        self._channels = set(channels_of(application)) if is_consumer(application) else None

    def serving(self, message: Message) -> Application | None:
        """Return this application as it serves ``message``, or ``None`` if it does not."""
        remaining = message.get("path_remaining")
        if remaining is None and self._channels is not None:
            name = message.channel.name
            return self if name in self._channels or protocol_of(name) == "channel" else None
        if remaining is None:
            path, root_path = message.get("path") or "/", message.get("root_path") or ""
        else:
            path, root_path = remaining, ""
        kwargs: dict[str, Any] = {}
        found = find(self.application, message.channel.name, path, root_path, kwargs)
        if found is None:
            return None
        if found is self.application and remaining is None:
            return self
        serving = Application(self.application, self.is_bare)
        serving.consumer = getattr(found, "consumer_class", found)
        serving.kwargs = kwargs
        serving.path_remaining = remaining
        return serving

    def asgi(self) -> ASGI3Application:
        """The application as an ASGI 3 single callable."""
        return single_callable(self.application)

    def __call__(self, message: Message, **kwargs: Any) -> None:
        """Refuse: the server runs those of websockets and requests, and workers those of channels.

        Raises:
            TypeError: Always.
        """
        raise TypeError(
            f"{self.application!r:.100} is an ASGI application: serve it, or test it with a "
            f"client of channels.test. It cannot be called with the message on "
            f"{message.channel.name!r}, whose connection some other server or routing began"
        )
