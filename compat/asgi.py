"""The configured channel layers of a Channels 1 project: ``channel_layers["default"]``."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import django
from channels.exceptions import InvalidChannelLayerError
from django.apps import apps
from django.conf import settings
from django.utils.module_loading import import_string

from .advice import with_note
from .base_layer import BaseChannelLayer, has_other_readers
from .channels4_backends import synchronous
from .routing import Router
from .utils import name_that_thing

__all__ = [
    "ChannelLayerManager",
    "ChannelLayerWrapper",
    "InvalidChannelLayerError",
    "channel_layers",
    "get_channel_layer",
]


# Examples for the error that a missing setting raises.
_EXAMPLES = {
    "BACKEND": '"asgiref.inmemory.ChannelLayer"',
    "ROUTING": '"project.routing.channel_routing"',
    "TEST_CONFIG": "{…}, the CONFIG of a layer that is not the production's",
}

# What to do where the setting is left out on purpose.
_WITHOUT = {
    "ROUTING": (
        ". Without consumers of Channels 1, send with channels.layers.get_channel_layer() in the "
        "place of Channel and Group. A test that still has these needs a captive layer: "
        "ChannelTestCase, pytest's channels marker, or channeltest.captive_layers()"
    )
}


if TYPE_CHECKING:
    # It passes on whatever a layer has.
    _Wrapped = BaseChannelLayer
else:
    _Wrapped = object


class ChannelLayerWrapper(_Wrapped):
    """A channel layer with its alias and its routing; everything else is the layer's own.

    Args:
        channel_layer: The layer (``send``, ``receive``, …).
        alias: Its key in ``CHANNEL_LAYERS``.
        routing: What `Router` takes.

    Attributes:
        channel_layer: The layer.
        alias: The alias (str).
        routing: The routing, as it was passed.
        router: The `Router` made of it.

    Source: Channels 1.1.8.
    """

    def __init__(self, channel_layer: BaseChannelLayer, alias: str, routing: Any) -> None:
        self.channel_layer, self.alias = channel_layer, alias
        self.routing = routing
        self.router = Router(routing)

    def __getattr__(self, name: str) -> Any:
        # Copying and unpickling look attributes up before there is a layer.
        if name == "channel_layer":
            raise AttributeError(name)
        return getattr(self.channel_layer, name)

    def __str__(self) -> str:
        return f"{self.alias} ({name_that_thing(self.channel_layer)})"

    def local_only(self) -> bool:
        """Whether the layer serves only this process."""
        layer = self.channel_layer
        return not has_other_readers(layer) or "inmemory" in type(layer).__module__


class ChannelLayerManager:
    """The layers of ``CHANNEL_LAYERS`` by alias, each made when it is first asked for.

    Attributes:
        backends: The layers made so far: alias to `ChannelLayerWrapper`.

    Source: Channels 1.1.8.
    """

    def __init__(self) -> None:
        self.backends: dict[str, ChannelLayerWrapper] = {}
        # Reentrant: the routing that is imported may ask for another layer.
        self._making = threading.RLock()

    @property
    def configs(self) -> dict[str, dict[str, Any]]:
        """The ``CHANNEL_LAYERS`` setting."""
        return getattr(settings, "CHANNEL_LAYERS", {})

    def make_backend(self, name: str) -> ChannelLayerWrapper:
        """Make the layer ``name`` with its ``CONFIG``.

        Raises:
            KeyError: No layer has this alias.
            InvalidChannelLayerError: ``BACKEND`` or ``ROUTING`` is missing or unreadable.
        """
        return self._make_backend(name, self._config(name).get("CONFIG", {}))

    def make_test_backend(self, name: str) -> ChannelLayerWrapper:
        """Make the layer ``name`` with its ``TEST_CONFIG``.

        Raises:
            InvalidChannelLayerError: There is no ``TEST_CONFIG``, or as for `make_backend`.
        """
        return self._make_backend(name, self._required(name, "TEST_CONFIG"))

    def routing(self, name: str) -> Any:
        """The ``ROUTING`` of the layer ``name``, without making the layer.

        Raises:
            KeyError: No layer has this alias.
            InvalidChannelLayerError: It has no ``ROUTING``.
        """
        self._config(name)
        return self._required(name, "ROUTING")

    def _required(self, name: str, key: str) -> Any:
        """Return a value of a layer's settings, which must be there."""
        try:
            return self.configs[name][key]
        except KeyError:
            raise with_note(
                InvalidChannelLayerError(f"No {key} specified for {name}"),
                f"Add it to the settings: CHANNEL_LAYERS[{name!r}][{key!r}] = {_EXAMPLES[key]}"
                f"{_WITHOUT.get(key, '')}",
            ) from None

    def _config(self, name: str) -> dict[str, Any]:
        try:
            return self.configs[name]
        except KeyError:
            known = ", ".join(map(repr, self.configs)) or "nothing"
            raise with_note(
                KeyError(name),
                f"{name!r} is no alias in the CHANNEL_LAYERS setting, which has {known}: "
                "add it there or correct the name.",
            ) from None

    def _make_backend(self, name: str, config: dict[str, Any]) -> ChannelLayerWrapper:
        path = self._required(name, "BACKEND")
        try:
            backend = synchronous(import_string(path), name)
        except ImportError as error:
            refusal = f"Cannot import BACKEND {path!r} specified for {name}"
            raise with_note(InvalidChannelLayerError(refusal), str(error)) from error
        routing = self.routing(name)
        return ChannelLayerWrapper(backend(**config), name, routing)

    def __getitem__(self, key: str) -> ChannelLayerWrapper:
        layer = self.backends.get(key)
        if layer is None:
            # One for all threads: two would not share what a layer in memory holds.
            with self._making:
                layer = self.backends.get(key)
                if layer is None:
                    layer = self.backends[key] = self.make_backend(key)
        return layer

    def __contains__(self, key: object) -> bool:
        return key in self.configs

    def set(self, key: str, layer: ChannelLayerWrapper | None) -> ChannelLayerWrapper | None:
        """Put ``layer`` in the place of the layer ``key``; returns what was there.

        ``None`` empties the place, so that the layer is made when it is next asked for.
        """
        old = self.backends.pop(key, None)
        if layer is not None:
            self.backends[key] = layer
        return old


def get_channel_layer(alias: str = "default") -> BaseChannelLayer:
    """Set Django up and return the layer of ``alias`` itself, without wrapper.

    What an ``asgi.py`` of Channels 1 called for its interface server. The layer is an ASGI 3
    application, so that file goes on working.

    Raises:
        KeyError: No layer has this alias.
    """
    set_up_django()
    return channel_layers[alias].channel_layer


def set_up_django() -> None:
    """Set Django up, unless it is; the script prefix stays as the server has set it."""
    if not apps.ready:
        django.setup(set_prefix=False)


channel_layers = ChannelLayerManager()
