"""Lets modern consumers send replies of Channels 1 to their clients."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from channels.consumer import AsyncConsumer, SyncConsumer

from .applications.callables import Event
from .applications.websocket_reply import REPLY_KEYS, reply_of
from .asgi import channel_layers

logger = logging.getLogger("django.channels")

# The type that says which of a consumer's methods takes a reply: `channels1_reply`.
_TYPE = "channels1.reply"


def install() -> None:
    """Have modern consumers hand replies of Channels 1 to their clients. Twice is harmless."""
    consumer: Any = AsyncConsumer
    consumer.channel_receive = _ChannelReceive()
    consumer.channels1_reply = _hand_on
    consumer = SyncConsumer
    consumer.channels1_reply = _hand_on_from_thread


class _ChannelReceive:
    """A modern consumer's way to take messages off its channel, as an attribute.

    ``Group("g").send({"text": …})`` of an old consumer reaches modern members of the group too.
    It has no ``type``, and gets that of the method below: so it is handled in its turn, after
    the handshake and behind what came before it. Only consumers on a layer with consumers of
    Channels 1 are concerned.
    """

    def __set__(self, consumer: AsyncConsumer, take: Callable[[], Awaitable[Event]]) -> None:
        layer = channel_layers.configs.get(consumer.channel_layer_alias) or {}
        if "ROUTING" in layer and consumer.scope["type"] == "websocket":
            take = _typed(take)
        vars(consumer)["channel_receive"] = take

    def __get__(self, consumer: AsyncConsumer | None, owner: type) -> Any:
        if consumer is None:
            return self
        try:
            return vars(consumer)["channel_receive"]
        except KeyError:
            raise AttributeError("channel_receive") from None


def _typed(take: Callable[[], Awaitable[Event]]) -> Callable[[], Awaitable[Event]]:
    async def take_typed() -> Event:
        message = await take()
        is_reply = "type" not in message and message.keys() & REPLY_KEYS
        return {"type": _TYPE, "reply": message} if is_reply else message

    return take_typed


def _events(consumer: AsyncConsumer, message: Event) -> list[Event]:
    """The ASGI 3 events for a reply."""
    try:
        reply = reply_of(message)
    except ValueError as error:
        # The sender's mistake; the connection goes on, as those of old consumers do.
        logger.error(
            "A message of Channels 1 for the client of %s is dropped: %s", _name(consumer), error
        )
        return []
    events: list[Event] = []
    # A modern consumer accepts by itself.
    data = {key: reply[key] for key in ("bytes", "text") if reply.get(key)}
    if data:
        events.append({"type": "websocket.send", **data})
    if reply.get("close"):
        code = 1000 if reply["close"] is True else reply["close"]
        events.append({"type": "websocket.close", "code": code})
    return events


async def _hand_on(consumer: Any, event: Event) -> None:
    try:
        for sent in _events(consumer, event["reply"]):
            await consumer.base_send(sent)
    except Exception as error:
        _failed(consumer, error)


def _hand_on_from_thread(consumer: Any, event: Event) -> None:
    try:
        for sent in _events(consumer, event["reply"]):
            consumer.base_send(sent)
    except Exception as error:
        _failed(consumer, error)


def _failed(consumer: AsyncConsumer, error: Exception) -> None:
    # Servers refuse what comes before a handshake is answered, or after a close. The consumer
    # did not send it, and still has to leave its groups.
    logger.warning(
        "A message of Channels 1 could not be sent to the client of %s: %s: %s",
        *(_name(consumer), type(error).__name__, error),
    )


def _name(consumer: AsyncConsumer) -> str:
    return f"{type(consumer).__module__}.{type(consumer).__qualname__}"
