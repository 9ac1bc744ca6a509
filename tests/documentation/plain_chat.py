"""The chat of chanx's documentation by consumers that know nothing of chanx."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from django.contrib.auth.models import Group
from django.urls import path

from . import message_service


@dataclass
class PingMessage:
    action: str = "ping"
    payload: None = None


@dataclass
class ChatMessage:
    payload: dict[str, Any] = field(default_factory=dict)
    action: str = "chat"


@dataclass
class MessagePayload:
    content: str


@dataclass
class NewChatMessage:
    payload: MessagePayload
    action: str = "new_chat_message"


class Members(AsyncJsonWebsocketConsumer):
    """Lets users in who are logged in."""

    async def connect(self):
        await self.accept()
        if not self.scope["user"].is_authenticated:
            await self.close(4401)
        elif not await self.has_permission():
            await self.close(4403)
        else:
            await self.enter()

    async def has_permission(self):
        return True

    async def enter(self):
        pass


class EchoConsumer(Members):
    async def receive_json(self, content):
        if content["action"] == "ping":
            await self.send_json({"action": "pong", "payload": None})
        else:
            message = await message_service.save_message(content=content["payload"]["content"])
            reply = {"content": f"Echo: {message.content}"}
            await self.send_json({"action": "chat_response", "payload": reply})


class GroupConsumer(Members):
    async def enter(self):
        await self.channel_layer.group_add("chat", self.channel_name)

    async def receive_json(self, content):
        event = {"type": "said", "payload": content["payload"], "by": self.scope["user"].pk}
        await self.channel_layer.group_send("chat", event)

    async def said(self, event):
        is_mine = event["by"] == self.scope["user"].pk
        message = {"action": "chat_group", "payload": event["payload"], "is_mine": is_mine}
        await self.send_json(message)


class RoomConsumer(Members):
    @property
    def pk(self):
        return self.scope["url_route"]["kwargs"]["pk"]

    async def has_permission(self):
        return await Group.objects.filter(pk=self.pk, user=self.scope["user"]).aexists()

    async def enter(self):
        await self.channel_layer.group_add(f"room.{self.pk}", self.channel_name)

    async def receive_json(self, content):
        message = await message_service.save_message(content=content["payload"]["content"])
        event = {"type": "said", "content": message.content}
        await self.channel_layer.group_send(f"room.{self.pk}", event)

    async def said(self, event):
        payload = {"content": event["content"]}
        await self.send_json({"action": "member_message", "payload": payload})


websocket = URLRouter(
    [
        path("ws/myendpoint/", EchoConsumer.as_asgi()),
        path("ws/chat/group/", GroupConsumer.as_asgi()),
        path("ws/chat/room1/", EchoConsumer.as_asgi()),
        path("ws/rooms/<int:pk>/", RoomConsumer.as_asgi()),
    ]
)
application = ProtocolTypeRouter(
    {"websocket": OriginValidator(AuthMiddlewareStack(websocket), ["http://chat.example"])}
)
