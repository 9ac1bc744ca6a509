"""Nothing here reads a database: with --async all of it may run in an event loop."""

import json
import logging
import re
from datetime import datetime

from channels import Channel, Group
from channels.auth import channel_session_user, channel_session_user_from_http
from channels.generic.websockets import JsonWebsocketConsumer

from .rules import LIMIT, ROLES, is_command, spelled

log = logging.getLogger(__name__)
NAME = re.compile(r"^\w+$")


class Refused(Exception):
    """A command is refused."""


def reply(message, kind, **values):
    values["kind"] = kind
    message.reply_channel.send({"text": json.dumps(values, sort_keys=True)})


def is_allowed(message, command):
    if command in ROLES.get("staff", ()) and not message.user.is_staff:
        reply(message, "refused", command=command)
        return False
    return True


@channel_session_user_from_http
def ws_connect(message, room):
    if not NAME.match(room):
        message.reply_channel.send({"accept": False})
        return
    message.reply_channel.send({"accept": True})
    message.channel_session["room"] = room
    message.channel_session["since"] = datetime.now().year
    Group("relay-%s" % room).add(message.reply_channel)


@channel_session_user
def ws_receive(message, room):
    text = message["text"]
    try:
        if len(text) > LIMIT:
            raise Refused("long")
        content = json.loads(text)
    except ValueError:
        reply(message, "error", error="json")
        return
    except Refused as error:
        reply(message, "error", error=str(error))
        return
    command = content.get("command")
    if not is_command(command) or not is_allowed(message, command):
        log.info("refused %s in %s", command, room)
        return
    if command == "words":
        for word in sorted(content["text"].split(), key=lambda each: each.lower()):
            message.reply_channel.send({"text": word})
    elif command == "count":
        numbers = [spelled(each) for each in range(content.get("to", 3))]
        reply(message, "count", numbers=numbers)
    elif command == "shout":
        Group("relay-%s" % message.channel_session["room"]).send({"text": spelled(content["text"])})
    elif command == "later":
        Channel("relay.later").send({"room": room, "text": content["text"]})
    elif command == "bye":
        message.reply_channel.send({"text": "bye", "close": True})


@channel_session_user
def ws_disconnect(message, room):
    Group("relay-%s" % room).discard(message.reply_channel)
    Group("relay-%s" % room).send({"text": "somebody left"})


def pass_on(message):
    Group("relay-%s" % message["room"]).send({"text": "later: " + spelled(message["text"])})


class Base(JsonWebsocketConsumer):
    http_user = True
    prefix = "board"

    def title(self):
        return "%s of %s" % (self.prefix, self.message.user.username or "nobody")

    def connection_groups(self, pk, **kwargs):
        return ["%s-%s" % (self.prefix, pk)]

    def fail(self, text):
        self.send({"error": text})


class BoardConsumer(Base):
    def connect(self, message, **kwargs):
        super(BoardConsumer, self).connect(message, **kwargs)
        self.send({"title": self.title()})

    def receive(self, content, pk, **kwargs):
        if not self.is_member(content):
            return
        if content["do"] == "post":
            self.group_send("board-%s" % pk, {"posted": self.cut(content["text"])})
        else:
            self.fail("unknown")

    def is_member(self, content):
        if self.message.user.is_anonymous and "as" not in content:
            self.fail("who are you?")
            return False
        return True

    def cut(self, text):
        return text[:LIMIT]
