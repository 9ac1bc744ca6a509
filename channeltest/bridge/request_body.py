"""The parts of a request's body that follow its message on a channel of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..compat.message import Message


def rest_of_body(message: Message) -> Iterator[dict[str, Any]]:
    """Yield the ASGI events of what waits on the ``body_channel`` of a ``http.request``.

    Args:
        message: The request's message.

    Raises:
        AssertionError: The last part is not there, and nothing is running that could send it.

    Source: Channels 1.1.8, whose requests read the whole body before anything else.
    """
    channel = message.get("body_channel")
    more = bool(channel)
    while more:
        _, part = message.channel_layer.receive_many([channel])
        if part is None:
            raise AssertionError(
                f"the body of the request to {message.get('path')} is not complete: no part with "
                f"'more_content' false on its body channel {channel!r}. Send all of them before "
                "the request is consumed"
            )
        if part.get("closed", False):
            yield {"type": "http.disconnect"}
            return
        more = part.get("more_content", False)
        yield {"type": "http.request", "body": part.get("content", b""), "more_body": more}
