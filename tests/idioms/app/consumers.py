"""Consumers in every style: functions, classes, sessions and users."""

import json

from channels import Channel, Group
from channels.auth import channel_session_user, channel_session_user_from_http
from channels.generic import BaseConsumer
from channels.generic.websockets import JsonWebsocketConsumer, WebsocketConsumer
from channels.sessions import channel_session

from .services import close_session


def ws_accept(message, **kwargs):
    message.reply_channel.send({"accept": True})


def ws_echo(message, **kwargs):
    message.reply_channel.send({"text": message.content["text"]})


@channel_session
def ws_connect(message, room=None):
    message.channel_session["room"] = room or message["path"].strip("/")
    Group("room-" + message.channel_session["room"]).add(message.reply_channel)
    message.reply_channel.send({"accept": True})


@channel_session
def ws_receive(message):
    command = json.loads(message["text"])
    Channel("room." + command.pop("command")).send(
        dict(command, reply_channel=message.reply_channel.name)
    )


@channel_session
def ws_disconnect(message):
    name = message.channel_session["room"]
    Group("room-" + name).discard(message.reply_channel)
    close_session(name)


@channel_session
def room_join(message):
    Group("room-" + message["room"]).add(message.reply_channel)
    Channel("room.announce").send({"room": message["room"]})


def room_announce(message):
    Group("room-" + message["room"]).send({"text": json.dumps({"joined": message["room"]})})


def chat_receive(message):
    """Answer on a channel that is no websocket's."""
    message.reply_channel.send({"text": json.dumps({"said": message["message"].upper()})})


@channel_session_user_from_http
def user_connect(message):
    message.reply_channel.send({"accept": message.user.is_authenticated})


@channel_session_user
def user_receive(message):
    message.reply_channel.send({"text": json.dumps({"user": message.user.username})})


class SetupConsumer(BaseConsumer):
    method_mapping = {"setup": "set_up"}

    def set_up(self, message, **kwargs):
        message.reply_channel.send({"ready": message["name"], "kwargs": kwargs})


class CounterConsumer(JsonWebsocketConsumer):
    """Keeps what it was told on the instance."""

    channel_session = True
    started = None
    heard = None

    def connect(self, message, **kwargs):
        super().connect(message, **kwargs)
        self.started = message.channel_session["count"] = int(kwargs.get("start", 0))

    def receive(self, content, **kwargs):
        self.heard = content
        self.message.channel_session["count"] += content["add"]
        self.send({"count": self.count()})

    def count(self):
        return self.message.channel_session["count"]


class MembersConsumer(WebsocketConsumer):
    """Lets in only whom ``allowed`` lets in."""

    groups = ["members"]

    def allowed(self, message):
        return "token=secret" in message.get("query_string", "")

    def connect(self, message, **kwargs):
        self.message.reply_channel.send({"accept": self.allowed(message)})

    def disconnect(self, message, **kwargs):
        close_session(self.path)


class UserConsumer(JsonWebsocketConsumer):
    http_user = True

    def connect(self, message, **kwargs):
        if message.user.is_authenticated:
            super().connect(message, **kwargs)
        else:
            self.close()

    def receive(self, content, **kwargs):
        self.send({"user": self.message.user.username, "echo": content})
