"""The channel layer that a test gets in place of the configured one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from channels import DEFAULT_CHANNEL_LAYER
from channels.layers import channel_layers as modern_layers

from ..bridge.registry import Connections
from ..bridge.reply_layer import ConsumersLayer
from ..compat.asgi import ChannelLayerWrapper, InvalidChannelLayerError, channel_layers
from ..compat.inmemory import ChannelLayer
from ..compat.pending import pending_message_store
from ..compat.routing import Router
from ..database.sharing import SharedConnections
from ..record.entries import begin, current, end, record_crossing, watched
from .capacity import options_of
from .wire import Wire, carrier, carry, verify


class CaptiveLayer(ChannelLayer):
    """A channel layer in memory whose messages cross a wire, for the length of one test.

    It keeps the numbers of Channels 1's test cases (10 messages a channel, 60 s, groups 86400 s)
    unless it is given others, and its whole synchronous API.

    Args:
        wire: ``"lenient"``: what msgpack cannot carry exactly is deep-copied with a
            `WireWarning`; ``"strict"``: it is a `WireError`.
        rooms: Called with a channel's name, how many messages it holds; by default ``capacity``
            for all of them, and 100 for the channels that modern consumers read.
        **options: As for `channeltest.compat.inmemory.ChannelLayer`.

    Attributes:
        captive: ``True``: nobody reads in parallel, so a full channel stays full.
        wire: The mode of the wire.

    Raises:
        ValueError: ``wire`` is neither mode.
    """

    captive = True

    journal = staticmethod(record_crossing)

    def __init__(
        self,
        wire: Wire = "lenient",
        rooms: Callable[[str], int] | None = None,
        **options: Any,
    ) -> None:
        if wire not in ("lenient", "strict"):
            raise ValueError(f"wire is 'lenient' or 'strict', not {wire!r}")
        super().__init__(**options)
        self.wire: Wire = wire
        self._rooms = rooms
        # Messages that a consumer sends later, and was warned about when it said so.
        self._warned_of: dict[int, dict[str, Any]] = {}

    def send_group(self, group: str, message: dict[str, Any]) -> None:
        """Put a copy of ``message`` on every channel of ``group`` that is not full.

        Raises:
            AssertionError: ``message`` is no dict.
            TypeError: The name is not valid.
            WireError: The wire is strict and cannot carry the message, whoever is in the group.
        """
        if self.wire == "strict" and isinstance(message, dict):
            self._check_group(group)
            verify(message, self.wire)
        super().send_group(group, message)

    def group_add(self, group: str, channel: str) -> None:
        """Add ``channel`` to ``group``: a consumer its own, or a test its client's.

        Raises:
            TypeError: One of the names is not valid.
        """
        super().group_add(group, channel)
        if channel in self.inboxes and current.get(None) is not None:
            self.inboxes[channel].groups.add(group)

    def room(self, channel: str) -> int:
        """Return how many messages ``channel`` holds before it is full."""
        return super().room(channel) if self._rooms is None else self._rooms(channel)

    def carry(self, message: dict[str, Any]) -> dict[str, Any]:
        """Return ``message`` as it comes out of the wire."""
        return carry(message, self.wire, id(message) in self._warned_of)

    def carrier(self, message: dict[str, Any]) -> Callable[[Any], dict[str, Any]]:
        """Return what carries ``message`` to many channels, packing it once."""
        make = carrier(message, self.wire, id(message) in self._warned_of)
        return lambda _: make()

    def deliver(self, channel: str, message: dict[str, Any]) -> None:
        """Put on a client's ``channel`` what an application sent it, however much is there.

        A websocket has no room for ten messages only, which is all a channel has.
        """
        self._put(channel, message, self.carry, limited=False)

    def verify_send(self, channel: str, message: dict[str, Any]) -> None:
        """Raise or warn of the name or the wire as ``send`` would, without sending."""
        super().verify_send(channel, message)
        self._verify(message)

    def verify_send_group(self, group: str, message: dict[str, Any]) -> None:
        """Raise or warn of the name or the wire as ``send_group`` would, without sending."""
        super().verify_send_group(group, message)
        if self.wire == "strict" or self._groups.get(group):
            self._verify(message)

    def _verify(self, message: dict[str, Any]) -> None:
        if not verify(message, self.wire):
            self._warned_of[id(message)] = message


class Captivity:
    """Captive layers in the place of the configured ones, until they are given back.

    The configured layers are neither made nor asked for anything; only their routing is read, and
    the numbers of those that have none.

    Args:
        aliases: The aliases of ``CHANNEL_LAYERS`` to replace.
        wire: The mode of the captive layers' wire.
        bound: Real seconds in which modern applications come to rest; ``None`` for what the
            settings say.
        needs_routes: Insist on ``ROUTING``, as Channels 1 does. Otherwise a layer without it, or
            a default layer that no setting names, is one of Channels 4: it has no routes, and
            the numbers of its ``CONFIG`` or else Channels 4's.
        shares: Have this thread's database connections be also those of what runs on event
            loops. Applications on the stage need it not.
    """

    def __init__(
        self,
        aliases: Iterable[str],
        wire: Wire = "lenient",
        bound: float | None = None,
        needs_routes: bool = True,
        shares: bool = True,
    ) -> None:
        self._aliases = list(aliases)
        self._wire: Wire = wire
        self._needs_routes = needs_routes
        self._kept: list[tuple[str, ChannelLayerWrapper | None, Any]] = []
        self._connections = Connections(bound)
        self._databases = SharedConnections() if shares else None

    def __reduce__(self) -> Any:
        # A parallel test runner sends failed tests to another process, and what they hold.
        return type(self), ((),)

    def start(self) -> None:
        """Put the captive layers in place, each with a routing list of its own.

        Raises:
            KeyError: No layer has one of the aliases.
            InvalidChannelLayerError: A layer has no ``ROUTING``, and needs it.
            ImproperlyConfigured: Its ``ROUTING`` cannot be imported.
        """
        try:
            for alias in self._aliases:
                current = channel_layers.backends.get(alias)
                routing = current.routing if current else self._routing(alias)
                layer = CaptiveLayer(self._wire, **self._options(alias))
                routes = list(Router.resolve_routing(routing))
                wrapper = ChannelLayerWrapper(layer, alias, routes)
                if isinstance(routing, str):
                    wrapper.routing = routing
                self._kept.append(
                    (
                        alias,
                        channel_layers.set(alias, wrapper),
                        modern_layers.set(alias, ConsumersLayer(layer)),
                    )
                )
        except BaseException:
            self._give_back()
            raise
        self._connections.enter()
        if self._databases is not None:
            self._databases.start()
        begin()

    def _routing(self, alias: str) -> Any:
        try:
            return channel_layers.routing(alias)
        except (InvalidChannelLayerError, KeyError) as error:
            unnamed = isinstance(error, KeyError) and alias != DEFAULT_CHANNEL_LAYER
            if self._needs_routes or unnamed:
                raise
            return []

    def _options(self, alias: str) -> dict[str, Any]:
        config = channel_layers.configs.get(alias, {})
        if self._needs_routes or "ROUTING" in config:
            return {}
        return options_of(config.get("CONFIG", {}))

    def stop(self) -> None:
        """Put back what was there before, or nothing where nothing was.

        What a consumer that never finished holds back is forgotten with the layers.

        Raises:
            StageError: An application does not end.
        """
        try:
            self.end_connections()
        finally:
            self._connections.leave()
            self._give_back()
            end()

    def end_connections(self) -> None:
        """End the modern applications that still run, while they may use the database.

        Raises:
            StageError: One does not end.
            AssertionError: A call that it has made in a thread does not end.
        """
        try:
            if watched():
                # What was sent last is to be seen as well.
                self._connections.settle()
        finally:
            try:
                self._connections.close()
            finally:
                if self._databases is not None:
                    self._databases.stop()

    def _give_back(self) -> None:
        pending_message_store.discard()
        while self._kept:
            alias, wrapper, modern = self._kept.pop()
            channel_layers.set(alias, wrapper)
            if modern is None:
                modern_layers.backends.pop(alias, None)
            else:
                modern_layers.set(alias, modern)
