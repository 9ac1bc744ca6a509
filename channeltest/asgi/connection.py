"""`Connection`: one run of a modern application, and its client."""

from __future__ import annotations

import asyncio
import sys
import traceback
import warnings
from collections.abc import Callable
from types import FrameType
from typing import Any, Protocol

from asgiref.sync import async_to_sync
from channels import consumer as channels_consumer
from channels.consumer import AsyncConsumer

from ..errors import ApplicationWarning
from ..patching import Patch
from .scope import Application, Event, Scope
from .sent_events import SentEvents

# pytest leaves frames of modules with this name out of tracebacks.
__tracebackhide__ = True


class ReplyLayer(Protocol):
    """A channel layer of Channels 1, on which a client has its reply channel."""

    def send(self, channel: str, message: dict[str, Any], /) -> None:
        """Put ``message`` on ``channel``."""


class Connection(SentEvents):
    """One modern application, its scope, and what it has sent to its client.

    Args:
        application: An ASGI 3 application.
        scope: Its scope.

    Attributes:
        application: The application.
        scope: The scope that it was started with; middleware may have made copies.
        consumer: The instance of its consumer class, or ``None`` if it has none.
        reply_to: The layer and the name of the reply channel of its client; ``None`` if it has no
            such channel. A communicator has a name without a layer.
        is_silent: Whether its events stay out of the record: it handles a ``websocket.connect``
            that its client of Channels 1 has not sent.
        has_client_name: Whether its consumer's channel has the name of that reply channel.

    It has the attributes of `SentEvents` too.
    """

    has_client_name = True
    is_silent = False

    def __init__(self, application: Application, scope: Scope) -> None:
        super().__init__(scope)
        self.application = application
        self.consumer: AsyncConsumer | None = None
        self.reply_to: tuple[ReplyLayer | None, str] | None = None

    @property
    def name(self) -> str:
        """The application's name in errors: its path, its channel or its protocol."""
        scope = self.scope
        place = scope.get("path") or scope.get("channel")
        return f"the application on {place}" if place else f"the {scope.get('type')} application"

    def frame(self, message: dict[str, Any]) -> None:
        """Send the client a message of Channels 1, as if the application had.

        Args:
            message: ``{"text": …}``, ``{"bytes": …}``, ``{"close": …}`` or several of them.
        """
        raise NotImplementedError

    def send_now(self, event: Event) -> None:
        """Take an event that the application sends; any thread may call this.

        Args:
            event: The event.

        Raises:
            MalformedEvent: The application may not send this event, or not now.
        """
        raise NotImplementedError


def consumer_of(task: asyncio.Task[Any] | None) -> AsyncConsumer | None:
    """Return the innermost consumer instance among the coroutines that a task is running.

    Args:
        task: The task, or ``None``.
    """
    found = None
    waiting: Any = task.get_coro() if task is not None else None
    while waiting is not None:
        found = _owner(getattr(waiting, "cr_frame", None)) or found
        waiting = getattr(waiting, "cr_await", None)
    return found


def consumer_calling() -> AsyncConsumer | None:
    """Return the innermost consumer instance among the callers of this function."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if (owner := _owner(frame)) is not None:
            return owner
        frame = frame.f_back
    return None


def _owner(frame: FrameType | None) -> AsyncConsumer | None:
    owner = frame.f_locals.get("self") if frame is not None else None
    return owner if isinstance(owner, AsyncConsumer) else None


def consumer_name(consumer: Any) -> str:
    """Return the name that a consumer has in its project's code."""
    if isinstance(consumer, Connection):
        if consumer.consumer is None:
            return _application_name(consumer)
        consumer = type(consumer.consumer)
    return getattr(consumer, "__name__", None) or type(consumer).__name__


def _application_name(connection: Connection) -> str:
    application = connection.application
    named = getattr(application, "consumer_class", application)
    if hasattr(named, "__name__"):
        return str(named.__name__)
    where = connection.scope.get("path") or connection.scope.get("channel")
    return f"{type(named).__name__} on {where}"


def _send_directly(awaitable: Any) -> Callable[..., Any]:
    """Return what a synchronous consumer sends with; replaces ``async_to_sync`` in Channels.

    ``async_to_sync`` goes from the consumer's thread to the event loop and back, to put an event
    where a test takes it from any thread. A connection of ours takes it at once.
    """
    connection = getattr(awaitable, "__self__", None)
    return connection.send_now if isinstance(connection, Connection) else async_to_sync(awaitable)


direct_send = Patch(channels_consumer, "async_to_sync", _send_directly, instead_of=async_to_sync)


def warn_of(error: BaseException) -> None:
    """Warn of an exception that an application raised after its test's last statement.

    Args:
        error: The exception; the warning has its traceback.
    """
    text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    warnings.warn(
        "an application failed after its test's last statement; in a test case of channeltest's "
        f"the test would fail:\n{text}",
        ApplicationWarning,
        stacklevel=2,
    )
