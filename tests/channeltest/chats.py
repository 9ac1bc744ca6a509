"""A chat of today: its consumer, and the application that a project would serve it with."""

from __future__ import annotations

from channels.auth import AuthMiddlewareStack
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

from tests.values.models import IntegerValue


class Chat(AsyncJsonWebsocketConsumer):
    """Keeps those out who are not logged in, and tells the others what is said in their room."""

    async def connect(self):
        user = self.scope["user"]
        self.room = self.scope["url_route"]["kwargs"]["room"]
        await self.accept(self.scope["subprotocols"][0] if self.scope["subprotocols"] else None)
        if not user.is_authenticated:
            await self.close(4401)
            return
        await self.channel_layer.group_add(self.room, self.channel_name)

    async def receive_json(self, content):
        if content.get("action") == "fail":
            raise ValueError("no such word")
        if content.get("action") == "leave":
            await self.close(4001)
            return
        await IntegerValue.objects.acreate(name=content["payload"])
        await self.send_json({"action": "kept", "payload": content["payload"]})
        event = {"type": "chat.said", "payload": content["payload"]}
        await self.channel_layer.group_send(self.room, event)

    async def chat_said(self, event):
        await self.send_json({"action": "said", "payload": event["payload"]})

    async def websocket_disconnect(self, message):
        # A clean-up that needs the database, and the loop.
        await IntegerValue.objects.filter(name="forgotten").adelete()
        await super().websocket_disconnect(message)


application = ProtocolTypeRouter(
    {
        "http": get_asgi_application(),
        "websocket": AuthMiddlewareStack(URLRouter([path("chat/<str:room>/", Chat.as_asgi())])),
    }
)

# For @override_settings: this project's tests have no application of their own.
NAMED = f"{__name__}.application"
