"""Commands on a server, in an event loop over one connection."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from channeltest.compat.redis.commands import Script
from channeltest.compat.redis.loop_commands import LoopCommands, can_be_had
from redis import BlockingConnectionPool, Connection, Redis
from redis.exceptions import ConnectionError, ResponseError
from redis.sentinel import Sentinel

from ...redis_server import RedisServer
from .layers import while_waiting_on

DOUBLE = Script("return ARGV[1] * 2")

Use = Callable[[LoopCommands], Awaitable[Any]]


def on(server: Redis, use: Use) -> Any:
    """Use commands on a server in an event loop of their own."""

    async def main() -> Any:
        commands = LoopCommands(server, [DOUBLE])
        try:
            return await use(commands)
        finally:
            await commands.close()

    return asyncio.run(main())


async def number_of(commands: LoopCommands) -> Any:
    """The server's number of the connection."""
    return (await commands.run_together([("CLIENT", "ID")]))[0]


def test_commands_run_together_have_replies_of_their_own(client: Any) -> None:
    async def use(commands: LoopCommands) -> list[Any]:
        return await commands.run_together([("ECHO", b"\xff"), ("NOPE",), ("ECHO", "\u20ac")])

    first, refused, last = on(client, use)
    assert (first, last) == (b"\xff", "\u20ac".encode())
    assert isinstance(refused, ResponseError)


def test_a_script_is_loaded_when_the_server_does_not_know_it(client: Any) -> None:
    async def use(commands: LoopCommands) -> None:
        for _ in range(2):
            await commands.run_together([("SCRIPT", "FLUSH")])
            calls = [DOUBLE.call([], 2), DOUBLE.call([], 3)]
            assert await commands.run_together(calls) == [4, 6]

    on(client, use)


def test_a_connection_that_is_gone_is_replaced(client: Any) -> None:
    async def use(commands: LoopCommands) -> None:
        number = await number_of(commands)
        client.client_kill_filter(_id=number)
        assert await number_of(commands) != number

    on(client, use)


def test_a_server_that_is_down_is_reported(redis_server: RedisServer) -> None:
    async def use(commands: LoopCommands) -> None:
        with pytest.raises(ConnectionError):
            await commands.run_together([("PING",)])

    on(Redis(redis_server.host, 1), use)


def test_a_call_that_was_cancelled_leaves_no_reply_to_the_next(
    client: Any, redis_server: RedisServer
) -> None:
    async def use(commands: LoopCommands) -> None:
        call = asyncio.ensure_future(commands.run_together([("BZPOPMIN", "empty", 0)]))
        loop = asyncio.get_running_loop()
        with while_waiting_on(redis_server, lambda: loop.call_soon_threadsafe(call.cancel)):
            await asyncio.gather(call, return_exceptions=True)
        assert await commands.run_together([("ECHO", "next")]) == [b"next"]

    on(client, use)


def test_it_leaves_no_connection(client: Any) -> None:
    before = len(client.client_list())
    on(client, number_of)
    # With this call, if not before, the server learns that the connection was closed.
    client.ping()
    assert len(client.client_list()) == before


def test_a_password_and_a_database(tmp_path: Path) -> None:
    server = RedisServer(tmp_path, "--requirepass", "secret")
    server.start()
    try:

        async def use(commands: LoopCommands) -> None:
            info = (await commands.run_together([("CLIENT", "INFO")]))[0]
            assert b"db=3" in info

        on(Redis(server.host, server.port, db=3, password="secret"), use)
    finally:
        server.stop()


class OwnConnection(Connection):
    """A connection of a project's own."""


@pytest.mark.parametrize(
    "client, expected",
    [
        (Redis(), True),
        (Redis.from_url("rediss://localhost"), True),
        (Redis.from_url("unix:///tmp/redis.sock"), True),
        (Redis(connection_pool=BlockingConnectionPool()), True),
        (Sentinel([("localhost", 1)]).master_for("service"), False),
        (Redis(connection_pool=BlockingConnectionPool(connection_class=OwnConnection)), False),
    ],
)
def test_which_connections_can_be_had(client: Any, expected: bool) -> None:
    assert can_be_had(client) is expected
