"""A small site in both versions, for live servers to serve."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from channeltest.compat.channel import Group
from channeltest.compat.routing import route
from django.conf import settings
from django.contrib.auth.models import User
from django.core.asgi import get_asgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

HERE = Path(__file__).parent

SETTINGS: dict[str, Any] = {
    "ROOT_URLCONF": __name__,
    "ASGI_APPLICATION": f"{__name__}.application",
    "STATICFILES_DIRS": [HERE / "static"],
}

GREETING = "hello"


def greeting() -> str:
    return GREETING


def index(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{greeting()} {getattr(settings, 'LIVE_NAME', 'nobody')}")


def users(request: HttpRequest) -> HttpResponse:
    return HttpResponse(usernames())


def usernames() -> str:
    return " ".join(User.objects.order_by("pk").values_list("username", flat=True)) or "nobody"


urlpatterns = [path("", index), path("users/", users)]


def answer(text: str) -> str:
    """What the consumers of both versions say to a frame."""
    if text == "setting":
        return str(getattr(settings, "LIVE_NAME", "nobody"))
    if text == "greeting":
        return greeting()
    if text == "users":
        return usernames()
    if text == "add":
        return User.objects.create(username="added").username
    if text == "pid":
        return str(os.getpid())
    if text == "time":
        return str(time.time())
    if text == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    return text.upper()


def connect(message: Any) -> None:
    message.reply_channel.send({"accept": True})
    Group("everybody").add(message.reply_channel)


def receive(message: Any) -> None:
    message.reply_channel.send({"text": answer(message["text"])})


def echo(message: Any) -> None:
    message.reply_channel.send({"text": f"echo of {message['text']}"})


def note(message: Any) -> None:
    Group("everybody").send({"text": f"noted {message['what']}"})


routing = [
    route("websocket.connect", connect),
    route("websocket.receive", receive),
    route("notes", note),
]

echoing = [route("websocket.connect", connect), route("websocket.receive", echo)]


class Modern(AsyncWebsocketConsumer):
    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        await self.send(await database_sync_to_async(answer)(text_data or ""))


application = ProtocolTypeRouter(
    {"http": get_asgi_application(), "websocket": URLRouter([path("ws/", Modern.as_asgi())])}
)
