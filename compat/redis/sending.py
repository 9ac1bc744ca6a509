"""How a layer of Channels 1 puts messages on Redis."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from .configuration import Message
from .receiving import LOCAL_NAMES, has_one_reader
from .steps import Steps

if TYPE_CHECKING:
    from .layer import RedisChannelLayer
    from .shard import Found, Shard
    from .shards import Shards

Sent = tuple[str, Message]


class Sending:
    """Messages that are sent together, by the servers that they go to.

    Args:
        messages: Pairs of channel and message.
        sender: Packs them.

    Attributes:
        errors: For each message what `RedisChannelLayer.send` would raise, or ``None``.
    """

    def __init__(self, messages: Sequence[Sent], sender: Sender) -> None:
        self.errors: list[Exception | None] = [None] * len(messages)
        self._layer = sender.layer
        # The index of each message, and what is put on the server.
        self._parts: dict[Shard, list[tuple[int, Found]]] = {}
        for index, (channel, message) in enumerate(messages):
            try:
                shard, name, content = sender.addressed(channel, message)
            except (AssertionError, TypeError) as error:
                self.errors[index] = error
            else:
                self._parts.setdefault(shard, []).append((index, (name, content)))

    def __iter__(self) -> Iterator[tuple[Shard, list[Found]]]:
        """Yield each server with what is to be put on it."""
        for shard, part in self._parts.items():
            yield shard, [content for _, content in part]

    def steps(self) -> Iterator[tuple[Shard, Steps[None]]]:
        """Yield each server with the steps of sending."""
        for shard, contents in self:
            yield shard, self._putting(shard, contents)

    def note_full(self, shard: Shard, refused: Sequence[int]) -> None:
        """Note which messages for a server found their channels full.

        Args:
            shard: The server.
            refused: Their indexes among those for the server.
        """
        for index in refused:
            self.errors[self._parts[shard][index][0]] = self._layer.ChannelFull()

    def _putting(self, shard: Shard, contents: list[Found]) -> Steps[None]:
        self.note_full(shard, (yield from shard.putting(contents, self._layer)))


class Sender:
    """Addresses and packs the messages of a layer.

    Args:
        layer: The layer.
        shards: Its servers.
        pack: Returns the bytes of a message.

    Attributes:
        layer: The same.
    """

    def __init__(
        self, layer: RedisChannelLayer, shards: Shards, pack: Callable[[Message], bytes]
    ) -> None:
        self.layer = layer
        self._shards = shards
        self._pack = pack

    def addressed(self, channel: str, message: Message) -> tuple[Shard, str, bytes]:
        """Return the server, the key's name and the bytes of a message for ``channel``.

        Raises:
            AssertionError, TypeError: As `RedisChannelLayer.send`.
        """
        self.layer.verify_send(channel, message)
        name = self.layer.non_local_name(channel)
        if "!" in channel:
            message = {**message, LOCAL_NAMES: channel}
        shard = self._shards.of(name) if has_one_reader(name) else self._shards.any()
        return shard, name, self._pack(message)
