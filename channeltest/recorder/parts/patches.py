"""What is recorded: layers in memory, clients of tests, the consumers that they run."""

from __future__ import unicode_literals

import functools

from .contents import TEXT, as_data
from .entries import describe, entries, note, running


def patch(owner, name, replacement):
    """Replace a method by what ``replacement`` makes of it, if there is one."""
    original = getattr(owner, name, None)
    if original is not None:
        original = getattr(original, "__func__", original)
        setattr(owner, name, functools.wraps(original)(replacement(original)))


def on_layer(after):
    """Make a replacement that notes what a layer's method has done, but not what that calls."""

    def replacement(original):
        def method(layer, *args, **kwargs):
            before = after(layer, None, *args, **kwargs) if after is noted_group else None
            running.calls += 1
            try:
                result = original(layer, *args, **kwargs)
            finally:
                running.calls -= 1
            if not running.calls and before is None:
                after(layer, result, *args, **kwargs)
            return result

        return method

    return replacement


def noted_group(layer, result, group, message):
    """Note a send to a group before it happens: its members may be too full to get it."""
    if not running.calls and isinstance(message, dict):
        layer._clean_expired()
        note("group", group, as_data(message), list(layer.group_channels(group)))
    return True


def noted_receive(layer, result, channels, block=False):
    channel, message = result
    if channel is None:
        note("nothing", " or ".join(channels))
    else:
        note("receive", channel, as_data(message))


LAYER = {
    "send": lambda layer, result, channel, message: note("send", channel, as_data(message)),
    "send_group": noted_group,
    "receive": noted_receive,
    "receive_many": noted_receive,
    "new_channel": lambda layer, result, pattern: note("new", result),
    "group_add": lambda layer, result, group, channel: note("join", group, None, [channel]),
    "group_discard": lambda layer, result, group, channel: note("leave", group, None, [channel]),
}


def init(original):
    def __init__(client, *args, **kwargs):
        original(client, *args, **kwargs)
        note("made", client.reply_channel)

    return __init__


def join_group(original):
    def join_group(client, *args, **kwargs):
        note("client", client.reply_channel)
        return original(client, *args, **kwargs)

    return join_group


def consume(original):
    def consume(client, *args, **kwargs):
        outer = running.consumer
        running.clients += (client,)
        try:
            return original(client, *args, **kwargs)
        except Exception as error:
            if running.consumer is not outer:
                note("error", "", describe(error))
            raise
        finally:
            running.clients = running.clients[:-1]
            running.consumer = outer

    return consume


def match(original):
    def match(router, message):
        found = original(router, message)
        if not found or not running.clients:
            return found
        consumer, kwargs = found

        def run(message, **kwargs):
            note_consume(consumer, message)
            return consumer(message, **kwargs)

        return run, kwargs

    return match


def note_consume(consumer, message):
    name = getattr(consumer, "__name__", None) or type(consumer).__name__
    entries.append(("consume", message.channel.name, as_data(message.content), TEXT(name), []))
    running.consumer = TEXT(name)


def on_commit(original):
    def on_commit(connection, func, *args, **kwargs):
        source = running.consumer

        def attributed():
            outer, running.consumer = running.consumer, source
            try:
                func()
            finally:
                running.consumer = outer

        return original(connection, attributed if source else func, *args, **kwargs)

    return on_commit


def send_messages(original):
    def send_messages(cls, instance, group_names, *args, **kwargs):
        # They are a set, whose order is that of the process.
        return original(cls, instance, sorted(group_names), *args, **kwargs)

    return send_messages


def patch_channels():
    from asgiref.inmemory import ChannelLayer
    from channels.binding.base import Binding
    from channels.routing import Router
    from django.db.backends.base.base import BaseDatabaseWrapper

    try:
        from channels.test.base import Client
    except ImportError:
        from channels.tests.base import Client
    for name, after in LAYER.items():
        patch(ChannelLayer, name, on_layer(after))
    patch(Binding, "send_messages", send_messages)
    for owner, name, replacement in (
        (Client, "__init__", init),
        (Client, "join_group", join_group),
        (Client, "consume", consume),
        (Router, "match", match),
        (BaseDatabaseWrapper, "on_commit", on_commit),
    ):
        patch(owner, name, replacement)
