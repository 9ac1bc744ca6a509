"""A program that serves a channel layer with Daphne, its worker in a thread.

Its argument is the number of a listening socket's file descriptor.
"""

from __future__ import annotations

import os
import sys
import threading

import django.conf
from django.http import HttpRequest, HttpResponse
from django.urls import path


def upload(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{len(request.body)} {request.META['QUERY_STRING']}")


urlpatterns = [path("upload/", upload)]


def serve(file_descriptor: int) -> None:
    from channeltest.compat.handler import ViewConsumer
    from channeltest.compat.message import Message
    from channeltest.compat.routing import route
    from channeltest.compat.serving.server import Server, build_endpoint_description_strings
    from channeltest.compat.worker import Worker

    from ..requesting import wrapped

    def connect(message: Message) -> None:
        message.reply_channel.send({"accept": message["path"] != "/denied/"})  # type: ignore[union-attr]

    def receive(message: Message) -> None:
        message.reply_channel.send({"text": message["text"].upper()})  # type: ignore[union-attr]

    routing = [
        route("http.request", ViewConsumer()),
        route("websocket.connect", connect),
        route("websocket.receive", receive),
    ]
    layer = wrapped(routing=routing)
    worker = Worker(layer, signal_handlers=False)
    threading.Thread(target=worker.run, daemon=True).start()
    endpoints = build_endpoint_description_strings(file_descriptor=file_descriptor)
    Server(layer, endpoints=endpoints, ws_protocols=["shout"]).run()


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    django.conf.settings.ROOT_URLCONF = __name__
    serve(int(sys.argv[1]))
