import json

from channels import Channel, Group
from channels.asgi import get_channel_layer
from channels.auth import channel_session_user, channel_session_user_from_http
from channels.exceptions import DenyConnection, WebsocketCloseException
from channels.generic.websockets import JsonWebsocketConsumer
from django.contrib.auth.models import User

from .exceptions import ClientError
from .models import Mute, Remark, Room
from .moderation import ModerationConsumer  # noqa: F401

NO_SUCH_ROOM = 4004
STAFF_ONLY = 4003


class RoomConsumer(JsonWebsocketConsumer):
    """One room of the chat. Frames are taken strictly in the order in which they were sent."""

    http_user_and_session = True
    strict_ordering = True

    def connection_groups(self, room, **kwargs):
        return ["chat-%s" % room]

    def connect(self, message, room, **kwargs):
        if not message.user.is_authenticated:
            raise DenyConnection()
        self.room = Room.objects.filter(slug=room).first()
        if self.room is None:
            raise WebsocketCloseException(NO_SUCH_ROOM)
        if self.room.staff_only and not message.user.is_staff:
            raise WebsocketCloseException(STAFF_ONLY)
        super().connect(message, room=room, **kwargs)
        self.send({"room": room, "signature": message.http_session.get("signature", "")})

    def receive(self, content, room, **kwargs):
        command = getattr(self, "do_%s" % content.get("command"), None)
        if command is None:
            raise ClientError("unknown-command")
        command(content, room)

    def do_say(self, content, room):
        if Mute.objects.filter(room__slug=room, user=self.message.user).exists():
            raise ClientError("muted")
        session = self.message.channel_session
        session["said"] = session.get("said", 0) + 1
        Channel("chat.remarks").send(
            {"room": room, "author": self.message.user.pk, "text": content["text"]}
        )

    def do_sign(self, content, room):
        """Change the signature, which the web site's session keeps."""
        self.message.http_session["signature"] = content["text"]
        self.send({"signature": content["text"]})

    def do_count(self, content, room):
        self.send({"said": self.message.channel_session.get("said", 0)})

    def do_leave(self, content, room):
        self.close()

    def disconnect(self, message, room, **kwargs):
        self.group_send("chat-%s" % room, {"left": message.user.username})


def keep_remark(message):
    """Worker: keep a remark and hand it to everybody in the room."""
    remark = Remark.objects.create(
        room=Room.objects.get(slug=message["room"]),
        author=User.objects.get(pk=message["author"]),
        text=message["text"],
    )
    RoomConsumer.group_send(
        "chat-%s" % message["room"], {"from": remark.author.username, "text": remark.text}
    )


@channel_session_user_from_http
def connect_presence(message):
    """Who is in the house: everybody may ask, reporters are announced."""
    message.reply_channel.send({"accept": True})
    Group("presence").add(message.reply_channel)
    if message.user.is_authenticated:
        announce(message.user, "in")


@channel_session_user
def disconnect_presence(message):
    Group("presence").discard(message.reply_channel)
    if message.user.is_authenticated:
        announce(message.user, "out")


def announce(user, state):
    Group("presence").send({"text": json.dumps({"who": user.username, "state": state})})


def try_announce(text):
    """Put a text on the announcements' channel; return False when nobody fetches them."""
    try:
        Channel("announcements.queue").send({"text": text}, immediately=True)
    except get_channel_layer().ChannelFull:
        return False
    return True
