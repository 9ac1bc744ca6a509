"""Records what crosses the in-memory layers of Channels 4, in a traced block."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from channels.layers import InMemoryChannelLayer

from ..patching import Patch
from .entries import record_crossing

# Whether a layer is passing a group's message on to the members.
_to_members: ContextVar[bool] = ContextVar("channeltest_record_to_members", default=False)

Message = dict[str, Any]


async def _send(layer: InMemoryChannelLayer, channel: str, message: Message) -> None:
    await _SEND.original(layer, channel, message)
    if not _to_members.get():
        record_crossing("send", channel, message)


async def _group_send(layer: InMemoryChannelLayer, group: str, message: Message) -> None:
    record_crossing("group", group, message, tuple(layer.groups.get(group, ())))
    token = _to_members.set(True)
    try:
        await _GROUP_SEND.original(layer, group, message)
    finally:
        _to_members.reset(token)


async def _receive(layer: InMemoryChannelLayer, channel: str) -> Message:
    message: Message = await _RECEIVE.original(layer, channel)
    record_crossing("receive", channel, message)
    return message


async def _new_channel(layer: InMemoryChannelLayer, *prefix: str, **options: str) -> str:
    name: str = await _NEW_CHANNEL.original(layer, *prefix, **options)
    record_crossing("new", name)
    return name


async def _group_add(layer: InMemoryChannelLayer, group: str, channel: str) -> None:
    await _GROUP_ADD.original(layer, group, channel)
    record_crossing("join", group, members=(channel,))


async def _group_discard(layer: InMemoryChannelLayer, group: str, channel: str) -> None:
    await _GROUP_DISCARD.original(layer, group, channel)
    record_crossing("leave", group, members=(channel,))


_SEND = Patch(InMemoryChannelLayer, "send", _send)
_GROUP_SEND = Patch(InMemoryChannelLayer, "group_send", _group_send)
_RECEIVE = Patch(InMemoryChannelLayer, "receive", _receive)
_NEW_CHANNEL = Patch(InMemoryChannelLayer, "new_channel", _new_channel)
_GROUP_ADD = Patch(InMemoryChannelLayer, "group_add", _group_add)
_GROUP_DISCARD = Patch(InMemoryChannelLayer, "group_discard", _group_discard)

MEMORY_LAYERS = (_SEND, _GROUP_SEND, _RECEIVE, _NEW_CHANNEL, _GROUP_ADD, _GROUP_DISCARD)
