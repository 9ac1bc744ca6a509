import json
from functools import wraps
from urllib.parse import parse_qs

from channels import Channel, Group
from channels.auth import channel_session_user, channel_session_user_from_http, http_session_user
from channels.sessions import channel_session, enforce_ordering

from .models import Notification


def user_group(user):
    return Group(f"user-{user.pk}")


def reply(message, data):
    message.reply_channel.send({"text": json.dumps(data)})


def login_required(func):
    @wraps(func)
    def wrapper(message, *args, **kwargs):
        if not message.user.is_authenticated:
            message.reply_channel.send({"close": True})
            return
        return func(message, *args, **kwargs)

    return wrapper


@channel_session_user_from_http
@login_required
def ws_connect(message):
    message.reply_channel.send({"accept": True})
    user_group(message.user).add(message.reply_channel)
    unread = Notification.objects.filter(user=message.user, read=False).count()
    reply(message, {"unread": unread})


@channel_session_user
def ws_message(message):
    data = json.loads(message.content["text"])
    if data.get("command") == "read":
        Channel("notify.mark").send({"user": message.user.pk, "ids": data["ids"]})
    elif data.get("command") == "count":
        reply(
            message, {"unread": Notification.objects.filter(user=message.user, read=False).count()}
        )
    else:
        reply(message, {"error": "unknown command"})


@channel_session_user
def ws_disconnect(message):
    user_group(message.user).discard(message.reply_channel)


def mark_read(message):
    Notification.objects.filter(user_id=message["user"], pk__in=message["ids"]).update(read=True)
    Group("user-{}".format(message["user"])).send({"text": json.dumps({"read": message["ids"]})})


def send_mail_to(message):
    Notification.objects.filter(pk=message.content["pk"]).update(mailed=True)


@http_session_user
def dashboard_connect(message):
    if not message.user.is_staff:
        message.reply_channel.send({"accept": False})
        return
    message.reply_channel.send({"accept": True})
    Group("dashboard").add(message.reply_channel)
    params = parse_qs(message.content["query_string"])
    since = int(params.get("since", ["0"])[0])
    for notification in Notification.objects.filter(pk__gt=since):
        message.reply_channel.send({"text": json.dumps(notification.as_dict())})


def dashboard_receive(message):
    Group("dashboard").send({"text": message["text"]})


@enforce_ordering
@channel_session
def presence_connect(message, room_name):
    message.reply_channel.send({"accept": True})
    message.channel_session["room"] = room_name
    Group("presence-%s" % room_name).add(message.reply_channel)
    Group("presence-%s" % room_name).send({"text": json.dumps({"host": message["client"][0]})})


@enforce_ordering
@channel_session
def presence_disconnect(message, room_name):
    Group("presence-%s" % message.channel_session["room"]).discard(message.reply_channel)
