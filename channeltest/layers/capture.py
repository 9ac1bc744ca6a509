"""Records what is published on a channel layer, as it happens."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from copy import deepcopy
from typing import Any, Literal, NamedTuple

from channels.layers import InMemoryChannelLayer

from ..compat.inmemory import ChannelLayer

# Whether a layer of Channels 4 is handing a group's message on to the members.
_to_members: ContextVar[bool] = ContextVar("channeltest_to_members", default=False)


class Sent(NamedTuple):
    """A message that was published.

    Attributes:
        kind: ``"channel"`` or ``"group"``, what it was sent to.
        name: The name of that.
        content: A copy of the message.
    """

    kind: Literal["channel", "group"]
    name: str
    content: dict[str, Any]


class Sends(list[Sent]):
    """What was published, in order.

    A message for a group is there once, however many are in the group; one that found its channel
    full is not there.
    """

    def to_channel(self, name: str) -> list[dict[str, Any]]:
        """Return the messages that were sent to the channel ``name``."""
        return [sent.content for sent in self if sent[:2] == ("channel", name)]

    def to_group(self, name: str) -> list[dict[str, Any]]:
        """Return the messages that were sent to the group ``name``."""
        return [sent.content for sent in self if sent[:2] == ("group", name)]

    @property
    def channels(self) -> list[str]:
        """The names of the channels that were sent to, each once."""
        return list(dict.fromkeys(sent.name for sent in self if sent.kind == "channel"))

    @property
    def groups(self) -> list[str]:
        """The names of the groups that were sent to, each once."""
        return list(dict.fromkeys(sent.name for sent in self if sent.kind == "group"))


# The records that are being written of each layer: blocks may overlap.
_records: dict[int, list[Sends]] = {}


@contextlib.contextmanager
def capture(layer: ChannelLayer | InMemoryChannelLayer) -> Iterator[Sends]:
    """Record what is published on ``layer`` while the block runs."""
    sends = Sends()
    records = _records.setdefault(id(layer), [])
    if not records:
        _listen(layer, records)
    records.append(sends)
    try:
        yield sends
    finally:
        # By identity: two records of the same messages are equal.
        records[:] = [each for each in records if each is not sends]
        if not records:
            del _records[id(layer)]
            _stop_listening(layer)


def _listen(layer: Any, records: list[Sends]) -> None:
    if isinstance(layer, ChannelLayer):
        layer.journal = _Journal(layer, records)
        return
    send, group_send = layer.send, layer.group_send

    async def recorded_send(channel: str, message: dict[str, Any]) -> None:
        copied = deepcopy(message)
        await send(channel, message)
        if not _to_members.get():
            _note(records, Sent("channel", channel, copied))

    async def recorded_group_send(group: str, message: dict[str, Any]) -> None:
        layer.require_valid_group_name(group)
        _note(records, Sent("group", group, deepcopy(message)))
        token = _to_members.set(True)
        try:
            await group_send(group, message)
        finally:
            _to_members.reset(token)

    layer.send, layer.group_send = recorded_send, recorded_group_send


def _stop_listening(layer: Any) -> None:
    for name in ("journal",) if isinstance(layer, ChannelLayer) else ("send", "group_send"):
        vars(layer).pop(name, None)


class _Journal:
    """Writes the records, and what a layer in memory writes down anyway."""

    def __init__(self, layer: ChannelLayer, records: list[Sends]) -> None:
        self._layer = layer
        self._records = records

    def __call__(self, kind: str, name: str, message: Any = None, members: Any = ()) -> None:
        usual = type(self._layer).journal
        if usual is not None:
            usual(kind, name, message, members)
        if kind == "send":
            content = {key: message[key] for key in message if key != "__asgi_channel__"}
            _note(self._records, Sent("channel", self._public(name), deepcopy(content)))
        elif kind == "group":
            _note(self._records, Sent("group", name, deepcopy(message)))

    def _public(self, name: str) -> str:
        """The name by which a consumer's own channel is known to others."""
        inboxes = self._layer.inboxes
        return next((each for each in inboxes if inboxes[each].channel == name), name)


def _note(records: list[Sends], sent: Sent) -> None:
    for sends in records:
        sends.append(sent)
