"""``asgiref.base_layer`` of asgiref 1.1.2: the base class of Channels 1's channel layers."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeGuard

from channels import exceptions
from django.utils.module_loading import import_string

from .advice import with_note

if TYPE_CHECKING:
    from .applications.callables import ASGI3Application, Receive, Scope, Send

# What a message holds: msgpack carries it to other processes.
Content = dict[str, Any]

_ALLOWED = "a valid unicode string containing only ASCII alphanumerics, hyphens, or periods"


def has_other_readers(layer: object) -> bool:
    """Whether another thread or process may read from a layer while this thread waits.

    Args:
        layer: Any channel layer of Channels 1, or its wrapper. One that does not have the
            attribute `BaseChannelLayer.has_other_readers` has other readers.
    """
    return getattr(layer, "has_other_readers", True) is not False


class BaseChannelLayer:
    """Base class of synchronous channel layers.

    Args:
        expiry: Seconds a message is kept.
        group_expiry: Seconds a channel stays in a group.
        capacity: Messages that a channel holds before it is full.
        channel_capacity: Capacities of their own for channels, by glob or compiled pattern.

    Attributes:
        extensions: Names of the optional parts of the API the layer has.
        ChannelFull: Raised by ``send`` to a full channel; Channels 4's class of that name.
        MessageTooLarge: Raised for a message over the layer's size.
        has_other_readers: Whether other threads or processes may read from the layer while the
            caller waits. Where it is ``False``, waiting changes nothing: a full channel stays
            full, and an empty one empty. For subclasses to set.

    Source: asgiref 1.1.2.
    """

    extensions: list[str] = []

    has_other_readers = True

    ChannelFull = exceptions.ChannelFull
    MessageTooLarge = exceptions.MessageTooLarge

    channel_name_regex = re.compile(r"^[a-zA-Z\d\-_.]+((\?|\!)[\d\w\-_.]*)?$")
    group_name_regex = re.compile(r"^[a-zA-Z\d\-_.]+$")
    invalid_name_error = (
        "{} name must be a valid unicode string containing only ASCII alphanumerics, "
        "hyphens, underscores, or periods."
    )

    def __init__(
        self,
        expiry: float = 60,
        group_expiry: float = 86400,
        capacity: int = 100,
        channel_capacity: Mapping[str | re.Pattern[str], int] | None = None,
    ) -> None:
        self.expiry, self.group_expiry = expiry, group_expiry
        self.capacity = capacity
        self.channel_capacity = self.compile_capacities(channel_capacity or {})
        self._application: ASGI3Application | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a connection as `channeltest.compat.serving.get_asgi_application` does.

        So ``channel_layer = get_channel_layer()``, the ``asgi.py`` of Channels 1, is an ASGI 3
        application.

        Args:
            scope: The connection's ASGI 3 scope.
            receive: Returns the connection's next event.
            send: Sends an event to the client.
        """
        if self._application is None:
            # By name, because what serves layers is built on this class.
            serve = import_string("channeltest.compat.serving.application_of")
            self._application = serve(self)
        await self._application(scope, receive, send)

    def send(self, channel: str, message: Content) -> None:
        """Put ``message`` on ``channel``."""
        raise NotImplementedError

    def receive(
        self, channels: Iterable[str], block: bool = False
    ) -> tuple[str, Content] | tuple[None, None]:
        """Take the next message off one of ``channels``: ``(channel, message)``."""
        raise NotImplementedError

    def receive_many(
        self, channels: Iterable[str], block: bool = False
    ) -> tuple[str, Content] | tuple[None, None]:
        """`receive` under its name of Channels 1.0, which 1.1.8 and its suites still use."""
        return self.receive(channels, block)

    def new_channel(self, pattern: str) -> str:
        """Return a channel name not in use that begins with ``pattern``."""
        raise NotImplementedError

    def group_add(self, group: str, channel: str) -> None:
        """Add ``channel`` to ``group``."""
        raise NotImplementedError

    def group_discard(self, group: str, channel: str) -> None:
        """Take ``channel`` out of ``group``."""
        raise NotImplementedError

    def group_channels(self, group: str) -> Any:
        """Return the channels in ``group``."""
        raise NotImplementedError

    def send_group(self, group: str, message: Content) -> None:
        """Put ``message`` on every channel of ``group`` that is not full."""
        raise NotImplementedError

    def flush(self) -> None:
        """Forget every message and group."""
        raise NotImplementedError

    def compile_capacities(
        self, channel_capacity: Mapping[str | re.Pattern[str], int]
    ) -> list[tuple[re.Pattern[str], int]]:
        """Return ``channel_capacity`` as ``(pattern, capacity)`` pairs, globs compiled."""
        return [
            (glob if isinstance(glob, re.Pattern) else re.compile(fnmatch.translate(glob)), most)
            for glob, most in channel_capacity.items()
        ]

    def get_capacity(self, channel: str) -> int:
        """Return how many messages ``channel`` holds: the first pattern that fits decides."""
        fitting = (most for pattern, most in self.channel_capacity if pattern.match(channel))
        return next(fitting, self.capacity)

    def match_type_and_length(self, name: object) -> TypeGuard[str]:
        """Whether ``name`` is text of fewer than 100 characters."""
        return isinstance(name, str) and len(name) < 100

    def valid_channel_name(self, name: object, receive: bool = False) -> bool:
        """Check a channel's name.

        Args:
            name: The name.
            receive: Whether it is received from; then a process-local name ends at its ``!``.

        Returns:
            ``True``.

        Raises:
            TypeError: The name is not valid; the text says why.
        """
        refusal = None
        if not (self.match_type_and_length(name) and self.channel_name_regex.match(name)):
            refusal = f"Channel name must be {_ALLOWED}, not '{name}'."
        elif name[-1] == "?":
            refusal = "Single-reader channel names must not end with ?"
        elif receive and name != self.non_local_name(name):
            refusal = "Process-local channel names in receive() must end at the !"
        if refusal is not None:
            raise TypeError(refusal)
        return True

    def valid_group_name(self, name: object) -> bool:
        """Check a group's name.

        Returns:
            ``True``.

        Raises:
            TypeError: The name is not valid.
        """
        if self.match_type_and_length(name) and self.group_name_regex.match(name):
            return True
        raise with_note(TypeError(f"Group name must be {_ALLOWED}."), f"This is {name!r:.120}")

    def valid_channel_names(self, names: object, receive: bool = False) -> bool:
        """Check a list of channel names, as `valid_channel_name` does each.

        Raises:
            AssertionError: ``names`` is no list, or empty.
            TypeError: One of the names is not valid.
        """
        if not isinstance(names, list) or not names:
            raise AssertionError("names must be a non-empty list")
        return all(self.valid_channel_name(name, receive=receive) for name in names)

    def non_local_name(self, name: str) -> str:
        """Return ``name`` up to its ``!`` where it is a process-local one, else all of it."""
        shared, mark, _ = name.partition("!")
        return shared + mark
