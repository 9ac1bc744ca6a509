"""Clients for the bridge's tests."""

from __future__ import annotations

from typing import Any

from channeltest import WSClient


def connected(path: str = "/", **kwargs: Any) -> WSClient:
    """A client whose ``websocket.connect`` was accepted."""
    client = WSClient(**kwargs)
    client.send_and_consume("websocket.connect", path=path)
    return client


def say(client: WSClient, text: Any, **kwargs: Any) -> Any:
    """Send a frame; the consumer's instance."""
    return client.send_and_consume("websocket.receive", text=text, **kwargs)


def leave(client: WSClient, **content: Any) -> Any:
    """Disconnect; the consumer's instance."""
    return client.send_and_consume("websocket.disconnect", content)


def everything(client: WSClient) -> list[Any]:
    """All that the client has got, undecoded."""
    got = []
    while (frame := client.receive(json=False)) is not None:
        got.append(frame)
    return got
