"""What chanx has for consumers of its own."""

from __future__ import annotations

import importlib
from typing import Any

from . import feature

GROUP = "Consumers of chanx"


def chat() -> Any:
    """The module with the consumer; chanx is not on every stack."""
    return importlib.import_module("tests.comparison.chanx_chat")


async def joined(library: Any) -> Any:
    """Return a communicator that is connected to the consumer."""
    consumer = chat().Chat
    communicator = library.WebsocketCommunicator(consumer.as_asgi(), "/chat/", consumer=consumer)
    assert (await communicator.connect())[0]
    return communicator


@feature(GROUP, "``receive_all_messages()`` gives objects of the consumer's message classes")
async def typed_messages(library):
    communicator = await joined(library)
    await communicator.send_message(chat().Say(payload="hi"))
    assert await communicator.receive_all_messages() == [chat().Said(payload="hi")]


@feature(GROUP, "Topics: ``subscribe()``, ``receive_topic_message()``")
async def topics(library):
    communicator = await joined(library)
    await communicator.subscribe("run:1")
    await communicator.send_message(chat().Say(payload="hi"), topic="run:1")
    assert await communicator.receive_topic_message(chat().Run) == chat().Said(payload="hi")


@feature(GROUP, "``capture_broadcast_events()``")
async def broadcasts(library):
    with library.capture_broadcast_events(chat().Chat) as events:
        await chat().Chat.broadcast_event(chat().Tell(payload="hi"), groups=["chat"])
    assert [each.event for each in events] == [chat().Tell(payload="hi")]
