from channels import Channel
from channels.generic.websockets import JsonWebsocketConsumer


def ws_accept(message):
    message.reply_channel.send({"accept": True})


def ws_echo(message):
    message.reply_channel.send({"text": message["text"]})


def ring(message):
    Channel("rung").send({"times": message["times"]})


class Room(JsonWebsocketConsumer):
    http_user = True

    def connection_groups(self, **kwargs):
        return ["room-" + kwargs["room"]]

    def receive(self, content, **kwargs):
        self.send({"room": kwargs["room"], "user": self.message.user.username})
