"""Translates messages of Channels 1 into scopes and events of ASGI 3."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..asgi.scope import fill, session_of_client
from ..compat.applications.lookup import protocol_of
from ..compat.message import Message
from ..layers.modern_face import AsyncMessage

if TYPE_CHECKING:
    from ..compat.asgi import ChannelLayerWrapper

_ASGI = {"version": "3.0", "spec_version": "2.3"}


def scope_of(message: Message, kwargs: Mapping[str, Any], bare: bool) -> dict[str, Any]:
    """Return the scope of the connection that a message begins.

    Args:
        message: A message on ``websocket.connect``, ``http.request`` or a named channel.
        kwargs: The keyword arguments that the route's filters found, for ``url_route``.
        bare: Fill in the cookies, session and user, as middleware would.

    Returns:
        A scope; its protocol is the one in the channel's name.
    """
    protocol = protocol_of(message.channel.name)
    if protocol == "channel":
        return {"type": "channel", "asgi": dict(_ASGI), "channel": message.channel.name}
    value = message.content.get
    query = value("query_string") or b""
    headers = list(_headers(value("headers") or ()))
    path = path_of(message)
    scope: dict[str, Any] = {
        "type": protocol,
        "asgi": dict(_ASGI),
        "http_version": value("http_version") or "1.1",
        "scheme": value("scheme") or ("ws" if protocol == "websocket" else "http"),
        "path": path,
        "raw_path": _quoted(path),
        "query_string": query if isinstance(query, bytes) else query.encode("utf-8"),
        "root_path": value("root_path") or "",
        "headers": headers,
        "client": list(value("client") or ("127.0.0.1", 0)),
        "server": list(value("server") or ("testserver", 80)),
    }
    if protocol == "http":
        scope["method"] = (message.get("method") or "GET").upper()
    else:
        scope["subprotocols"] = _subprotocols(message, headers)
    # A URLRouter sets it for every route.
    scope["url_route"] = {"args": (), "kwargs": dict(kwargs)}
    session = session_of_client(scope, message, bare) if protocol == "websocket" else None
    if bare:
        fill(scope, session)
    return scope


def path_of(message: Message) -> str:
    """Return the path of a message, ``"/"`` if it has none."""
    return "/" + (message.get("path") or "").removeprefix("/")


def event_of(message: Message) -> dict[str, Any]:
    """Return the ASGI event for a message."""
    name = message.channel.name
    if name == "websocket.connect":
        return {"type": name}
    if name == "websocket.receive":
        return _frame_of(message)
    if name == "websocket.disconnect":
        code = message.get("code")
        return {"type": name, "code": 1000 if code is None else code}
    if name == "http.request":
        more = bool(message.get("body_channel"))
        return {"type": name, "body": message.get("body") or b"", "more_body": more}
    if name == "http.disconnect":
        return {"type": name}
    if isinstance(message, _AsyncContent):
        # The consumer refuses it, as on every layer of Channels 4.
        return dict(message.content)
    return {"type": _type_on(name), **message.content}


def _type_on(channel: str) -> str:
    """The type of a message on a channel: it names a method, which a hyphen cannot be in."""
    return channel.replace("-", "_")


def _frame_of(message: Message) -> dict[str, Any]:
    text, data = message.get("text"), message.get("bytes")
    if text is not None and not isinstance(text, str):
        raise TypeError(f"a websocket frame's text is a str, not {text!r:.80}")
    if data is not None and not isinstance(data, bytes):
        raise TypeError(f"a websocket frame's bytes are bytes, not {data!r:.80}")
    if text is None and data is None:
        # A consumer may read either key.
        return {"type": "websocket.receive", "text": None, "bytes": None}
    # Text goes first, as with consumers of Channels 1.
    frame = {"text": text} if text is not None else {"bytes": data}
    return {"type": "websocket.receive", **frame}


class _AsyncContent(Message):
    """A message whose content modern code has sent, without a ``type``."""


def message_of(
    content: dict[str, Any], channel: str, layer: ChannelLayerWrapper, kind: type[Message]
) -> Message:
    """Return a message of Channels 1 for what was taken off a channel.

    A worker's consumer needs a ``type``, so modern code sends ``{"type": "chat.remarks", …}`` on
    ``chat.remarks``, and ``{"type": "chat_remarks", …}`` on ``chat-remarks``. A type that is the
    channel's name is left out here, and `event_of` adds it, but not if modern code has left it out.

    Args:
        content: What was taken off the channel.
        channel: The channel's name.
        layer: The layer, or its wrapper.
        kind: `Message`, or what a test has put into its place.
    """
    if isinstance(content, AsyncMessage):
        return _AsyncContent(dict(content), channel, layer)
    if content.get("type") in (channel, _type_on(channel)):
        content = {key: value for key, value in content.items() if key != "type"}
    return kind(content, channel, layer)


@lru_cache
def _quoted(path: str) -> bytes:
    return quote(path).encode("ascii")


def _headers(headers: Any) -> Iterable[tuple[bytes, bytes]]:
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    for name, value in pairs:
        yield _bytes(name).lower(), _bytes(value)


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("latin1")


def _subprotocols(message: Message, headers: list[tuple[bytes, bytes]]) -> list[str]:
    named = message.get("subprotocols")
    if named is not None:
        return list(named)
    offered = [v.decode("latin1") for name, v in headers if name == b"sec-websocket-protocol"]
    names = [name.strip() for value in offered for name in value.split(",")]
    return [name for name in names if name]


def rest_of_body(message: Message) -> Iterator[dict[str, Any]]:
    """Yield the ASGI events for the messages on the ``body_channel`` of a ``http.request``.

    Args:
        message: The request's message.

    Raises:
        AssertionError: The last part has not been sent, and nothing is running that could send it.

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
