import json

from channels import Group
from channels.binding.websockets import WebsocketBinding
from channels.generic.websockets import JsonWebsocketConsumer, WebsocketDemultiplexer
from channels.sessions import channel_session, enforce_ordering
from django.http import HttpResponse
from channels.handler import AsgiHandler

from .models import Number


class NumberBinding(WebsocketBinding):
    model = Number
    stream = "numbers"
    fields = ["value"]

    @classmethod
    def group_names(cls, instance):
        return ["numbers"]

    def has_permission(self, user, action, pk):
        return True


class Demultiplexer(WebsocketDemultiplexer):
    consumers = {"numbers": NumberBinding.consumer}
    groups = ["numbers"]


class Remembering(JsonWebsocketConsumer):
    """1.x made an instance for each message, so this counts to 1."""

    count = 0

    def receive(self, content, **kwargs):
        self.count += 1
        self.send({"count": self.count})


@enforce_ordering
@channel_session
def ordered(message):
    message.reply_channel.send({"accept": True})


def shout(message):
    """The frame to the group comes before the answer."""
    Group("shout").send({"text": message["text"].upper()})
    message.reply_channel.send({"text": "done"})


def join_shout(message):
    message.reply_channel.send({"accept": True})
    Group("shout").add(message.reply_channel)


def hello(message):
    for chunk in AsgiHandler.encode_response(HttpResponse(json.dumps("hello"))):
        message.reply_channel.send(chunk)
