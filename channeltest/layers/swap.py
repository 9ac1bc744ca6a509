"""Puts captive layers in the place of the configured ones, and gives those back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from channels import DEFAULT_CHANNEL_LAYER
from channels.layers import channel_layers as modern_layers

from ..compat.asgi import ChannelLayerWrapper, InvalidChannelLayerError, channel_layers
from ..compat.pending import pending_message_store
from ..compat.routing import Router
from .capacity import options_of
from .captive import CaptiveLayer
from .modern_face import ConsumersLayer
from .wire import Wire

_active: list[LayerSwap] = []


class LayerSwap:
    """Captive layers in the place of the configured ones, from `start` to `stop`.

    The configured layers are neither made nor asked for anything. Only their routing is read, and
    the numbers of those that have none.

    Args:
        aliases: The aliases of ``CHANNEL_LAYERS`` to replace.
        wire: The mode of the captive layers' wire.
        needs_routes: Refuse a layer without ``ROUTING``, as Channels 1 does. Otherwise such a
            layer, or a default layer that the settings do not name, is one of Channels 4: it has
            no routes, and the numbers of its ``CONFIG`` or else Channels 4's.
    """

    def __init__(self, aliases: Iterable[str], wire: Wire, needs_routes: bool) -> None:
        self._aliases = list(aliases)
        self._wire: Wire = wire
        self._needs_routes = needs_routes
        self._replaced: list[tuple[str, ChannelLayerWrapper | None, Any]] = []

    def start(self) -> None:
        """Put the captive layers in place, each with a routing list of its own.

        Raises:
            KeyError: No layer has one of the aliases.
            InvalidChannelLayerError: A layer has no ``ROUTING``, and needs it.
            ImproperlyConfigured: Its ``ROUTING`` cannot be imported.
        """
        try:
            for alias in self._aliases:
                self._replace(alias)
        except BaseException:
            self._restore()
            raise
        _active.append(self)

    def _replace(self, alias: str) -> None:
        current = channel_layers.backends.get(alias)
        routing = current.routing if current else self._routing(alias)
        layer = CaptiveLayer(self._wire, **self._options(alias))
        wrapper = ChannelLayerWrapper(layer, alias, list(Router.resolve_routing(routing)))
        if isinstance(routing, str):
            wrapper.routing = routing
        before = channel_layers.set(alias, wrapper)
        self._replaced.append((alias, before, modern_layers.set(alias, ConsumersLayer(layer))))

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
        """
        _active.remove(self)
        self._restore()

    def _restore(self) -> None:
        pending_message_store.discard()
        while self._replaced:
            alias, wrapper, modern = self._replaced.pop()
            channel_layers.set(alias, wrapper)
            if modern is None:
                modern_layers.backends.pop(alias, None)
            else:
                modern_layers.set(alias, modern)


def are_captive() -> bool:
    """Whether the test that now runs has captive layers."""
    return bool(_active)


def all_aliases() -> list[str]:
    """The aliases in ``CHANNEL_LAYERS``, and the default one in any case."""
    return list({DEFAULT_CHANNEL_LAYER: None, **dict.fromkeys(channel_layers.configs)})
