"""A page with the JavaScript client of Channels 1, and a consumer that echoes and closes."""

from __future__ import annotations

from typing import Any

from channeltest.compat.routing import route
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import path, re_path
from django.views.static import serve

ROUTING = f"{__name__}.routing"
SETTINGS: dict[str, Any] = {"ROOT_URLCONF": __name__}


def page(request: HttpRequest) -> HttpResponse:
    script = static("channels/js/websocketbridge.js")
    return HttpResponse(f"<!doctype html><title>bridge</title><script src='{script}'></script>")


def collected(request: HttpRequest, name: str) -> Any:
    return serve(request, name, document_root=str(settings.STATIC_ROOT))


urlpatterns = [path("", page), re_path("^collected/(?P<name>.*)$", collected)]


def receive(message: Any) -> None:
    """Close when that is asked for, else send back what came."""
    text = message["text"]
    message.reply_channel.send({"close": 4000} if text == '{"close":true}' else {"text": text})


def connect(message: Any) -> None:
    message.reply_channel.send({"accept": True})


routing = [route("websocket.connect", connect), route("websocket.receive", receive)]
