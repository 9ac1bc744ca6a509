"""A real Redis for the tests that need one."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


class RedisServer:
    """Debian's ``redis-server`` on a free loopback port.

    Args:
        directory: Where it may write.
        arguments: More of its command line.
        ready: What it logs once it listens.

    Attributes:
        host: Its address (str).
        port: Its port (int).
    """

    host = "127.0.0.1"

    def __init__(
        self, directory: Path, *arguments: str, ready: str = "Ready to accept connections"
    ) -> None:
        self._directory = directory
        self._arguments = arguments
        self._ready = ready
        self._process: subprocess.Popen[str] | None = None
        self.port = free_port()

    @property
    def url(self) -> str:
        return self.database(0)

    def database(self, number: int) -> str:
        """The URL of one of its sixteen databases."""
        return f"redis://{self.host}:{self.port}/{number}"

    def start(self, *arguments: str, ready: str | None = None) -> None:
        """Start it, and return when it listens.

        Args:
            arguments: More of its command line, this time.
            ready: What it logs when this returns, in place of what it logs once it listens.
        """
        program = shutil.which("redis-server")
        if program is None:
            pytest.fail("This test needs Redis: apt-get install -y redis-server", pytrace=False)
        self._process = subprocess.Popen(
            # It goes when the test process goes, even when that is killed.
            [
                *("setpriv", "--pdeathsig", "KILL", program, *self._arguments, *arguments),
                *("--bind", self.host, "--port", str(self.port), "--dir", str(self._directory)),
                *("--save", "", "--appendonly", "no", "--daemonize", "no", "--logfile", ""),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        said = []
        for line in self._process.stdout:
            said.append(line)
            if (ready or self._ready) in line:
                return
        self.stop()
        pytest.fail(f"redis-server did not start:\n{''.join(said)}", pytrace=False)

    def stop(self) -> None:
        """Stop it, and return when it has ended; harmless when it does not run."""
        if self._process is not None:
            self._process.terminate()
            self._process.communicate()
            self._process = None


def free_port() -> int:
    """Return a port of the loopback address on which nothing listens, and which nobody else gets.

    A socket has it until this process ends, so that the system chooses it for no other program. A
    server that names it can listen on it: both have ``SO_REUSEADDR``, and only the server listens.
    """
    reservation = socket.socket()
    reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    reservation.bind((RedisServer.host, 0))
    port: int = reservation.getsockname()[1]
    # Closed by the system when the process ends.
    reservation.detach()
    return port


@pytest.fixture(scope="session")
def redis_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """One Redis for the whole run; under pytest-xdist one for each worker."""
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_server(redis_process: RedisServer) -> RedisServer:
    """A Redis without a key in it."""
    from redis import Redis

    with Redis(redis_process.host, redis_process.port) as client:
        client.flushall()
    return redis_process
