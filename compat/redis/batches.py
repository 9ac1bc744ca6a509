"""What a server does on Redis for many connections at once, in one round trip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .layer import RedisChannelLayer
    from .shards import Shard

Sent = tuple[str, dict[str, Any]]


def send_together(layer: RedisChannelLayer, messages: Sequence[Sent]) -> list[Exception | None]:
    """Send messages over a layer, see `RedisChannelLayer.send_together`."""
    errors: list[Exception | None] = [None] * len(messages)
    parts: dict[Shard, list[tuple[int, tuple[str, bytes]]]] = {}
    for index, (channel, message) in enumerate(messages):
        try:
            shard, name, content = layer.addressed_to(channel, message)
        except (AssertionError, TypeError) as error:
            errors[index] = error
        else:
            parts.setdefault(shard, []).append((index, (name, content)))
    for shard, part in parts.items():
        for refused in shard.put([content for _, content in part], layer):
            index, (name, _) = part[refused]
            errors[index] = layer.ChannelFull(name)
    return errors
