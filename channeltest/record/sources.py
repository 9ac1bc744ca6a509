"""What is recorded in a traced block, and on request, beside captive layers and our own clients."""

from __future__ import annotations

import asyncio
import functools
import itertools
import sys
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from asgiref.testing import ApplicationCommunicator
from channels.layers import InMemoryChannelLayer
from django.db.backends.base.base import BaseDatabaseWrapper
from django.dispatch import Signal

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
    # What the layer refuses is not sent; what it takes, members may handle before it returns.
    if isinstance(message, dict) and _is_valid_group(layer, group):
        record_crossing("group", group, message, tuple(layer.groups.get(group, ())))
    token = _to_members.set(True)
    try:
        await _GROUP_SEND.original(layer, group, message)
    finally:
        _to_members.reset(token)


def _is_valid_group(layer: InMemoryChannelLayer, group: str) -> bool:
    try:
        return bool(layer.require_valid_group_name(group))
    except TypeError:
        return False


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


# Packages whose signals are the framework's, and not the project's.
_FRAMEWORKS = {"django", "channels", "channeltest", "asgiref"}


def signal_name(signal: Signal) -> str | None:
    """Return the name of a project's signal, ``"app.signals.room_closed"``.

    Args:
        signal: The signal. One of Django's or Channels', or that no module holds, has no name.
    """
    holders = sorted(
        (module, name)
        for module, value in list(sys.modules.items())
        for name, held in list(getattr(value, "__dict__", {}).items())
        if held is signal
    )
    # The module that defines it is above those that import it, or sorts first.
    if not holders or any(module.partition(".")[0] in _FRAMEWORKS for module, _ in holders):
        return None
    module, name = min(holders, key=lambda holder: (holder[0].count("."), holder))
    return f"{module}.{name}"


def _note(signal: Signal, sender: Any, named: dict[str, Any]) -> None:
    name = signal_name(signal)
    if name is not None:
        record("signal", name, {"sender": sender, **named}, source_now())


def _signal_send(signal: Signal, sender: Any, **named: Any) -> Any:
    _note(signal, sender, named)
    return _SIGNAL_SEND.original(signal, sender, **named)


def _signal_send_robust(signal: Signal, sender: Any, **named: Any) -> Any:
    _note(signal, sender, named)
    return _SIGNAL_SEND_ROBUST.original(signal, sender, **named)


async def _signal_asend(signal: Signal, sender: Any, **named: Any) -> Any:
    _note(signal, sender, named)
    return await _SIGNAL_ASEND.original(signal, sender, **named)


async def _signal_asend_robust(signal: Signal, sender: Any, **named: Any) -> Any:
    _note(signal, sender, named)
    return await _SIGNAL_ASEND_ROBUST.original(signal, sender, **named)


_SIGNAL_SEND = Patch(Signal, "send", _signal_send)
_SIGNAL_SEND_ROBUST = Patch(Signal, "send_robust", _signal_send_robust)
_SIGNAL_ASEND = Patch(Signal, "asend", _signal_asend)
_SIGNAL_ASEND_ROBUST = Patch(Signal, "asend_robust", _signal_asend_robust)

SIGNALS = tuple(
    patch
    for patch in (_SIGNAL_SEND, _SIGNAL_SEND_ROBUST, _SIGNAL_ASEND, _SIGNAL_ASEND_ROBUST)
    if patch.original is not None
)
