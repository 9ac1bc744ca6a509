"""`BaseConsumer`, a consumer that is a class: one instance for each message."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..auth import channel_session_user, decorated_for
from ..channel_sessions import channel_session
from ..message import Message
from .class_routes import as_route


class BaseConsumer:
    """A class-based consumer. Calling the class with a message consumes the message.

    Args:
        message: The message to consume.
        **kwargs: What the route captured.

    Attributes:
        message: The message.
        kwargs: What the route captured, a dict of str.
        method_mapping: Channel names, each with the name of the method that consumes its
            messages.
        channel_session: Whether to decorate the methods with `channel_session`.
        channel_session_user: Whether to decorate them with `channel_session_user`.

    Source: Channels 1.1.8.
    """

    method_mapping: dict[str, str] = {}
    channel_session: bool = False
    channel_session_user: bool = False

    def __init__(self, message: Message, **kwargs: Any) -> None:
        self.message = message
        self.kwargs = kwargs
        self.dispatch(message, **kwargs)

    @classmethod
    def channel_names(cls) -> set[str]:
        """Return the names of the channels whose messages this class consumes."""
        return set(cls.method_mapping)

    as_route = classmethod(as_route)

    def get_handler(self, message: Message, **kwargs: Any) -> Callable[..., Any]:
        """Return what consumes ``message``: a method of this instance, decorated as needed.

        Raises:
            KeyError: `method_mapping` has no such channel.
        """
        handler = getattr(self, self.method_mapping[message.channel.name])
        return decorated_for(
            self,
            handler,
            channel_session_user=channel_session_user,
            channel_session=channel_session,
        )

    def dispatch(self, message: Message, **kwargs: Any) -> Any:
        """Consume ``message`` and return what its method returned."""
        return self.get_handler(message, **kwargs)(message, **kwargs)
