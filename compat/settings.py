"""Channels 1's ``CHANNEL_LAYERS``, read by Channels 4 too.

Channels 4 refuses a ``ROUTING`` key and cannot import the layers of Channels 1. Here its
manager gives, for such a setting, the other face of the layer that Channels 1's manager makes.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from channels.layers import ChannelLayerManager

from .asgi import channel_layers

# The replacements that `install` has made, to know them again.
_ours: set[Callable[..., Any]] = set()


def install() -> None:
    """Have Channels 4's layer manager read Channels 1's settings. Doing it twice is harmless."""
    manager_class: Any = ChannelLayerManager
    original = manager_class._make_backend
    if _is_installed(original):
        return

    @functools.wraps(original)
    def make_backend(manager: ChannelLayerManager, name: str, config: dict[str, Any]) -> Any:
        if "ROUTING" not in manager.configs[name]:
            return original(manager, name, config)
        layer = channel_layers[name].channel_layer
        return layer.modern() if hasattr(layer, "modern") else layer

    _ours.add(make_backend)
    manager_class._make_backend = make_backend


def _is_installed(function: Any) -> bool:
    """Whether one of ours is in place, by itself or below decorators of others."""
    while function is not None:
        if function in _ours:
            return True
        function = getattr(function, "__wrapped__", None)
    return False
