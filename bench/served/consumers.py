"""Its consumers and routes of Channels 1."""

from __future__ import annotations

from channels import route, route_class
from channels.generic.websockets import WebsocketConsumer
from channels.sessions import enforce_ordering


class Echo(WebsocketConsumer):
    """Sends back what it gets."""

    def receive(self, text=None, bytes=None, **kwargs):
        self.send(text=text, bytes=bytes)


@enforce_ordering
def connect(message):
    message.reply_channel.send({"accept": True})


@enforce_ordering
def receive(message):
    message.reply_channel.send({"text": message["text"]})


channel_routing = [
    route_class(Echo, path=r"^/echo/$"),
    route("websocket.connect", connect, path=r"^/ordered/$"),
    route("websocket.receive", receive, path=r"^/ordered/$"),
]
