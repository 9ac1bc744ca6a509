"""The consumers that the examples test."""

from channels import Channel
from channels.binding.websockets import WebsocketBinding
from channels.generic import BaseConsumer
from channels.generic.websockets import JsonWebsocketConsumer, WebsocketDemultiplexer
from channels.sessions import enforce_ordering

from tests.bindings import quiet
from tests.values.models import IntegerValue


def my_consumer(message):
    """Post the square of the value to the "result" channel."""
    Channel("result").send({"value": message["value"] ** 2})


class MyConsumer(BaseConsumer):
    """Reply with the square of the value."""

    method_mapping = {"input": "square"}

    def square(self, message, **kwargs):
        message.reply_channel.send({"value": message["value"] ** 2})


def my_internal_consumer(message):
    if message["value"] == "my_value":
        message.reply_channel.send({"all is": "done"})


class RoomConsumer(JsonWebsocketConsumer):
    # The page says http_user; only this later attribute keeps http_session after the connect.
    http_user_and_session = True
    groups = ["rooms_watchers"]

    def receive(self, content, **kwargs):
        self.send({"rooms": self.message.http_session.get("rooms", [])})
        Channel("rooms_receive").send({"user": self.message.user.id, "message": content["message"]})


class KeyConsumer(JsonWebsocketConsumer):
    def connect(self, message, **kwargs):
        super().connect(message, **kwargs)
        self.send({"key": "value"})


class ClosingConsumer(JsonWebsocketConsumer):
    def connect(self, message, **kwargs):
        self.close()


@enforce_ordering
def ordered_consumer(message):
    message.reply_channel.send({"text": message["text"]})


@quiet
class IntegerValueBinding(WebsocketBinding):
    model = IntegerValue
    stream = "intval"
    fields = ["name", "value"]

    @classmethod
    def group_names(cls, instance):
        return ["intval-updates"]

    def has_permission(self, user, action, pk):
        return True


class Demultiplexer(WebsocketDemultiplexer):
    consumers = {"intval": IntegerValueBinding.consumer}
    groups = ["binding.inbound"]
