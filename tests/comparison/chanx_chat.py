"""A consumer of chanx, with its messages and a topic."""

from __future__ import annotations

from typing import Literal

from chanx.channels.websocket import AsyncJsonWebsocketConsumer
from chanx.core.decorators import event_handler, ws_handler
from chanx.core.topic import Topic
from chanx.messages.base import BaseMessage


class Say(BaseMessage):
    action: Literal["say"] = "say"
    payload: str


class Said(BaseMessage):
    action: Literal["said"] = "said"
    payload: str


class Tell(BaseMessage):
    action: Literal["tell"] = "tell"
    payload: str


class Run(Topic):
    pattern = "run:{number}"

    @ws_handler
    async def say(self, message: Say) -> Said:
        return Said(payload=message.payload)


class Chat(AsyncJsonWebsocketConsumer):
    authentication_classes = []
    send_authentication_message = False
    send_completion = True
    camelize = False
    groups = ["chat"]
    topics = [Run]

    @ws_handler
    async def say(self, message: Say) -> Said:
        return Said(payload=message.payload)

    @event_handler
    async def tell(self, event: Tell) -> Said:
        return Said(payload=event.payload)
