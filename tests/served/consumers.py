"""Consumers as they were written in 2017."""

import os
import sys
import time

from channels import Channel, Group
from channels.auth import channel_session_user, channel_session_user_from_http
from channels.exceptions import ConsumeLater, DenyConnection, WebsocketCloseException
from channels.generic.websockets import WebsocketConsumer
from channels.sessions import channel_session, enforce_ordering


def say(*words):
    """Print a line; at once, as other threads print too."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")


class Echo(WebsocketConsumer):
    def receive(self, text=None, bytes=None, **kwargs):
        self.send(text=text, bytes=bytes)


@enforce_ordering
@channel_session_user_from_http
def connect(message, room):
    message.reply_channel.send({"accept": True})
    message.channel_session["room"] = room
    message.channel_session["count"] = 0
    Group(room).add(message.reply_channel)
    Group(room).send({"text": "%s joined" % (message.user.username or "somebody")})


@enforce_ordering
@channel_session_user
def receive(message, room):
    message.channel_session["count"] += 1
    Group(message.channel_session["room"]).send(
        {
            "text": "{} {count}: {}".format(
                message.user.username, message["text"], count=message.channel_session["count"]
            )
        }
    )


@enforce_ordering
@channel_session_user
def disconnect(message, room):
    Group(room).discard(message.reply_channel)
    Group(room).send({"text": "left with {code}".format(**message.content)})


def deny(message):
    message.reply_channel.send({"accept": False})


def close_as_told(message):
    message.reply_channel.send({"close": int(message["text"])})


@enforce_ordering
@channel_session
def ordered(message):
    message.reply_channel.send({"text": message["text"]} if "text" in message else {"accept": True})


def flood(message):
    """Send as many kilobytes as it is told, in frames of 64, while anybody takes them."""
    for _ in range(int(message["text"]) // 64):
        for _ in range(1000):
            try:
                message.reply_channel.send({"text": "x" * 65536}, immediately=True)
                break
            except message.channel_layer.ChannelFull:
                time.sleep(0.001)
        else:
            break
    say("flooded")


def block(message):
    """Block as long as a file is there, or for ever."""
    say("blocking")
    while os.path.exists(message["query_string"].decode()):
        time.sleep(0.01)


def reply_wrongly(message):
    """Send what no server takes: too long a text, or a close code that is none."""
    wrong = {"long": {"text": "x" * 2**21}, "code": {"close": 999}}
    message.reply_channel.send(wrong[message["text"]])
    message.reply_channel.send({"text": "after"})


def say_goodbye(message):
    say("left", message["path"], message["code"])


def respond_wrongly(message):
    """Reply to a request as a consumer may by mistake, or raise what is for websockets."""
    kind = message["path"].split("/")[2]
    if kind == "deny":
        raise DenyConnection
    if kind == "close":
        raise WebsocketCloseException(4000)
    message.reply_channel.send(
        {
            "status": {"status": "200", "content": b"x"},
            "header": {"status": 200, "headers": [("X-A\r\nX-Evil", "1")], "content": b"x"},
            "value": {"status": 200, "headers": [("X-A", "\u20ac")], "content": b"x"},
            "content": {"status": 200, "content": "text"},
        }[kind]
    )


def fail(message):
    raise ValueError("on purpose")


def job(message):
    say("job", message["number"])
    while os.path.exists(message.get("hold", "")):
        time.sleep(0.01)
    Channel("done").send({"number": message["number"]})


def stubborn(message):
    say("retry", message.content.get("__retries__", 0))
    if message.content.get("__retries__", 0) < message["times"]:
        raise ConsumeLater


def other(message):
    say("other", message["number"])
