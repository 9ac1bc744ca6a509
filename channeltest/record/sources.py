"""What is recorded in a traced block, beside captive layers and our own clients."""

from __future__ import annotations

import asyncio
import functools
import itertools
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from asgiref.testing import ApplicationCommunicator
from channels.layers import InMemoryChannelLayer
from django.db.backends.base.base import BaseDatabaseWrapper

from ..asgi.connection import Connection
from ..compat.inmemory import ChannelLayer
from ..patching import Patch, Patches
from .entries import record, record_crossing, record_error, running, source_now

_Event = dict[str, Any]
_Receive = Callable[[], Awaitable[_Event]]
_Send = Callable[[_Event], Awaitable[None]]

_numbers = itertools.count(1)


def _init(communicator: ApplicationCommunicator, application: Any, scope: _Event) -> None:
    _INIT.original(communicator, application, scope)
    connection = Connection(application, scope)
    connection.reply_to = (None, f"communicator.foreign.{next(_numbers)}")
    run: Any = communicator.application

    async def recorded(scope: _Event, receive: _Receive, send: _Send) -> None:
        running.set(connection)
        record("client", connection.reply_to[1] if connection.reply_to else "")

        async def recorded_receive() -> _Event:
            event = await receive()
            record("input", str(event.get("type")), event, connection)
            return event

        async def recorded_send(event: _Event) -> None:
            record("output", "", event, connection)
            await send(event)

        try:
            await run(scope, recorded_receive, recorded_send)
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            record_error(error, connection)
            raise

    communicator.application = recorded


_INIT = Patch(ApplicationCommunicator, "__init__", _init)

COMMUNICATORS = (_INIT,)


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


# Layers of Channels 1 in memory, which are not captive.
journal = Patch(ChannelLayer, "journal", staticmethod(record_crossing))


def _on_commit(
    connection: BaseDatabaseWrapper, func: Callable[[], object], robust: bool = False
) -> None:
    """Register a callback: what it does when the transaction ends is the consumer's, too."""
    source = source_now()

    @functools.wraps(func)
    def attributed() -> None:
        token = running.set(source)
        try:
            func()
        finally:
            running.reset(token)

    # A test's own callback, and what Django refuses, are left as they are.
    callback = func if source is None or not callable(func) else attributed
    _commits.original(connection, callback, robust)


_commits = Patch(BaseDatabaseWrapper, "on_commit", _on_commit)


def recorded() -> Patches:
    """Return the patches that are in place while everything is recorded."""
    return Patches(journal, _commits, *MEMORY_LAYERS, *COMMUNICATORS)
