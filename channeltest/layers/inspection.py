"""Reads channel layers: their groups with the members, and the messages that wait on them.

Every function reads the layer that is in place under an alias: a test's captive layer, or the
in-memory layer of the settings, Channels 4's or Channels 1's. The messages stay on the layer.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from channels import DEFAULT_CHANNEL_LAYER
from channels.layers import InMemoryChannelLayer
from channels.layers import channel_layers as modern_layers

from ..compat.asgi import channel_layers
from ..compat.inmemory import ChannelLayer
from ..compat.layers.asynchronous import ModernLayer
from .capture import Sends, Sent, capture
from .modern_face import waiting_messages
from .swap import exchanges

_settlers: list[Callable[[], object]] = []


def settle_with(call: Callable[[], object]) -> None:
    """Register a callable that runs before a layer is read: the bridge runs its applications."""
    _settlers.append(call)


def settle() -> None:
    """Run the applications until they have handled what the test has sent."""
    for call in _settlers:
        call()


__all__ = [
    "Sends",
    "Sent",
    "capture_sends",
    "channels",
    "groups",
    "members",
    "messages",
]


def groups(alias: str = DEFAULT_CHANNEL_LAYER) -> dict[str, list[str]]:
    """Return the groups that have members.

    Args:
        alias: The layer's alias.

    Returns:
        The names of the groups, each with the names of its channels in the order in which they
        joined. A modern consumer has joined with its ``channel_name``, and a client of Channels 1
        with its reply channel.

    Raises:
        TypeError: The layer is none in memory.
        KeyError: No layer has the alias.
    """
    layer = _settled(alias)
    found = layer.groups if isinstance(layer, InMemoryChannelLayer) else layer._groups
    # Other threads may be writing; list() copies a dict in one step.
    copied = [(group, list(joined)) for group, joined in list(found.items())]
    return {group: joined for group, joined in copied if joined}


def members(group: str, alias: str = DEFAULT_CHANNEL_LAYER) -> list[str]:
    """Return the names of the channels in ``group``, an empty list if there is no such group.

    Args:
        group: The group's name.
        alias: The layer's alias.

    Raises:
        TypeError: The layer is none in memory.
        KeyError: No layer has the alias.
    """
    return groups(alias).get(group, [])


def channels(alias: str = DEFAULT_CHANNEL_LAYER) -> list[str]:
    """Return the names of the channels on which messages wait.

    Args:
        alias: The layer's alias.

    Raises:
        TypeError: The layer is none in memory.
        KeyError: No layer has the alias.
    """
    return list(_waiting(alias))


def messages(channel: str, alias: str = DEFAULT_CHANNEL_LAYER) -> list[dict[str, Any]]:
    """Return copies of the messages that wait on ``channel``, the oldest first.

    Args:
        channel: The channel's name.
        alias: The layer's alias.

    Returns:
        The messages; they stay where they are.

    Raises:
        TypeError: The layer is none in memory.
        KeyError: No layer has the alias.
    """
    return deepcopy(_waiting(alias).get(channel, []))


def capture_sends(
    alias: str = DEFAULT_CHANNEL_LAYER,
) -> contextlib.AbstractContextManager[Sends]:
    """Capture the messages that are sent on a layer while a ``with`` block runs, in any test.

    Args:
        alias: The layer's alias.

    Returns:
        A context manager whose value is a list of `Sent` with ``to_channel(name)`` and
        ``to_group(name)``. The list can still be read after the block.

    Raises:
        TypeError: The layer is none in memory.
        KeyError: No layer has the alias.
        RuntimeError: At the end of the block another layer has the alias, or had it meanwhile. Its
            messages were not captured.
    """
    return _capture(alias, in_place(alias))


@contextlib.contextmanager
def _capture(alias: str, layer: ChannelLayer | InMemoryChannelLayer) -> Iterator[Sends]:
    before = exchanges[alias]
    with capture(layer) as sends:
        yield sends
    if _in_use(alias) is not layer or exchanges[alias] != before:
        raise RuntimeError(
            f"the layer {alias!r} was exchanged while capture_sends() was capturing what is "
            "published there: by override_settings(CHANNEL_LAYERS=...), channel_layers.backends "
            "or captive_layers(). Exchange the layer first, and capture within"
        )


def in_place(alias: str) -> ChannelLayer | InMemoryChannelLayer:
    """Return the layer that consumers find under an alias now, if it is one in memory.

    Raises:
        TypeError: It is none.
        KeyError: No layer has the alias.
    """
    layer = _in_use(alias)
    if isinstance(layer, ChannelLayer | InMemoryChannelLayer):
        return layer
    raise TypeError(
        f"the layer {alias!r} is a {type(layer).__module__}.{type(layer).__qualname__}, and what "
        "it holds cannot be read here, only what a layer in memory holds. Give the test captive "
        "layers: with a test case of channeltest, with pytest's channels marker, or with "
        "channeltest.captive_layers() around the block"
    )


def _in_use(alias: str) -> Any:
    """Return the layer that consumers use; for a `ModernLayer`, the layer of Channels 1 below."""
    if alias in modern_layers.backends:
        layer: Any = modern_layers.backends[alias]
    elif "ROUTING" in channel_layers.configs.get(alias, {}):
        layer = channel_layers[alias].channel_layer
    elif alias in modern_layers:
        layer = modern_layers[alias]
    else:
        layer = channel_layers[alias]
    return layer.layer if isinstance(layer, ModernLayer) else layer


def _settled(alias: str) -> Any:
    """Return the layer, after everything that follows from the test, without what has expired."""
    settle()
    layer: Any = in_place(alias)
    layer._clean_expired()
    return layer


def _waiting(alias: str) -> dict[str, list[dict[str, Any]]]:
    layer = _settled(alias)
    if isinstance(layer, ChannelLayer):
        return waiting_messages(layer)
    # asyncio's queue cannot be looked into otherwise.
    found = {name: list(waiting._queue) for name, waiting in list(layer.channels.items())}
    return {name: [message for _, message in held] for name, held in found.items() if held}
