from channels.generic import BaseConsumer
from django.contrib.auth.models import User

from .models import Mute, Room


class ModerationConsumer(BaseConsumer):
    """Worker: what moderators order from the shell, the admin or a cron job."""

    method_mapping = {"chat.mute": "mute", "chat.unmute": "unmute"}

    def mute(self, message, **kwargs):
        self.muted, created = Mute.objects.get_or_create(**self.who(message))
        if created and message.reply_channel:
            message.reply_channel.send({"muted": message["user"]})

    def unmute(self, message, **kwargs):
        Mute.objects.filter(**self.who(message)).delete()

    def who(self, message):
        return {
            "room": Room.objects.get(slug=message["room"]),
            "user": User.objects.get(username=message["user"]),
        }
