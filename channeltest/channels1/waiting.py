"""What waits on a channel layer, in words: for the errors about a message that is not there."""

from __future__ import annotations

from typing import Any

_MOST_NAMED = 8


def waiting(layer: Any) -> str:
    """Say which channels of ``layer`` hold messages.

    Args:
        layer: A layer of Channels 1 in memory; of another kind nothing is known.

    Returns:
        ``waiting: 'results' (1), 'other' (2)``, or ``nothing waits on any channel``.
    """
    queues = getattr(layer, "_channels", None)
    if not isinstance(queues, dict):
        return "what else waits is not known for this layer"
    held = [f"{name!r} ({len(queue)})" for name, queue in queues.items() if queue]
    if not held:
        return "nothing waits on any channel"
    more = f" and {len(held) - _MOST_NAMED} more" if len(held) > _MOST_NAMED else ""
    return f"waiting: {', '.join(held[:_MOST_NAMED])}{more}"
