"""`Connections`: the modern connections of one test, by the reply channels of its clients."""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..asgi.connection import warn_of
from ..compat.applications.lookup import protocol_of
from ..compat.applications.target import Application
from ..compat.message import Message
from ..compat.routing import Match
from ..config import stage_bound
from ..end_of_test import at_end_of_test
from ..errors import Denied, StageError
from ..layers.inspection import settle_with
from ..layers.modern_face import adopt
from ..record.entries import current, record
from ..record.failures import explain_with
from ..stage.stage import Stage
from .connection import StageConnection
from .scope import event_of, path_of, rest_of_body, scope_of

if TYPE_CHECKING:
    from ..compat.base_layer import BaseChannelLayer

# Failures show the test and the consumer, not what runs them.
__tracebackhide__ = True

_BEGINNINGS = ("websocket.connect", "http.request")
_FRAMES = ("websocket.receive", "websocket.disconnect")


class Connections:
    """The connections of a test to modern applications, on one stage.

    The stage is made for the first application: a test of old consumers has none.

    Args:
        bound: Real seconds that a turn of the stage may take; ``None`` for that of the settings.

    Attributes:
        open: The connections, by alias and reply channel (or channel, for workers). A client has
            one for each path.
    """

    def __init__(self, bound: float | None = None) -> None:
        self.open: dict[tuple[str, str], list[StageConnection]] = {}
        self._bound = bound
        self._outbox: deque[StageConnection] = deque()
        self._stage: Stage | None = None

    @property
    def stage(self) -> Stage:
        """The stage. It is made on first use, and again after one was abandoned.

        Raises:
            ImproperlyConfigured: The bound in the settings is no number of seconds.
        """
        if self._stage is None or self._stage.closed:
            self._stage = Stage(stage_bound() if self._bound is None else self._bound)
            if self is _stack[0]:
                at_end_of_test(self.close)
        return self._stage

    def settle(self) -> None:
        """Run the stage until all that follows from the test's messages has happened."""
        if self._stage is None or self._stage.closed:
            return
        try:
            if self._stage.has_work:
                self._stage.settle()
        finally:
            self._deliver()

    def waiting_timers(self) -> str:
        """Describe the timers that applications wait for; an empty text if there are none."""
        return "" if self._stage is None else self._stage.waiting_timers()

    def consume(
        self, alias: str, message: Message, target: Application, kwargs: Mapping[str, Any]
    ) -> Any:
        """Begin a connection with a message, and run the message through its application.

        Args:
            alias: Alias of the layer it came over.
            message: The message.
            target: The application.
            kwargs: What the route's filters found.

        Returns:
            The consumer's instance, or ``None``.

        Raises:
            AssertionError: The application has ended, or does not end when it should, or does not
                accept a client that sends a frame before ``websocket.connect``.
            Exception: What the application raised.
        """
        name = message.channel.name
        connection = self._begin(alias, message, target, kwargs)
        if name not in _FRAMES or self._connect_silently(connection, message.channel_layer):
            return self.handle(connection, message)
        if name == "websocket.disconnect":
            return connection.consumer
        raise AssertionError(
            f"the application on {connection.scope['path']} refused a client that sent no "
            "'websocket.connect' before its first frame: send 'websocket.connect' first (with "
            "check_accept=False to look at the refusal), or let the application accept it"
        )

    def handle(self, connection: StageConnection, message: Message) -> Any:
        """Have the application of a connection handle a message.

        Returns:
            The consumer's instance, or ``None``.

        Raises:
            AssertionError: The application has ended, or does not end when it should, or a
                request's body is not complete.
            Exception: What the application raised.
        """
        leaves = message.channel.name == "websocket.disconnect"
        connection.left = leaves
        if leaves and connection.ended:
            return connection.consumer
        record("consume", message.channel.name, message.content, connection)
        try:
            connection.handle(event_of(message))
            if message.channel.name == "http.request":
                for part in rest_of_body(message):
                    # The application may have answered before it read the body.
                    if not connection.ended and not connection.is_complete:
                        connection.handle(part)
        finally:
            self._deliver()
        if leaves and not connection.ended:
            place = connection.place()
            connection.cancel()
            raise AssertionError(
                f"the application on {connection.scope['path']} did not end after "
                f"'websocket.disconnect'; it waits {place}"
            )
        return connection.consumer

    def at_path(self, alias: str, message: Message) -> StageConnection | None:
        """Return the open connection of a message's client at the message's path, or ``None``.

        Args:
            alias: Alias of the layer it came over.
            message: The message; every message of a client has its path.
        """
        if not self.open:
            return None
        path = path_of(message)
        for connection in self._of_client(alias, message):
            if connection.scope.get("path", path) == path:
                return connection
        return None

    def at_another_path(
        self, alias: str, message: Message, match: Match | None
    ) -> StageConnection | None:
        """Return the open connection that gets a message for whose path there is none.

        A message begins a connection of its own, and this returns ``None``, if its path leads to
        another application, or leads anywhere and is not the default path.

        Args:
            alias: Alias of the layer it came over.
            message: The message.
            match: What the routes found for it.
        """
        if not self.open or (match is not None and path_of(message) != "/"):
            return None
        for connection in self._of_client(alias, message):
            if match is None or connection.is_of(match[0]):
                return connection
        return None

    def _of_client(self, alias: str, message: Message) -> Iterator[StageConnection]:
        """Yield the open connections that a message can be for, the last one first."""
        name = message.channel.name
        if name not in _BEGINNINGS:
            for connection in reversed(self.open.get(_key(alias, message), ())):
                if connection.takes(name):
                    yield connection

    def last_of(self, alias: str, reply_channel: str) -> StageConnection | None:
        """Return the connection that a client began last, open or not."""
        connections = self.open.get((alias, reply_channel))
        return connections[-1] if connections else None

    def forget(self, alias: str, message: Message) -> None:
        """End the connection that a message's client has at the same path, if there is one."""
        connections = self.open.get(_key(alias, message), [])
        path, protocol = path_of(message), protocol_of(message.channel.name)
        for connection in list(connections):
            if connection.is_at(protocol, path):
                connections.remove(connection)
                connection.cancel()

    def _begin(
        self, alias: str, message: Message, target: Application, kwargs: Mapping[str, Any]
    ) -> StageConnection:
        self.forget(alias, message)
        adopt(alias, message.channel_layer)
        scope = scope_of(message, kwargs, target.is_bare)
        if target.path_remaining is not None and scope["type"] != "channel":
            scope["path_remaining"] = target.path_remaining
        connection = StageConnection(self.stage, target.asgi(), scope, self._outbox)
        connection.routed = target.application
        connections = self.open.setdefault(_key(alias, message), [])
        # A client that is connected at two paths has one reply channel.
        connection.has_client_name = all(each.left or each.ended for each in connections)
        connections.append(connection)
        if message.reply_channel is not None and scope["type"] != "channel":
            connection.reply_to = (message.channel_layer, message.reply_channel.name)
        return connection

    def _connect_silently(self, connection: StageConnection, layer: BaseChannelLayer) -> bool:
        """Connect a client that has sent no ``websocket.connect``; Channels 1 did not require it.

        The client does not get the acceptance, and leaves the groups that the connect joined.

        Returns:
            Whether the application accepted.
        """
        before = _memberships(layer)
        connection.is_silent = True
        token = current.set(connection)
        try:
            with contextlib.suppress(Denied):
                connection.handle({"type": "websocket.connect"})
            for group, channel in _memberships(layer) - before:
                layer.group_discard(group, channel)
        finally:
            current.reset(token)
            connection.is_silent = False
        connection.sent.clear()
        return connection.accepted

    def _deliver(self) -> None:
        while self._outbox:
            self._outbox.popleft().deliver()

    def enter(self) -> None:
        """Make these the connections of the running test."""
        _stack.append(self)

    def leave(self) -> None:
        """Make the previous connections those of the running test again."""
        _stack.remove(self)

    def close(self) -> None:
        """End every application, and the stage.

        An exception that an application raises only now is a warning if the test case is not one of
        channeltest's: the same test passes with Channels' own tools.

        Raises:
            StageError: An application does not end.
            Exception: An application raised it only now.
        """
        self.open.clear()
        if self._stage is not None:
            stage, self._stage = self._stage, None
            try:
                stage.close()
            except StageError:
                raise
            except Exception as error:
                if self is not _stack[0]:
                    raise
                warn_of(error)


def _memberships(layer: object) -> set[tuple[str, str]]:
    """Return the pairs of a group and a channel in it, of a layer in memory."""
    groups: dict[str, dict[str, float]] = getattr(layer, "_groups", {})
    return {(group, channel) for group, channels in groups.items() for channel in channels}


def _key(alias: str, message: Message) -> tuple[str, str]:
    name, reply = message.channel.name, message.reply_channel
    return alias, name if reply is None or protocol_of(name) == "channel" else reply.name


# The stages of the process from which this one was forked. Kept, so that they are not collected:
# that would close sockets which both processes have.
_of_the_parent: list[Stage] = []


def _forget_connections_of_parent() -> None:
    for each in _stack:
        if each._stage is not None:
            _of_the_parent.append(each._stage)
            each._stage = None
            each.open.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_connections_of_parent)


# The first are those of tests in test cases that are not channeltest's; `at_end_of_test` finds
# when such a test ends.
_stack = [Connections()]


def connections() -> Connections:
    """Return the connections of the running test."""
    return _stack[-1]


settle_with(lambda: connections().settle())
explain_with(lambda: connections().waiting_timers())
