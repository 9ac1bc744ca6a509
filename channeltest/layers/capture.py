"""Captures the messages that are sent on a channel layer."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from copy import deepcopy
from typing import Any, Literal, NamedTuple

from channels.layers import InMemoryChannelLayer

from ..compat.inmemory import ChannelLayer
from ..patching import Patch, Patches

# Whether a layer of Channels 4 is sending a group's message to the channels in the group.
_to_members: ContextVar[bool] = ContextVar("channeltest_to_members", default=False)


class Sent(NamedTuple):
    """A message that was sent.

    Attributes:
        kind: ``"channel"`` or ``"group"``.
        name: The name of the channel or group that it was sent to.
        content: A copy of the message.
    """

    kind: Literal["channel", "group"]
    name: str
    content: dict[str, Any]


class Sends(list[Sent]):
    """The messages that were sent, in order.

    A message for a group is there once, however many channels the group has. A message that could
    not be sent, because its channel was full for example, is not there.
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


@contextlib.contextmanager
def capture(layer: ChannelLayer | InMemoryChannelLayer) -> Iterator[Sends]:
    """Capture the messages that are sent on ``layer`` while the block runs; blocks may overlap.

    Args:
        layer: A layer in memory, of Channels 1 or Channels 4.
    """
    sends = Sends()
    listener = _listeners.get(id(layer))
    if listener is None:
        listener = _listeners[id(layer)] = _Listener(layer)
    listener.add(sends)
    try:
        yield sends
    finally:
        listener.remove(sends)
        if not listener.captures:
            del _listeners[id(layer)]


class _Listener:
    """Patches one layer, once for all blocks that capture its messages.

    Args:
        layer: The layer.

    Attributes:
        captures: The list of messages of each block.
    """

    def __init__(self, layer: ChannelLayer | InMemoryChannelLayer) -> None:
        self.captures: list[Sends] = []
        # Kept, so that no other layer can have the same id meanwhile.
        self._layer: Any = layer
        if isinstance(layer, ChannelLayer):
            self._send_group = layer.send_group
            self._patches = Patches(
                Patch(layer, "journal", self._journal), Patch(layer, "send_group", self._old_group)
            )
        else:
            self._send, self._group_send = layer.send, layer.group_send
            self._patches = Patches(
                Patch(layer, "send", self._modern_send),
                Patch(layer, "group_send", self._modern_group),
            )

    def add(self, sends: Sends) -> None:
        if not self.captures:
            self._patches.start()
        self.captures.append(sends)

    def remove(self, sends: Sends) -> None:
        # By identity: two captures of the same messages are equal.
        self.captures[:] = [each for each in self.captures if each is not sends]
        if not self.captures:
            self._patches.stop()

    # The layer's methods, replaced

    def _journal(self, kind: str, name: str, message: Any = None, members: Any = ()) -> None:
        usual = type(self._layer).journal
        if usual is not None:
            usual(kind, name, message, members)
        if kind == "send":
            content = {key: message[key] for key in message if key != "__asgi_channel__"}
            self._sent("channel", self._public(name), content)

    def _public(self, name: str) -> str:
        """Return the name by which others send to a consumer's own channel."""
        inboxes = self._layer.inboxes
        return next((each for each in inboxes if inboxes[each].channel == name), name)

    def _old_group(self, group: str, message: dict[str, Any]) -> None:
        with self._sending("group", group, message):
            self._send_group(group, message)

    async def _modern_send(self, channel: str, message: dict[str, Any]) -> None:
        if _to_members.get():
            await self._send(channel, message)
            return
        with self._sending("channel", channel, message):
            await self._send(channel, message)

    async def _modern_group(self, group: str, message: dict[str, Any]) -> None:
        with self._sending("group", group, message):
            token = _to_members.set(True)
            try:
                await self._group_send(group, message)
            finally:
                _to_members.reset(token)

    @contextlib.contextmanager
    def _sending(
        self, kind: Literal["channel", "group"], name: str, message: dict[str, Any]
    ) -> Iterator[None]:
        """Capture a message in its place among others, unless sending it raises."""
        captured = self._sent(kind, name, message)
        try:
            yield
        except BaseException:
            for sends, sent in captured:
                sends[:] = [each for each in sends if each is not sent]
            raise

    def _sent(
        self, kind: Literal["channel", "group"], name: str, message: dict[str, Any]
    ) -> list[tuple[Sends, Sent]]:
        """Add a message to all captures, to each a copy of its own."""
        captured = [(sends, Sent(kind, name, deepcopy(message))) for sends in self.captures]
        for sends, sent in captured:
            sends.append(sent)
        return captured


_listeners: dict[int, _Listener] = {}
