"""A real PostgreSQL for the tests that need one."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from .redis_server import free_port

# Where Debian's packages put what is no command of a user's.
_DEBIAN = Path("/usr/lib/postgresql")


class PostgresServer:
    """Debian's ``postgresql`` on a free loopback port, with a database directory of its own.

    PostgreSQL refuses to run as root; then it runs as the user that its package made.

    Attributes:
        host: Its address (str).
        port: Its port (int).
        user: Its only user, who needs no password (str).
    """

    host = "127.0.0.1"
    user = "postgres"

    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[str] | None = None
        self._directory: Path | None = None

    def start(self) -> None:
        """Start it, and return when it accepts connections."""
        # Not below pytest's own, which only the user of the tests may enter.
        self._directory = Path(tempfile.mkdtemp(prefix="postgres-"))
        if os.getuid() == 0:
            try:
                shutil.chown(self._directory, self.user)
            except LookupError:
                self.stop()
                _fail()
        data = str(self._directory / "data")
        made = subprocess.run(
            [
                *self._as_user(),
                *(_program("initdb"), "--pgdata", data, "--username", self.user),
                *("--auth", "trust", "--encoding", "UTF8", "--no-locale", "--no-sync"),
            ],
            capture_output=True,
            text=True,
            cwd="/",
        )
        if made.returncode:
            self.stop()
            pytest.fail(f"initdb failed:\n{made.stderr}", pytrace=False)
        self._process = subprocess.Popen(
            [
                *self._as_user(),
                # It goes when the test process goes, even when that is killed.
                *("setpriv", "--pdeathsig", "INT", _program("postgres"), "-D", data),
                *("-h", self.host, "-p", str(self.port), "-k", "", "-F"),
                # Below that it would fill a pipe that nobody reads any more.
                *("-c", "log_min_messages=log", "-c", "log_min_error_statement=panic"),
                *("-c", "log_checkpoints=off"),
            ],
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
        )
        assert self._process.stderr is not None
        said = []
        for line in self._process.stderr:
            said.append(line)
            if "ready to accept connections" in line:
                return
        self.stop()
        pytest.fail(f"postgres did not start:\n{''.join(said)}", pytrace=False)

    def stop(self) -> None:
        """Stop it, and return when it has ended; harmless when it does not run."""
        if self._process is not None:
            # A fast shutdown: it does not wait for those who are still connected.
            self._process.send_signal(signal.SIGINT)
            self._process.communicate()
            self._process = None
        if self._directory is not None:
            shutil.rmtree(self._directory)
            self._directory = None

    def _as_user(self) -> list[str]:
        if os.getuid() != 0:
            return []
        account = pwd.getpwnam(self.user)
        ids = [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--init-groups"]
        return ["setpriv", *ids]


def _program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs, of the newest version there is."""
    versions = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = str(versions[-1]) if versions else shutil.which(name)
    return found or _fail()


def _fail() -> str:
    pytest.fail("This test needs PostgreSQL: apt-get install -y postgresql", pytrace=False)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One PostgreSQL for the whole run; under pytest-xdist one for each worker."""
    server = PostgresServer()
    server.start()
    yield server
    server.stop()
