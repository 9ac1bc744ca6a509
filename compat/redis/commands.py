"""Runs commands on a Redis server at little cost. Needs the optional redis."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Sequence
from typing import Any

from redis import Redis
from redis.exceptions import ConnectionError, NoScriptError, ResponseError, TimeoutError

from .steps import Argument, Command, Steps, run


class Script:
    """A Lua script.

    Args:
        text: Its text.

    Attributes:
        text: The same.
        digest: What the server calls it (str).
    """

    def __init__(self, text: str) -> None:
        self.text = text
        # It is no secret.
        self.digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    def call(self, keys: Sequence[str], *arguments: Argument) -> Command:
        """Return the command that runs the script."""
        return ("EVALSHA", self.digest, len(keys), *keys, *arguments)

    def first_call(self, command: Command) -> Command:
        """Return the command that loads the script and runs it, as ``command`` would."""
        return ("EVAL", self.text, *command[2:])


class Commands:
    """Runs commands on a server, for each thread over a connection of its own.

    redis-py's clients take a connection from their pool for each command, look at it and put it
    back; that costs more than the command does. The connections here are redis-py's too. A
    connection that fails is replaced at once, and once.

    Args:
        client: A client of the server, whose pool makes the connections.
        scripts: The scripts that are run.
    """

    def __init__(self, client: Any, scripts: Sequence[Script]) -> None:
        self._client = client
        self._scripts = scripts
        self._of_thread = threading.local()

    def run_together(self, commands: Sequence[Command]) -> list[Any]:
        """Run commands in one round trip.

        Returns:
            The replies of the server; one may be a ``ResponseError``.

        Raises:
            redis.exceptions.ConnectionError: The server cannot be reached.
            redis.exceptions.TimeoutError: It does not reply in time.
        """
        return run(loading(commands, self._scripts), self._exchange)

    def _exchange(self, commands: Sequence[Command]) -> list[Any]:
        connection = self._connection()
        data = [packed(commands)]
        try:
            return _replies(connection, data, len(commands))
        except (ConnectionError, TimeoutError):
            # The server may have been started again since the last command.
            return _replies(connection, data, len(commands))

    def _connection(self) -> Any:
        own = self._of_thread
        # A child process has the parent's connections, which it must not use.
        if getattr(own, "process", None) != os.getpid():
            # It gives its connection back to the pool when the thread ends.
            own.client = Redis(
                connection_pool=self._client.connection_pool, single_connection_client=True
            )
            own.process = os.getpid()
        return own.client.connection


def loading(commands: Sequence[Command], scripts: Sequence[Script]) -> Steps[list[Any]]:
    """Run commands, and load a script that the server does not know.

    Args:
        commands: The commands of one round trip.
        scripts: Those that the commands may call.

    Returns:
        Their replies.
    """
    replies = yield commands
    for index, reply in enumerate(replies):
        if isinstance(reply, NoScriptError):
            # The first time, or the server was started again.
            called = next(each for each in scripts if each.digest == commands[index][1])
            (replies[index],) = yield [called.first_call(commands[index])]
    return replies


def packed(commands: Sequence[Command]) -> bytes:
    """Return commands in the bytes of Redis's protocol."""
    return b"".join(map(_packed, commands))


def _packed(command: Command) -> bytes:
    words = [word if isinstance(word, bytes) else str(word).encode() for word in command]
    return b"*%d\r\n%b" % (
        len(words),
        b"".join([b"$%d\r\n%b\r\n" % (len(word), word) for word in words]),
    )


def _replies(connection: Any, data: Sequence[bytes], count: int) -> list[Any]:
    try:
        connection.send_packed_command(data)
        return [_reply(connection) for _ in range(count)]
    except BaseException:
        # Replies that nobody has read must not be taken for those of the next command.
        connection.disconnect()
        raise


def _reply(connection: Any) -> Any:
    try:
        return connection.read_response(disable_decoding=True)
    except ResponseError as error:
        refusal: Any = error
        return refusal
