"""The chat of chanx's documentation by real consumers of chanx, before 1.0 and since."""

from typing import Literal

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from chanx.messages.base import BaseMessage
from chanx.messages.incoming import PingMessage
from chanx.messages.outgoing import PongMessage
from django.contrib.auth.models import Group
from django.urls import path
from pydantic import BaseModel
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission, IsAuthenticated

from . import message_service

try:
    from chanx.generic.websocket import AsyncJsonWebsocketConsumer as Consumer
except ImportError:
    from chanx.channels.authenticator import DjangoAuthenticator
    from chanx.channels.websocket import AsyncJsonWebsocketConsumer as Consumer
    from chanx.core.decorators import ws_handler

    IS_OLD = False
else:
    IS_OLD = True


class ChatMessage(BaseMessage):
    action: Literal["chat"] = "chat"
    payload: dict[str, str]


class ChatResponse(BaseMessage):
    action: Literal["chat_response"] = "chat_response"
    payload: dict[str, str]


class ChatGroup(BaseMessage):
    action: Literal["chat_group"] = "chat_group"
    payload: dict[str, str]
    is_mine: bool = False


class MessagePayload(BaseModel):
    content: str


class NewChatMessage(BaseMessage):
    action: Literal["new_chat_message"] = "new_chat_message"
    payload: MessagePayload


class MemberMessage(BaseMessage):
    action: Literal["member_message"] = "member_message"
    payload: MessagePayload


class IsMember(BasePermission):
    def has_object_permission(self, request, view, obj):
        return obj.user_set.filter(pk=request.user.pk).exists()


async def echo(message: ChatMessage) -> ChatResponse:
    kept = await message_service.save_message(content=message.payload["content"])
    return ChatResponse(payload={"content": f"Echo: {kept.content}"})


async def keep(message: NewChatMessage) -> MemberMessage:
    kept = await message_service.save_message(content=message.payload.content)
    return MemberMessage(payload=MessagePayload(content=kept.content))


if IS_OLD:

    class EchoConsumer(Consumer[PingMessage | ChatMessage]):
        authentication_classes = [SessionAuthentication]
        permission_classes = [IsAuthenticated]

        async def receive_message(self, message, **kwargs):
            is_ping = isinstance(message, PingMessage)
            await self.send_message(PongMessage() if is_ping else await echo(message))

    class GroupConsumer(Consumer[ChatMessage]):
        authentication_classes = [SessionAuthentication]
        permission_classes = [IsAuthenticated]

        async def build_groups(self):
            return ["chat"]

        async def receive_message(self, message, **kwargs):
            said = ChatGroup(payload=message.payload)
            await self.send_group_message(said, exclude_current=False)

    class RoomConsumer(Consumer[NewChatMessage]):
        authentication_classes = [SessionAuthentication]
        permission_classes = [IsAuthenticated, IsMember]
        queryset = Group.objects.get_queryset()

        async def build_groups(self):
            return [f"room.{self.obj.pk}"]

        async def receive_message(self, message, **kwargs):
            await self.send_group_message(await keep(message), exclude_current=False)

else:

    class Authenticator(DjangoAuthenticator):
        authentication_classes = [SessionAuthentication]
        permission_classes = [IsAuthenticated]

    class RoomAuthenticator(Authenticator):
        permission_classes = [IsAuthenticated, IsMember]
        queryset = Group.objects.get_queryset()

    class EchoConsumer(Consumer):
        authenticator_class = Authenticator

        @ws_handler
        async def ping(self, message: PingMessage) -> PongMessage:
            return PongMessage()

        @ws_handler
        async def chat(self, message: ChatMessage) -> ChatResponse:
            return await echo(message)

    class GroupConsumer(Consumer):
        authenticator_class = Authenticator
        groups = ["chat"]

        @ws_handler(output_type=ChatGroup)
        async def chat(self, message: ChatMessage) -> None:
            await self.broadcast_message(ChatGroup(payload=message.payload))

        async def handle_group_message(self, event):
            event["message"]["is_mine"] = event["from_channel"] == self.channel_name
            await super().handle_group_message(event)

    class RoomConsumer(Consumer):
        authenticator_class = RoomAuthenticator

        async def post_authentication(self):
            self.groups = [f"room.{self.authenticator.obj.pk}"]
            await self.channel_layer.group_add(self.groups[0], self.channel_name)

        @ws_handler(output_type=MemberMessage)
        async def new_chat_message(self, message: NewChatMessage) -> None:
            await self.broadcast_message(await keep(message))


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
