"""Commands on a server, for each thread over a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from channeltest.compat.redis.commands import Commands, Script
from redis import Redis
from redis.exceptions import ConnectionError, ResponseError

from tests.redis_server import RedisServer

DOUBLE = Script("return ARGV[1] * 2")


def run(commands: Commands, *words: Any) -> Any:
    (reply,) = commands.run_together([words])
    return reply


@pytest.fixture
def commands(redis_server: RedisServer) -> Iterator[Commands]:
    with Redis(redis_server.host, redis_server.port) as client:
        yield Commands(client, [DOUBLE])


def test_a_command_has_words_of_all_kinds(commands: Commands) -> None:
    run(commands, "ZADD", "key", 1.5, b"\xff\r\n", 2, "\u20ac")
    assert run(commands, "ZRANGE", "key", 0, -1) == [b"\xff\r\n", "\u20ac".encode()]


def test_an_error_of_the_server_is_its_reply(commands: Commands) -> None:
    assert isinstance(run(commands, "NOPE"), ResponseError)
    assert run(commands, "ECHO", "after") == b"after"


def test_commands_run_together_have_replies_of_their_own(commands: Commands) -> None:
    first, refused, last = commands.run_together([("ECHO", "a"), ("NOPE",), ("ECHO", "b")])
    assert (first, last) == (b"a", b"b")
    assert isinstance(refused, ResponseError)


def test_a_script_is_loaded_when_the_server_does_not_know_it(commands: Commands) -> None:
    for _ in range(2):
        run(commands, "SCRIPT", "FLUSH")
        calls = [DOUBLE.call([], 2), DOUBLE.call([], 3)]
        assert commands.run_together(calls) == [4, 6]


def test_a_connection_that_is_gone_is_replaced(commands: Commands) -> None:
    number = run(commands, "CLIENT", "ID")
    run(commands, "CLIENT", "KILL", "ID", number, "SKIPME", "no")
    assert run(commands, "ECHO", "after") == b"after"
    assert run(commands, "CLIENT", "ID") != number


def test_a_server_that_is_down_is_reported(redis_server: RedisServer) -> None:
    commands = Commands(Redis(redis_server.host, 1), [])
    with pytest.raises(ConnectionError):
        run(commands, "PING")


def test_each_thread_has_a_connection_and_leaves_it(commands: Commands) -> None:
    found: list[Any] = [run(commands, "CLIENT", "ID")]
    for _ in range(3):
        thread = threading.Thread(target=lambda: found.append(run(commands, "CLIENT", "ID")))
        thread.start()
        thread.join()
    first, *others = found
    assert first not in others
    # The next thread takes the connection that the last one left.
    assert len(set(others)) == 1
