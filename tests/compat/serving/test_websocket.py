from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.serving.layer_application import LayerApplication

from ..requesting import wrapped
from .bridging import Connection

Scenario = Callable[[Connection, str], Coroutine[Any, Any, None]]


@pytest.fixture
def layer() -> Any:
    return wrapped(ChannelLayer(capacity=100))


def run(layer: Any, scenario: Scenario) -> dict[str, Any]:
    """Open a websocket; returns its ``websocket.disconnect`` message."""

    async def main() -> None:
        connection = Connection(LayerApplication(layer))
        connection.send("websocket.connect")
        message: Any = None
        while message is None:
            await asyncio.sleep(0)
            message = layer.receive(["websocket.connect"])[1]
        layer.send(message["reply_channel"], {"accept": True})
        assert (await connection.receive())["type"] == "websocket.accept"
        await scenario(connection, message["reply_channel"])

    asyncio.run(main())
    disconnect: Any = layer.receive(["websocket.disconnect"])[1]
    return disconnect or {}


def test_a_reply_that_the_server_refuses(layer: Any, log: Any) -> None:
    async def scenario(connection: Connection, channel: str) -> None:
        connection.refuse(ValueError("too long"))
        layer.send(channel, {"text": "x"})
        assert await connection.receive() == {"type": "websocket.close", "code": 1011}
        await connection.end()

    assert run(layer, scenario)["code"] == 1011
    assert "the server refused it with ValueError: too long" in log()[-1]


def test_a_reply_that_is_too_late(layer: Any, log: Any) -> None:
    """The server's next event says how the client has gone."""

    async def scenario(connection: Connection, channel: str) -> None:
        connection.refuse(OSError("gone"))
        layer.send(channel, {"text": "x"})
        connection.send("websocket.disconnect", code=4002)
        await connection.end()

    assert run(layer, scenario)["code"] == 4002
    assert not any("refused" in line for line in log())


def test_a_server_that_cancels_the_connection(layer: Any) -> None:
    async def scenario(connection: Connection, channel: str) -> None:
        connection.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await connection.task

    assert run(layer, scenario)["code"] == 1006


def test_a_frame_that_the_layer_does_not_take(layer: Any) -> None:
    """It leaves no gap in the order: the disconnect would wait for what never came."""

    async def scenario(connection: Connection, channel: str) -> None:
        send = layer.channel_layer.send

        def refuse(channel: str, message: dict[str, Any]) -> None:
            if channel == "websocket.receive" and message["text"] == "refused":
                raise layer.ChannelFull
            send(channel, message)

        layer.channel_layer.send = refuse
        connection.send("websocket.receive", text="taken")
        connection.send("websocket.receive", text="refused")
        assert await connection.receive() == {"type": "websocket.close", "code": 1013}
        connection.send("websocket.disconnect", code=1013)
        await connection.end()

    assert run(layer, scenario)["order"] == 2
