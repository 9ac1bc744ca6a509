import json

from channels import Group

from .models import Liveblog, Reader


def connect_blog(message, slug):
    try:
        liveblog = Liveblog.objects.get(slug=slug)
    except Liveblog.DoesNotExist:
        # The client is accepted by the frame.
        message.reply_channel.send({"text": json.dumps({"error": "bad_slug"}), "close": True})
        return
    message.reply_channel.send({"accept": True})
    Group(liveblog.group_name).add(message.reply_channel)


def disconnect_blog(message, slug):
    try:
        liveblog = Liveblog.objects.get(slug=slug)
    except Liveblog.DoesNotExist:
        return
    Group(liveblog.group_name).discard(message.reply_channel)


def connect_reader(message, slug=None, page=1):
    liveblog = Liveblog.objects.filter(slug=slug).first()
    if liveblog is None:
        message.reply_channel.send({"accept": False})
        return
    message.reply_channel.send({"accept": True})
    message.reply_channel.send({"text": json.dumps({"page": page})})
    Reader.enter(liveblog, message.reply_channel.name)


def disconnect_reader(message, slug):
    Reader.leave(Liveblog.objects.get(slug=slug), message.reply_channel.name)
