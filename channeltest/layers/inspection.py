"""What is on the channel layers: groups and their members, and messages nobody has taken yet.

Every function reads the layer that is in place under an alias: a test's captive layer, or the
in-memory layer of the settings, Channels 4's or Channels 1's. Reading takes nothing away.
"""

from __future__ import annotations

import contextlib
from copy import deepcopy
from typing import Any

from channels import DEFAULT_CHANNEL_LAYER
from channels.layers import InMemoryChannelLayer
from channels.layers import channel_layers as modern_layers

from ..compat.asgi import channel_layers
from ..compat.inmemory import ChannelLayer
from ..compat.layers.asynchronous import ModernLayer
from .capture import Sends, Sent, capture
from .settling import settle

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
        The names of the groups, each with the names of the channels in it, in the order in which
        they joined. A websocket's channel is its consumer's ``channel_name``; a client of Channels
        1 is there with its reply channel.

    Raises:
        TypeError: The layer is none in memory.
        KeyError: No layer has the alias.
    """
    layer = _settled(alias)
    found = layer.groups if isinstance(layer, InMemoryChannelLayer) else layer._groups
    return {group: list(joined) for group, joined in found.items() if joined}


def members(group: str, alias: str = DEFAULT_CHANNEL_LAYER) -> list[str]:
    """Return the names of the channels in ``group``, none for a group that does not exist.

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
    """Record what is published on a layer while a ``with`` block runs, in any test.

    Args:
        alias: The layer's alias.

    Returns:
        A context manager that gives the record: a list of `Sent` with ``to_channel(name)`` and
        ``to_group(name)``. It stays readable after the block.

    Raises:
        TypeError: The layer is none in memory.
        KeyError: No layer has the alias.
    """
    return capture(in_place(alias))


def in_place(alias: str) -> ChannelLayer | InMemoryChannelLayer:
    """Return the layer that consumers find under an alias now, if it is one in memory.

    Raises:
        TypeError: It is none.
        KeyError: No layer has the alias.
    """
    if alias in modern_layers.backends:
        layer: Any = modern_layers.backends[alias]
    elif "ROUTING" in channel_layers.configs.get(alias, {}):
        layer = channel_layers[alias].channel_layer
    elif alias in modern_layers:
        layer = modern_layers[alias]
    else:
        layer = channel_layers[alias]
    if isinstance(layer, ModernLayer):
        layer = layer.layer
    if isinstance(layer, ChannelLayer | InMemoryChannelLayer):
        return layer
    raise TypeError(
        f"the layer {alias!r} is a {type(layer).__module__}.{type(layer).__qualname__}, and what "
        "it holds cannot be read here, only what a layer in memory holds. Give the test captive "
        "layers: with a test case of channeltest, with pytest's channels marker, or with "
        "channeltest.captive_layers() around the block"
    )


def _settled(alias: str) -> Any:
    """The layer, after what the test has sent has had its effect, and without what expired."""
    settle()
    layer: Any = in_place(alias)
    layer._clean_expired()
    return layer


def _waiting(alias: str) -> dict[str, list[dict[str, Any]]]:
    layer = _settled(alias)
    found: dict[str, list[dict[str, Any]]] = {}
    if isinstance(layer, InMemoryChannelLayer):
        waiting: Any
        for name, waiting in layer.channels.items():
            # asyncio's queue cannot be looked into otherwise.
            found[name] = [message for _, message in waiting._queue]
    else:
        for name, queue in layer._channels.items():
            for _, message in queue:
                content = {key: message[key] for key in message if key != "__asgi_channel__"}
                found.setdefault(message.get("__asgi_channel__", name), []).append(content)
    return {name: held for name, held in found.items() if held}
