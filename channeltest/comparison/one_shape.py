"""One shape for the events of clients of Channels 1 and of communicators.

A client of Channels 1 names its path with each message, and its frames are messages of Channels 1.
A communicator has a path once, in its scope, and gets ASGI events. What a consumer gets and says is
the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ..record.events import TEST, Event, is_client

if TYPE_CHECKING:
    from ..record.frames import FrameReader

# The code of a client that leaves without one.
_USUAL_CODE = 1000
_OF_COMMUNICATORS = ("websocket.", "http.response.")


def in_one_shape(events: Iterable[Event]) -> Iterator[Event]:
    """Yield events in the shape that those of clients of Channels 1 have.

    Args:
        events: The events of a record, in their order.
    """
    paths: dict[str, Any] = {}
    readers: dict[str, FrameReader] = {}
    for event in events:
        content = event.content
        if not isinstance(content, dict):
            yield event
        elif event.kind == "consume" and event.channel.startswith("websocket."):
            yield event._replace(content=_with_path(event, paths))
        elif event.kind == "consume" and is_client(event.source) and _is_own(event.channel):
            # A test needs no client to send to a worker.
            yield event._replace(source=TEST)
        elif event.kind == "frame" and _is_of_communicator(content):
            for message in _reader_of(event.target, readers)(content):
                yield event._replace(content=message)
        else:
            yield event


def _reader_of(client: str, readers: dict[str, FrameReader]) -> FrameReader:
    # Here, because the command line compares records too, and starts without Channels and Django.
    from ..record.frames import FrameReader

    return readers.setdefault(client, FrameReader())


def _with_path(event: Event, paths: dict[str, Any]) -> dict[str, Any]:
    """The content of a client's message; one that names no path has that of its connection."""
    content = {key: each for key, each in event.content.items() if each is not None}
    if content.get("query_string") == "":
        del content["query_string"]
    if event.channel == "websocket.disconnect" and content.get("code") == _USUAL_CODE:
        del content["code"]
    if event.channel == "websocket.connect":
        paths[event.source] = content.get("path")
    elif is_client(event.source) and content.get("path", "/") == "/" and paths.get(event.source):
        content["path"] = paths[event.source]
    return content


def _is_own(channel: str) -> bool:
    """Whether it is a channel that the project has named, and no server."""
    return not channel.startswith(("websocket.", "http."))


def _is_of_communicator(content: dict[str, Any]) -> bool:
    kind = content.get("type")
    return isinstance(kind, str) and kind.startswith(_OF_COMMUNICATORS)
