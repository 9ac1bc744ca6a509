"""The channel layers that a live server and its test share."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping
from typing import Any

from channels import DEFAULT_CHANNEL_LAYER
from channels.exceptions import InvalidChannelLayerError
from channels.layers import channel_layers as modern_layers
from django.core.exceptions import ImproperlyConfigured
from django.test import runner

from ..compat.advice import with_note
from ..compat.asgi import ChannelLayerManager, ChannelLayerWrapper, channel_layers
from ..compat.base_layer import Content
from ..compat.inmemory import ChannelLayer
from ..compat.routing import Router
from ..layers.wire import carry


class LiveLayer(ChannelLayer):
    """A channel layer in memory whose readers wait without polling.

    Its messages cross a wire as those of a test's captive layer do; its capacity is that of a
    layer on Redis, since workers read it.
    """

    def __init__(self) -> None:
        super().__init__(capacity=100)
        self._readers: set[threading.Event] = set()
        self._is_closed = False

    def carry(self, message: Content) -> Content:
        """Return ``message`` as it comes out of the wire."""
        return carry(message, "lenient")

    def receive(
        self, channels: Iterable[str], block: bool = False
    ) -> tuple[str, Content] | tuple[None, None]:
        """Take the next message off one of ``channels``.

        Args:
            channels: Names; of several with messages a random one is served.
            block: Whether to wait for one, until the layer is closed.

        Returns:
            ``(channel, message)``, or ``(None, None)`` when there is none.

        Raises:
            TypeError: A name is not valid.
        """
        names = list(channels)
        if not block:
            return super().receive(names)
        while True:
            sent = threading.Event()
            self._readers.add(sent)
            # Asked before looking: a message sent in between must not be missed.
            cancels = [self.call_when_sent(name, sent.set) for name in names]
            try:
                found = super().receive(names)
                if found[0] is not None or self._is_closed:
                    return found
                sent.wait()
            finally:
                self._readers.discard(sent)
                for cancel in cancels:
                    cancel()

    def close(self) -> None:
        """End every blocking call of `receive`."""
        self._is_closed = True
        for sent in list(self._readers):
            sent.set()


# The layers that have a prefix, by the packages of their BACKEND, and their default.
_PREFIXES = {"asgi_redis": "asgi:", "channels_redis": "asgi"}


def worker() -> str:
    """Return which of several workers of a test run this is, ``""`` if there is one only.

    Those of pytest-xdist and of Django's parallel runner are known.
    """
    clone: int = getattr(runner, "_worker_id", 0)
    return os.environ.get("PYTEST_XDIST_WORKER", str(clone) if clone else "")


def separated(layers: Mapping[str, Any], worker: str) -> dict[str, Any]:
    """Return ``CHANNEL_LAYERS`` whose test layers no other worker of the run reads.

    Layers on Redis get a prefix of their own in ``TEST_CONFIG``; others are as they were.

    Args:
        layers: The setting.
        worker: What `worker` returns, and not empty.
    """
    return {alias: _separated(config, worker) for alias, config in layers.items()}


def _separated(config: Mapping[str, Any], worker: str) -> Mapping[str, Any]:
    package = str(config.get("BACKEND", "")).partition(".")[0]
    if package not in _PREFIXES or "TEST_CONFIG" not in config:
        return config
    test_config = config["TEST_CONFIG"]
    prefix = test_config.get("prefix", _PREFIXES[package])
    return {**config, "TEST_CONFIG": {**test_config, "prefix": f"{prefix}{worker}:"}}


def make_test_layer(routing: Any = None) -> ChannelLayerWrapper:
    """Make the default layer of its ``TEST_CONFIG``; it shares no connection with any other.

    Args:
        routing: Routes in the place of those configured, if there are any.

    Raises:
        InvalidChannelLayerError: There is no ``TEST_CONFIG``, or as for
            `channeltest.compat.asgi.ChannelLayerManager.make_backend`.
        ImproperlyConfigured: There are several layers (Channels 1.1.8 takes one), or the layer
            is in memory.
    """
    manager = ChannelLayerManager()
    if len(manager.configs) > 1:
        raise with_note(
            ImproperlyConfigured(
                "ChannelLiveServerTestCase does not support multiple CHANNEL_LAYERS at this time"
            ),
            f"The settings have {', '.join(map(repr, manager.configs))}. Override CHANNEL_LAYERS "
            "for the class, or serve in a thread: server = 'thread' on the test case",
        )
    try:
        layer = manager.make_test_backend(DEFAULT_CHANNEL_LAYER)
    except InvalidChannelLayerError as error:
        raise with_note(
            error, "Without processes no such layer is needed: server = 'thread' on the test case."
        ) from None
    if layer.local_only():
        raise ImproperlyConfigured(
            f"ChannelLiveServerTestCase can not be used with the in-memory layer {layer}: its "
            "processes would not see each other's messages. Override CHANNEL_LAYERS for the class "
            "with a layer on Redis, or serve in a thread: server = 'thread' on the test case"
        )
    if routing is not None:
        layer.routing, layer.router = routing, Router(routing)
    return layer


def other_test_layers() -> list[ChannelLayerWrapper]:
    """Make the layers of Channels 1 that have a ``TEST_CONFIG``, for a project half ported.

    Raises:
        InvalidChannelLayerError: As for
            `channeltest.compat.asgi.ChannelLayerManager.make_backend`.
    """
    manager = ChannelLayerManager()
    return [
        manager.make_test_backend(alias)
        for alias, config in manager.configs.items()
        if "ROUTING" in config and "TEST_CONFIG" in config
    ]


def memory_layers() -> list[ChannelLayerWrapper]:
    """Make a layer in memory for every alias of Channels 1's settings, with its routing.

    Raises:
        ImproperlyConfigured: A ``ROUTING`` cannot be imported.
    """
    manager = ChannelLayerManager()
    return [
        ChannelLayerWrapper(LiveLayer(), alias, manager.routing(alias))
        for alias, config in manager.configs.items()
        if "ROUTING" in config
    ]


class LayersInPlace:
    """Layers in the place of the configured ones, for consumers of both versions.

    Those of Channels 4 that have a ``TEST_CONFIG`` are made with it.

    Args:
        layers: Layers of Channels 1, in their wrappers.

    Attributes:
        default: The default layer, ``None`` if it is none of Channels 1.
    """

    def __init__(self, layers: Iterable[ChannelLayerWrapper] = ()) -> None:
        self._layers = list(layers)
        by_alias = {layer.alias: layer for layer in self._layers}
        self.default = by_alias.get(DEFAULT_CHANNEL_LAYER)
        self._first_router = self.default and self.default.router

    def enter(self) -> None:
        """Put the layers in place."""
        self._kept = [
            (layer.alias, channel_layers.set(layer.alias, layer)) for layer in self._layers
        ]
        self._kept_modern = modern_layers.backends
        self.renew_modern()

    def renew_modern(self) -> None:
        """Have Channels 4's layers made anew when they are asked for, on whatever event loop."""
        modern_layers.backends = {}
        for alias, config in modern_layers.configs.items():
            if "TEST_CONFIG" in config and "ROUTING" not in config:
                modern_layers.set(alias, modern_layers.make_test_backend(alias))

    def leave(self) -> None:
        """Put back what was there before, or nothing where nothing was."""
        for alias, layer in self._kept:
            channel_layers.set(alias, layer)
        modern_layers.backends = self._kept_modern

    def other_routes(self) -> Any:
        """Return the routes that `apply_routes` has put on the default layer, else ``None``."""
        if self.default is None or self.default.router is self._first_router:
            return None
        return self.default.routing

    def renew(self) -> ChannelLayerWrapper:
        """Give every layer in memory a fresh store.

        Returns:
            The default layer with the routes in force, to which more may be added.
        """
        for layer in self._layers:
            layer.channel_layer = LiveLayer()
        self.renew_modern()
        assert self.default is not None
        routes = list(Router.resolve_routing(self.default.routing))
        return ChannelLayerWrapper(self.default.channel_layer, self.default.alias, routes)
