"""What a reply of Channels 1 may say, and modern consumers that are sent one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from channels.consumer import AsyncConsumer
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels.layers import channel_layers as modern_layers
from channeltest.compat.channel import Group
from channeltest.compat.inmemory import ChannelLayer

from .conftest import Lines
from .inplace import in_place, modern_in_place
from .serving.bridging import Connection

# Consumers look after the connections to the database.
pytestmark = pytest.mark.django_db(transaction=True)


class Asynchronous(AsyncWebsocketConsumer):
    groups = ["room"]

    async def room_event(self, event: dict[str, Any]) -> None:
        await self.send(text_data="event " + event["text"])


class Synchronous(WebsocketConsumer):
    groups = ["room"]

    def room_event(self, event: dict[str, Any]) -> None:
        self.send(text_data="event " + event["text"])


@pytest.fixture
def layer() -> Iterator[Any]:
    """A layer in memory in the place of the default one, for old and modern consumers."""
    layer = ChannelLayer()
    with in_place(layer=layer) as wrapper, modern_in_place(layer.modern()):
        yield wrapper


Say = Callable[..., None]


def talk(consumer: Any, scenario: Callable[[Connection, Say], Awaitable[None]]) -> None:
    """Connect a client to the consumer, which is in the group that ``say`` sends to."""

    async def main() -> None:
        connection = Connection(consumer.as_asgi())
        connection.send("websocket.connect")
        await scenario(connection, lambda **message: Group("room").send(message, immediately=True))
        connection.send("websocket.disconnect", code=1000)
        await connection.end()

    asyncio.run(main())


@pytest.mark.usefixtures("layer")
@pytest.mark.parametrize("consumer", [Asynchronous, Synchronous])
class TestToTheClient:
    def test_frames_in_their_turn(self, consumer: Any) -> None:
        async def scenario(connection: Connection, say: Say) -> None:
            assert (await connection.receive())["type"] == "websocket.accept"
            say(text="a")
            say(type="room.event", text="b")
            say(bytes=b"c")
            frames = [await connection.receive() for _ in range(3)]
            assert [frame.get("text") or frame["bytes"] for frame in frames] == [
                *("a", "event b", b"c"),
            ]

        talk(consumer, scenario)

    @pytest.mark.parametrize(("close", "code"), [(True, 1000), (4001, 4001)])
    def test_close(self, consumer: Any, close: Any, code: int) -> None:
        async def scenario(connection: Connection, say: Say) -> None:
            await connection.receive()
            say(accept=True)
            say(text="bye", close=close)
            assert await connection.receive() == {"type": "websocket.send", "text": "bye"}
            assert await connection.receive() == {"type": "websocket.close", "code": code}

        talk(consumer, scenario)

    def test_a_mistake_is_logged(self, consumer: Any, log: Lines) -> None:
        async def scenario(connection: Connection, say: Say) -> None:
            await connection.receive()
            say(text="a", author=5)
            say(text="b")
            assert (await connection.receive())["text"] == "b"

        talk(consumer, scenario)
        assert f"{consumer.__name__} is dropped: contains unknown keys ['author']" in log()[-1]

    def test_what_the_server_refuses_does_no_harm(self, consumer: Any, log: Lines) -> None:
        """As frames after a close are refused."""

        async def scenario(connection: Connection, say: Say) -> None:
            await connection.receive()
            connection.refuse(RuntimeError("closed"))
            say(text="a")
            say(text="b")
            assert (await connection.receive())["text"] == "b"

        talk(consumer, scenario)
        assert f"client of {__name__}.{consumer.__name__}: RuntimeError: closed" in log()[-1]


class TestToOthers:
    def test_nothing_that_only_lacks_its_type(self, layer: Any) -> None:
        with pytest.raises(ValueError, match="has no 'type'"):
            talk(Asynchronous, self.until_it_fails(layer, {"author": 5}))

    def test_not_without_consumers_of_channels_1(self, layer: Any, settings: Any) -> None:
        settings.CHANNEL_LAYERS = {"default": {}}
        modern_layers.set("default", layer.modern())
        with pytest.raises(ValueError, match="has no 'type'"):
            talk(Asynchronous, self.until_it_fails(layer, {"text": "a"}))

    @staticmethod
    def until_it_fails(
        layer: Any, message: dict[str, Any]
    ) -> Callable[[Connection, Say], Awaitable[None]]:
        async def scenario(connection: Connection, say: Say) -> None:
            await connection.receive()
            layer.send_group("room", message)
            await connection.end()

        return scenario


def test_the_attribute_by_itself() -> None:
    """Before there is a layer there is no way to take messages off it."""
    assert not hasattr(AsyncConsumer(), "channel_receive")
    assert AsyncConsumer.channel_receive is not None  # type: ignore[attr-defined]
