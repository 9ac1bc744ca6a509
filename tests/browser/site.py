"""A page that talks over a websocket, to consumers of both versions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from channeltest.compat.channel import Group
from channeltest.compat.routing import route
from django.core.asgi import get_asgi_application
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

HERE = Path(__file__).parent
ROUTING = f"{__name__}.routing"

SETTINGS: dict[str, Any] = {
    "ROOT_URLCONF": __name__,
    "ASGI_APPLICATION": f"{__name__}.application",
    "STATICFILES_DIRS": [HERE / "static"],
    "TEMPLATES": [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [HERE / "templates"],
        }
    ],
}


def talk(request: HttpRequest) -> HttpResponse:
    return render(request, "talk.html")


urlpatterns = [path("", talk)]


def connect(message: Any) -> None:
    message.reply_channel.send({"accept": True})
    Group("talk").add(message.reply_channel)


def say(message: Any) -> None:
    Group("talk").send({"text": message["text"]})


def shout(message: Any) -> None:
    Group("talk").send({"text": message["text"].upper()})


def disconnect(message: Any) -> None:
    Group("talk").discard(message.reply_channel)
    Group("talk").send({"text": "somebody left"})


_doors = [route("websocket.connect", connect), route("websocket.disconnect", disconnect)]

routing = [*_doors, route("websocket.receive", say)]
shouting = [*_doors, route("websocket.receive", shout)]


class Talk(AsyncWebsocketConsumer):
    groups = ["talk"]

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        await self.tell(text_data)

    async def disconnect(self, code: int) -> None:
        await self.tell("somebody left")

    async def tell(self, text: str | None) -> None:
        await self.channel_layer.group_send("talk", {"type": "said", "text": text})

    async def said(self, event: dict[str, Any]) -> None:
        await self.send(event["text"])


application = ProtocolTypeRouter(
    {"http": get_asgi_application(), "websocket": URLRouter([path("talk/", Talk.as_asgi())])}
)
