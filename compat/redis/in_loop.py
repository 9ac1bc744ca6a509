"""A layer of Channels 1 on Redis as an event loop uses it. Needs the optional redis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

from .configuration import Message
from .loop_commands import LoopCommands, can_be_had
from .sending import Sender, Sending
from .shard import SCRIPTS
from .steps import Steps, run_in_loop
from .waking import Woken

if TYPE_CHECKING:
    from .layer import RedisChannelLayer
    from .receiving import Receiver
    from .shard import Shard
    from .shards import Shards

_T = TypeVar("_T")


def serves_loops(shards: Iterable[Shard]) -> bool:
    """Return whether `LoopLayer` can connect to servers."""
    return all(can_be_had(shard.client) for shard in shards)


class LoopLayer:
    """Sends and receives in one event loop what its layer does in threads.

    One task uses it at a time. A round trip costs less than half of what it costs in a thread that
    the loop waits for.

    Args:
        layer: The layer.
        sender: Packs its messages.
        receiver: Unpacks them.
        shards: Its servers.
    """

    def __init__(
        self, layer: RedisChannelLayer, sender: Sender, receiver: Receiver, shards: Shards
    ) -> None:
        self._layer = layer
        self._sender, self._receiver = sender, receiver
        self._shards = shards
        self._commands: dict[Shard, LoopCommands] = {}

    async def send_together(
        self, messages: Sequence[tuple[str, Message]]
    ) -> list[Exception | None]:
        """Do what `RedisChannelLayer.send_together` does."""
        sending = Sending(messages, self._sender)
        for shard, steps in sending.steps():
            await self._run(shard, steps)
        return sending.errors

    async def receive_waiting(self, name: str) -> list[tuple[str, Message]]:
        """Do what `RedisChannelLayer.receive_waiting` does."""
        shard, layer = self._shards.of(name), self._layer
        steps = shard.taking_together(name, layer.wait_seconds(), layer.expiry)
        try:
            contents = await self._run(shard, steps)
        except Woken:
            contents = []
        return self._receiver.opened_together(name, contents)

    async def close(self) -> None:
        """Close the connections."""
        for commands in self._commands.values():
            await commands.close()

    async def _run(self, shard: Shard, steps: Steps[_T]) -> _T:
        commands = self._commands.get(shard)
        if commands is None:
            commands = self._commands[shard] = LoopCommands(shard.client, SCRIPTS)
        return await run_in_loop(steps, commands.run_together)
