import json

from channels import Channel, Group
from channels.auth import channel_session_user, channel_session_user_from_http
from channels.generic.websockets import JsonWebsocketConsumer
from django.contrib.auth.models import User


@channel_session_user_from_http
def ws_connect(message):
    message.reply_channel.send({"accept": True})
    Group("everybody").send({"text": json.dumps({"joined": message.user.username})})
    Group("everybody").add(message.reply_channel)
    message.reply_channel.send({"text": json.dumps({"hello": message.user.username})})


@channel_session_user
def ws_receive(message):
    payload = json.loads(message["text"])
    if payload["command"] == "shout":
        Group("everybody").send({"text": json.dumps({"shout": payload["text"]})})
    elif payload["command"] == "count":
        Channel("echo.work").send(dict(
            command=payload["command"], reply_channel=message.reply_channel.name
        ))
    elif payload["command"] == "rename":
        Channel("echo.work").send(
            {"command": "rename", "pk": message.user.pk, "name": payload["name"]}
        )
    message.reply_channel.send(dict(text=json.dumps({"done": payload["command"]})))


@channel_session_user
def ws_disconnect(message):
    Group("everybody").discard(message.reply_channel)
    Group("everybody").send({"text": json.dumps({"left": message.user.username})})


def count(message):
    Channel(message["reply_channel"]).send({"text": str(User.objects.count())})


def rename(message):
    User.objects.filter(pk=message["pk"]).update(username=message["name"])
    Group("everybody").send({"text": json.dumps({"renamed": message["name"]})})


class RoomConsumer(JsonWebsocketConsumer):
    http_user = True

    def connection_groups(self, **kwargs):
        return ["room-%s" % kwargs["room"]]

    def receive(self, content, **kwargs):
        for group in self.connection_groups(**kwargs):
            self.group_send(group, {"room": kwargs.get("room"), "said": content["text"]})
        self.send({"to": kwargs.get("other"), "by": self.message.user.username})


class BaseBoard(JsonWebsocketConsumer):
    prefix = "board"

    def connection_groups(self, pk=None, **kwargs):
        return ["%s-%s" % (self.prefix, pk)]

    def fail(self, text):
        self.send({"error": text})


class Board(BaseBoard):
    def receive(self, content, pk=None, **kwargs):
        handler = {"pin": self.pin, "count": self.count}.get(content["do"])
        if handler is None:
            self.fail("unknown")
            return
        handler(content, pk)

    def pin(self, content, pk):
        self.group_send("board-%s" % pk, {"pinned": content["text"]})
        self.send({"by": "you"})

    def count(self, content, pk):
        self.send({"users": User.objects.count()})
