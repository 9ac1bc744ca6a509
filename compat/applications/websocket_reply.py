"""What a reply to a websocket client may contain in Channels 1."""

from __future__ import annotations

from .callables import Event

REPLY_KEYS = frozenset({"accept", "bytes", "close", "text"})

_KINDS: dict[str, type] = {"bytes": bytes, "close": int, "text": str}


def reply_of(message: Event) -> Event:
    """Return what a message contains for the client of a websocket.

    Args:
        message: A reply of Channels 1, or a modern message, whose ``type`` is for consumers of
            Channels 4. Of that only what a reply may have counts.

    Raises:
        ValueError: It has unknown keys, text and bytes both, or a value of the wrong type; or it
            is a modern message and has nothing for a client.
    """
    reply = {key: value for key, value in message.items() if key in REPLY_KEYS}
    if "type" in message and not reply:
        raise ValueError(
            f"no part of the message of type {message['type']!r} is for a client: a websocket that "
            f"a consumer of Channels 1 serves has no handler for it, so give it one of "
            f"{sorted(REPLY_KEYS)}, or keep the client's reply channel out of the group"
        )
    if "type" not in message and reply.keys() != message.keys():
        unknown = sorted(message.keys() - REPLY_KEYS, key=str)
        raise ValueError(
            f"contains unknown keys {unknown} (looking for either {sorted(REPLY_KEYS)})"
        )
    if reply.get("bytes") and reply.get("text"):
        raise ValueError("contains both bytes and text keys")
    for key, kind in _KINDS.items():
        if reply.get(key) and not isinstance(reply[key], kind):
            raise ValueError(f"its {key} is no {kind.__name__}: {reply[key]!r:.80}")
    return reply
