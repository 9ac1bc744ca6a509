"""`Refusal`: how a test of Channels 1 sees that a modern consumer has refused its client."""

from __future__ import annotations

from typing import Any

from ..bridge.connection import StageConnection

_REFUSED = {"accept": False}


class Refusal(dict[str, Any]):
    """``{"close": True}``, which equals ``{"accept": False}`` too.

    A consumer of Channels 1 could refuse a client with either message; the server rejected the
    handshake. A modern consumer has one way: it closes before it has accepted. A test that
    compares the reply with either message passes.

    Source: ASGI 3 websocket, "Close"; Daphne 1.x.
    """

    __hash__ = None

    def __eq__(self, other: object) -> bool:
        """Whether ``other`` is a message that refuses a client."""
        return dict.__eq__(self, other) is True or other == _REFUSED

    def __ne__(self, other: object) -> bool:
        """Whether ``other`` is another message."""
        return not self == other

    def __missing__(self, key: str) -> Any:
        """Return what the other message that refuses has under a key.

        Raises:
            KeyError: It has nothing.
        """
        return _REFUSED[key]


def as_refusal(content: Any, connection: StageConnection | None) -> Any:
    """Return a reply as a `Refusal` if it is one.

    Args:
        content: What a client has received.
        connection: The modern application that the client connected to last, or ``None``.
    """
    is_refused = connection is not None and not connection.accepted
    return Refusal(content) if is_refused and content == {"close": True} else content
