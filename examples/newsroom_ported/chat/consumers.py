from asgiref.sync import async_to_sync
from channels import Channel
from channels.asgi import get_channel_layer
from channels.consumer import SyncConsumer
from channels.exceptions import DenyConnection
from channels.generic.websocket import AsyncJsonWebsocketConsumer, JsonWebsocketConsumer
from channels.layers import get_channel_layer as get_modern_layer
from django.contrib.auth.models import User

from .exceptions import ClientError
from .models import Mute, Remark, Room
from .moderation import ModerationConsumer  # noqa: F401

NO_SUCH_ROOM = 4004
STAFF_ONLY = 4003


class RoomConsumer(JsonWebsocketConsumer):
    """One room of the chat."""

    def connect(self):
        self.user, self.session = self.scope["user"], self.scope["session"]
        if not self.user.is_authenticated:
            raise DenyConnection()
        slug = self.scope["url_route"]["kwargs"]["room"]
        self.room = Room.objects.filter(slug=slug).first()
        if self.room is None:
            self.close(NO_SUCH_ROOM)
            return
        if self.room.staff_only and not self.user.is_staff:
            self.close(STAFF_ONLY)
            return
        self.said = 0
        self.group = "chat-%s" % slug
        async_to_sync(self.channel_layer.group_add)(self.group, self.channel_name)
        self.accept()
        self.send_json({"room": slug, "signature": self.session.get("signature", "")})

    def receive_json(self, content):
        try:
            command = getattr(self, "do_%s" % content.get("command"), None)
            if command is None:
                raise ClientError("unknown-command")
            command(content)
        except ClientError as error:
            self.send_json({"error": error.code})

    def do_say(self, content):
        if Mute.objects.filter(room=self.room, user=self.user).exists():
            raise ClientError("muted")
        self.said += 1
        async_to_sync(self.channel_layer.send)(
            "chat.remarks",
            {
                "type": "chat.remarks",
                "room": self.room.slug,
                "author": self.user.pk,
                "text": content["text"],
            },
        )

    def do_sign(self, content):
        """Change the signature, which the web site's session keeps."""
        self.session["signature"] = content["text"]
        self.session.save()
        self.send_json({"signature": content["text"]})

    def do_count(self, content):
        self.send_json({"said": self.said})

    def do_leave(self, content):
        self.close()

    def disconnect(self, code):
        async_to_sync(self.channel_layer.group_discard)(self.group, self.channel_name)
        tell_room(self.room.slug, {"left": self.user.username})

    def room_event(self, event):
        self.send(text_data=event["text"])


def tell_room(slug, content):
    async_to_sync(get_modern_layer().group_send)(
        "chat-%s" % slug, {"type": "room.event", "text": RoomConsumer.encode_json(content)}
    )


def keep_remark(message):
    """Keep a remark and hand it to everybody in the room."""
    remark = Remark.objects.create(
        room=Room.objects.get(slug=message["room"]),
        author=User.objects.get(pk=message["author"]),
        text=message["text"],
    )
    tell_room(message["room"], {"from": remark.author.username, "text": remark.text})


class RemarkWorker(SyncConsumer):
    def chat_remarks(self, event):
        keep_remark(event)


class connect_presence(AsyncJsonWebsocketConsumer):
    """Who is in the house: everybody may ask, reporters are announced.

    It serves the whole connection now, and is known by the name that it always had.
    """

    groups = ["presence"]

    async def connect(self):
        await self.accept()
        await self.announce("in")

    async def disconnect(self, code):
        await self.announce("out")

    async def announce(self, state):
        user = self.scope["user"]
        if user.is_authenticated:
            await self.channel_layer.group_send(
                "presence", {"type": "presence.changed", "who": user.username, "state": state}
            )

    async def presence_changed(self, event):
        await self.send_json({"who": event["who"], "state": event["state"]})


def try_announce(text):
    """Put a text on the announcements' channel; return False when nobody fetches them."""
    try:
        Channel("announcements.queue").send({"text": text}, immediately=True)
    except get_channel_layer().ChannelFull:
        return False
    return True
