from channels import Group
from channels.auth import channel_session_user, channel_session_user_from_http

from .models import Notice


@channel_session_user_from_http
def connect(message):
    if not message.user.is_authenticated:
        message.reply_channel.send({"close": 4003})
        return
    message.reply_channel.send({"accept": True})
    message.reply_channel.send({"text": "hello %s" % message.user.username})
    Group("user-%d" % message.user.pk).add(message.reply_channel)


@channel_session_user
def receive(message):
    if message.content["text"] == "count":
        count = Notice.objects.filter(user=message.user).count()
        message.reply_channel.send({"text": str(count)})
    elif message.content["text"] == "bye":
        message.reply_channel.send({"text": "bye", "close": True})


@channel_session_user
def disconnect(message):
    Group("user-%d" % message.user.pk if message.user.pk else "nobody").discard(
        message.reply_channel
    )


def mail(message):
    """Worker: says that a notice was mailed."""
    Notice.objects.filter(pk=message.content["pk"]).update(mailed=True)
