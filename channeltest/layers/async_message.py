"""`AsyncMessage`: marks a message that modern code has sent without a ``type``."""

from __future__ import annotations

from typing import Any


class AsyncMessage(dict[str, Any]):
    """A message without ``type`` that was sent through Channels 4's side of a layer.

    A consumer gets it as it is, and fails as on every layer of Channels 4. A message that
    ``Group`` or ``Channel`` sent is a plain dict; it is translated into a frame for the client.
    """


def marked(message: Any) -> Any:
    """Return ``message``, marked if it is a dict without ``type``."""
    if isinstance(message, dict) and "type" not in message:
        return AsyncMessage(message)
    return message
