import json
import logging

from channels import Group
from channels.sessions import channel_session

from .models import Room

log = logging.getLogger(__name__)


@channel_session
def ws_connect(message):
    # The path says which room it is.
    try:
        prefix, label = message["path"].strip("/").split("/")
        if prefix != "chat":
            log.debug("invalid path %s", message["path"])
            return
        room = Room.objects.get(label=label)
    except ValueError:
        log.debug("invalid path %s", message["path"])
        return
    except Room.DoesNotExist:
        message.reply_channel.send({"close": True})
        return

    message.reply_channel.send({"accept": True})
    Group("chat-" + label).add(message.reply_channel)
    message.channel_session["room"] = room.label


@channel_session
def ws_receive(message):
    label = message.channel_session["room"]
    room = Room.objects.get(label=label)
    data = json.loads(message["text"])
    if set(data.keys()) != {"handle", "message"}:
        message.reply_channel.send({"text": json.dumps({"error": "format"}, sort_keys=True)})
        return
    m = room.messages.create(**data)
    Group("chat-" + label).send({"text": json.dumps(m.as_dict(), separators=(",", ":"))})


@channel_session
def ws_disconnect(message):
    label = message.channel_session.get("room")
    if label:
        Group("chat-" + label).discard(message.reply_channel)
