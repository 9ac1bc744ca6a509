from __future__ import annotations

import asyncio
from typing import Any

import pytest
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.serving.http import BODY_CHUNK
from channeltest.compat.serving.layer_application import LayerApplication

from ...rounds import others_ran
from ..requesting import wrapped
from .bridging import Connection


def test_one_message_carries_a_body_of_one_chunk() -> None:
    """More goes over a channel of its own."""
    layer = wrapped(ChannelLayer())

    async def scenario() -> None:
        for size in (BODY_CHUNK - 1, BODY_CHUNK + 1):
            connection = Connection(
                LayerApplication(layer), type="http", method="POST", http_version="1.1"
            )
            connection.send("http.request", body=b"x" * (BODY_CHUNK - 1), more_body=True)
            connection.send("http.request", body=b"x" * (size - BODY_CHUNK + 1), more_body=False)
            message: Any = None
            while message is None:
                await others_ran()
                message = layer.receive(["http.request"])[1]
            assert "body_channel" not in message
            assert len(message["body"]) == size
            layer.send(message["reply_channel"], {"status": 204})
            assert (await connection.receive())["status"] == 204
            await connection.end()

    asyncio.run(scenario())


def test_a_part_that_the_server_refuses(caplog: pytest.LogCaptureFixture) -> None:
    """As uvicorn refuses more content than its Content-Length says."""
    layer = wrapped(ChannelLayer())

    async def scenario() -> None:
        connection = Connection(
            LayerApplication(layer), type="http", method="GET", http_version="1.1"
        )
        connection.refuse(RuntimeError("too much"))
        connection.send("http.request", body=b"", more_body=False)
        message: Any = None
        while message is None:
            await others_ran()
            message = layer.receive(["http.request"])[1]
        layer.send(message["reply_channel"], {"status": 200, "content": b"x"})
        with pytest.raises(RuntimeError, match="too much"):
            await connection.end()

    asyncio.run(scenario())
    assert "The response to GET /room/ ends before it is complete: " in caplog.text
    assert "code that knows its reply channel with RuntimeError: too much" in caplog.text


def test_a_wrong_reply_over_a_layer_without_routing(caplog: pytest.LogCaptureFixture) -> None:
    """The server of Channels 1 has the layer alone: which consumer replied is not known."""
    layer = ChannelLayer()

    async def scenario() -> None:
        connection = Connection(
            LayerApplication(layer), type="http", method="GET", http_version="1.1"
        )
        connection.send("http.request", body=b"", more_body=False)
        message: Any = None
        while message is None:
            await others_ran()
            message = layer.receive(["http.request"])[1]
        layer.send(message["reply_channel"], {"content": b"x"})
        assert (await connection.receive())["status"] == 500
        await connection.end()

    asyncio.run(scenario())
    assert "because a consumer replied wrongly: Specifying a status code" in caplog.text
