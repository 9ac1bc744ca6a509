"""Runs commands on a Redis server in an event loop. Needs the optional redis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import redis.asyncio
from redis import Connection, SSLConnection, UnixDomainSocketConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, ResponseError, TimeoutError

from .commands import Script, loading, packed
from .steps import Command, run_in_loop

# The connections of redis-py that take the same options in threads and in event loops.
_OF_LOOPS: dict[type, type] = {
    Connection: redis.asyncio.Connection,
    SSLConnection: redis.asyncio.SSLConnection,
    UnixDomainSocketConnection: redis.asyncio.UnixDomainSocketConnection,
}


def can_be_had(client: Any) -> bool:
    """Return whether a client's connections can be had in an event loop.

    Args:
        client: A client of redis-py. One of a Sentinel service or with connections of a class of
            the project's own is for threads only.
    """
    return client.connection_pool.connection_class in _OF_LOOPS


class LoopCommands:
    """Runs commands on a server over one connection, in one event loop and by one task.

    A connection that fails is replaced at once, and once, as `Commands` does.

    Args:
        client: A client of the server for threads, whose options the connection has.
        scripts: The scripts that are run.
    """

    def __init__(self, client: Any, scripts: Sequence[Script]) -> None:
        pool = client.connection_pool
        options = {**pool.connection_kwargs, "retry": Retry(NoBackoff(), 0)}
        # It belongs to the client for threads.
        options.pop("maint_notifications_config", None)
        self._connection = _OF_LOOPS[pool.connection_class](**options)
        self._scripts = scripts

    async def run_together(self, commands: Sequence[Command]) -> list[Any]:
        """Run commands in one round trip.

        Returns:
            The replies of the server; one may be a ``ResponseError``.

        Raises:
            redis.exceptions.ConnectionError: The server cannot be reached.
            redis.exceptions.TimeoutError: It does not reply in time.
        """
        return await run_in_loop(loading(commands, self._scripts), self._exchange)

    async def close(self) -> None:
        """Close the connection; it is opened again when it is used again."""
        await self._connection.disconnect(nowait=True)

    async def _exchange(self, commands: Sequence[Command]) -> list[Any]:
        data = packed(commands)
        try:
            return await self._replies(data, len(commands))
        except (ConnectionError, TimeoutError):
            # The server may have been started again since the last command.
            return await self._replies(data, len(commands))

    async def _replies(self, data: bytes, count: int) -> list[Any]:
        try:
            await self._connection.send_packed_command(data)
            return [await self._reply() for _ in range(count)]
        except BaseException:
            # Replies that nobody has read must not be taken for those of the next command.
            await self.close()
            raise

    async def _reply(self) -> Any:
        try:
            return await self._connection.read_response(disable_decoding=True)
        except ResponseError as error:
            return error
